import type { Feeds } from '../engine/engine.ts';
import { gatherRows } from '../math/gatherRows.ts';
import type { UntimedRunEvent } from '../run/runEvent.ts';
import { drawCorruption } from '../science/corruption.ts';
import { compareDownstream } from './downstreamRun.ts';
import { evaluateRun } from './evaluateRun.ts';
import { FrameKeeper } from './frameKeeper.ts';
import type { Moment } from './moment.ts';
import type { RunKeeper } from './runKeeper.ts';
import { RunWarnings } from './runWarnings.ts';
import type { AfterTraining, Trainee } from './trainee.ts';
import type { TrainingSetup } from './trainingSetup.ts';

/** An autoencoder in training. */
export class AutoencoderTrainee implements Trainee {
  readonly frames: FrameKeeper;
  readonly rows: Trainee['rows'];
  private readonly warnings: RunWarnings;

  constructor(
    readonly basis: TrainingSetup,
    private readonly keeper: RunKeeper,
  ) {
    const { train, validation, test } = basis.data;
    this.rows = { train: train.rows.length, validation: validation.rows.length, test: test.rows.length };
    this.frames = new FrameKeeper(basis, keeper);
    this.warnings = new RunWarnings(basis);
  }

  /** Rows gathered, and their corruption drawn step by step. */
  gather(rows: Uint32Array, steps: readonly number[]): Feeds {
    const { experiment, data, dataset, prepared } = this.basis;
    const size = (rows.length / steps.length) * data.inputs;
    const x = prepared.feedRoom.x!.subarray(0, steps.length * size);
    gatherRows(data.train.x, data.inputs, rows, x);
    if (experiment.corruption.kind === 'none') return { x };
    const draw = prepared.feedRoom.draw!.subarray(0, steps.length * size);
    const { imageShape } = dataset;
    steps.forEach((step, i) => {
      const place = { seed: experiment.seed, step, imageShape };
      drawCorruption(experiment.corruption, draw.subarray(i * size, (i + 1) * size), place, prepared.random);
    });
    return { x, draw };
  }

  get said(): readonly number[] {
    return this.warnings.said;
  }

  set said(said: readonly number[]) {
    this.warnings.said = said;
  }

  measure(moment: Moment): Generator<void, Record<string, number>, void> {
    return evaluateRun(this.basis, moment);
  }

  warningsAfter(metrics: Readonly<Record<string, number>>): string[] {
    return this.warnings.after(metrics);
  }

  lossOf(metrics: Readonly<Record<string, number>>): number {
    return metrics['validation.loss'] ?? metrics['train.loss']!;
  }

  /** What the encoder is worth with few labels, where the file asks. */
  async *afterTraining(watch: AfterTraining): AsyncGenerator<UntimedRunEvent, Record<string, number>, void> {
    const { downstream } = this.basis.experiment;
    if (downstream === undefined) return {};
    return yield* compareDownstream(this.basis, downstream, { ...watch, keeper: this.keeper });
  }
}
