import * as z from 'zod';
import { alignProjection, principalComponents } from '../math/principalComponents.ts';
import type { UntimedRunEvent } from '../run/runEvent.ts';
import { corruptRows, drawCorruption } from '../science/corruption.ts';
import { FrameSteps, frameStepsSchema } from './frameSteps.ts';
import { type Spectra, SpectraMeter } from './measureSpectra.ts';
import type { RunKeeper } from './runKeeper.ts';
import type { KeptState, MomentKeeper } from './trainee.ts';
import type { TrainingSetup } from './trainingSetup.ts';

/** Arrays of one moment, by the first part of their names. */
const kinds = ['latents', 'projection', 'reconstructions', 'spectra'] as const;

const frameStateSchema = z.object({ ...frameStepsSchema.shape, network: z.record(z.string(), z.array(z.number())) });

/** Keeps what the view shows of each moment: codes, their projection, reconstructions of the pictured rows, and spectra of the model. */
export class FrameKeeper implements MomentKeeper {
  private readonly steps: FrameSteps;
  private previous: Float32Array | null = null;
  /** The stored corruption of the pictured rows: the numbers drawn, one an input. */
  private readonly draw: Float32Array | null;
  private readonly spectra: SpectraMeter;

  constructor(
    private readonly setup: TrainingSetup,
    private readonly keeper: RunKeeper,
  ) {
    const { experiment, data, dataset, sample } = setup;
    this.steps = new FrameSteps(experiment.view.every);
    this.spectra = new SpectraMeter(setup);
    if (experiment.corruption.kind === 'none') {
      this.draw = null;
    } else {
      this.draw = new Float32Array(sample.pictured * data.inputs);
      const { imageShape } = dataset;
      drawCorruption(experiment.corruption, this.draw, { seed: experiment.seed, step: 0, stream: 'view', imageShape });
    }
  }

  /** What a later sitting must know to keep the same frames. */
  save(): KeptState {
    const { kept, stride, evaluations } = this.steps;
    const network = Object.fromEntries(Object.entries(this.spectra.network).map(([name, values]) => [name, Array.from(values)]));
    return {
      state: { kept: [...kept], stride, evaluations, network },
      arrays: this.previous === null ? {} : { projection: this.previous },
    };
  }

  /** Goes on from what `save` gave. */
  restore({ state, arrays }: KeptState): void {
    const { network, ...steps } = frameStateSchema.parse(state);
    this.steps.restore(steps);
    this.spectra.network = network;
    this.previous = arrays.projection ?? null;
  }

  /** Writes the pictured inputs, clean and corrupted, in the units of the file. */
  sampleSaved(): UntimedRunEvent {
    const { sample, data, dataset } = this.setup;
    const shape = [sample.pictured, data.inputs];
    const clean = sample.x.slice(0, sample.pictured * data.inputs);
    const corrupted = this.corrupt(clean);
    return {
      kind: 'sampleSaved',
      rows: sample.rows,
      labels: sample.labels,
      labelNames: dataset.labelNames,
      splits: sample.splits,
      pictured: sample.pictured,
      imageShape: dataset.imageShape,
      columns: dataset.columns,
      inputs: this.keeper.writeArray('inputs', data.restore(clean), shape),
      corrupted: corrupted && this.keeper.writeArray('corrupted', corrupted, shape),
      indices: this.keeper.writeArray('indices', Float32Array.from(sample.indices), [sample.rows]),
    };
  }

  /** The stored corruption as people see it: noise added, dropped inputs NaN ("?" in the lecture), never scaled by 1/p. */
  private corrupt(clean: Float32Array): Float32Array | null {
    const { experiment, data } = this.setup;
    const { draw } = this;
    const { corruption } = experiment;
    if (draw === null || corruption.kind === 'none') return null;
    if (corruption.kind === 'gaussian') return data.restore(corruptRows(clean, draw, corruption));
    return data.restore(clean).map((v, i) => (draw[i] === 1 ? v : Number.NaN));
  }

  /** Keeps a frame of this moment if its turn has come, and thins the frames when there are too many. */
  *keepFrame(step: number, epoch: number, isLast: boolean): Generator<UntimedRunEvent> {
    if (!this.steps.wants(isLast)) return;
    const { prepared, sample, data } = this.setup;
    const latent = prepared.call('encode', { x: sample.x }, sample.rows).latent!;
    const width = latent.length / sample.rows;
    const components = principalComponents(latent, width, 2);
    const { scores, explained } = alignProjection(components.scores, components.explained, this.previous);
    this.previous = scores;
    const name = (what: string) => `${what}-${String(step).padStart(9, '0')}`;
    yield {
      kind: 'frameSaved',
      step,
      epoch,
      latents: this.keeper.writeArray(name('latents'), latent, [sample.rows, width]),
      projection: this.keeper.writeArray(name('projection'), scores, [sample.rows, 2]),
      explained: [explained[0] ?? 0, explained[1] ?? 0],
      reconstructions: this.keeper.writeArray(name('reconstructions'), this.reconstruct(), [sample.pictured, data.inputs]),
      spectra: this.writeSpectra(name('spectra'), { 'latent.spectrum': components.variances, ...this.spectra.measure({ step, isLast }) }),
    };
    const gone = this.steps.add(step);
    if (gone.length === 0) return;
    for (const old of gone) for (const what of kinds) this.keeper.removeArray(`${what}-${String(old).padStart(9, '0')}`);
    yield { kind: 'framesThinned', step, stride: this.steps.stride, kept: [...this.steps.kept] };
  }

  private writeSpectra(name: string, spectra: Spectra) {
    const parts = Object.entries(spectra).map(([part, values]) => ({ name: part, length: values.length }));
    const numbers = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
    let from = 0;
    for (const values of Object.values(spectra)) {
      numbers.set(values, from);
      from += values.length;
    }
    return { file: this.keeper.writeArray(name, numbers, [numbers.length]), parts };
  }

  private reconstruct(): Float32Array {
    const { prepared, sample, data } = this.setup;
    const x = sample.x.subarray(0, sample.pictured * data.inputs);
    const { draw } = this;
    const output =
      draw === null
        ? prepared.call('reconstruct', { x }, sample.pictured).output!
        : prepared.call('reconstructCorrupted', { x, draw }, sample.pictured).output!;
    return data.restore(output);
  }
}
