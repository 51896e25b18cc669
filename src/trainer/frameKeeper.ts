import * as z from 'zod';
import type { UntimedRunEvent } from '../run/runEvent.ts';
import { corruptRows, drawCorruption } from '../science/corruption.ts';
import { LatentFrames, momentName } from './latentFrames.ts';
import { type Spectra, SpectraMeter } from './measureSpectra.ts';
import type { RunKeeper } from './runKeeper.ts';
import type { KeptState, MomentKeeper } from './trainee.ts';
import type { TrainingSetup } from './trainingSetup.ts';

const networkSchema = z.object({ network: z.record(z.string(), z.array(z.number())) });

/** Keeps what the view shows of each moment: codes, their projection, reconstructions of the pictured rows, and spectra of the model. */
export class FrameKeeper implements MomentKeeper {
  private readonly latents: LatentFrames;
  /** The stored corruption of the pictured rows: the numbers drawn, one an input. */
  private readonly draw: Float32Array | null;
  private readonly spectra: SpectraMeter;

  constructor(
    private readonly setup: TrainingSetup,
    private readonly keeper: RunKeeper,
  ) {
    const { experiment, data, dataset, sample } = setup;
    this.latents = new LatentFrames(keeper, { every: experiment.view.every, others: ['reconstructions', 'spectra'] });
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
    const { state, arrays } = this.latents.save();
    const network = Object.fromEntries(Object.entries(this.spectra.network).map(([name, values]) => [name, Array.from(values)]));
    return { state: { ...state, network }, arrays };
  }

  /** Goes on from what `save` gave. */
  restore(kept: KeptState): void {
    this.latents.restore(kept);
    this.spectra.network = networkSchema.parse(kept.state).network;
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
    if (!this.latents.wants(isLast)) return;
    const { prepared, sample, data } = this.setup;
    const codes = prepared.call('encode', { x: sample.x }, sample.rows).latent!;
    const { places, variances } = this.latents.write(step, codes, sample.rows);
    const name = (what: string) => momentName(what, step);
    yield {
      kind: 'frameSaved',
      step,
      epoch,
      ...places,
      reconstructions: this.keeper.writeArray(name('reconstructions'), this.reconstruct(), [sample.pictured, data.inputs]),
      spectra: this.writeSpectra(name('spectra'), { 'latent.spectrum': variances, ...this.spectra.measure({ step, isLast }) }),
    };
    yield* this.latents.keep(step);
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
