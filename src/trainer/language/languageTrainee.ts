import type { Feeds } from '../../engine/engine.ts';
import type { UntimedRunEvent } from '../../run/runEvent.ts';
import type { Moment } from '../moment.ts';
import type { RunKeeper } from '../runKeeper.ts';
import type { Trainee } from '../trainee.ts';
import { evaluateText } from './evaluateText.ts';
import { LanguageFrames } from './languageFrames.ts';
import type { LanguageSetup } from './languageSetup.ts';

/** A language model in training. */
export class LanguageTrainee implements Trainee {
  readonly frames: LanguageFrames;
  readonly rows: Trainee['rows'];
  said: readonly number[] = [];

  constructor(
    readonly basis: LanguageSetup,
    keeper: RunKeeper,
  ) {
    const { train, validation, test } = basis.textRows;
    this.rows = { train: train.rows, validation: validation.rows, test: test.rows };
    this.frames = new LanguageFrames(basis, keeper);
  }

  gather(rows: Uint32Array, steps: readonly number[]): Feeds {
    const { prepared, textRows, experiment } = this.basis;
    const feeds = Object.fromEntries(
      Object.entries(textRows.train.widths).map(([name, width]) => [name, prepared.feedRoom[name]!.subarray(0, rows.length * width)]),
    );
    textRows.train.fill(rows, feeds, { epoch: Math.floor((steps[0]! - 1) / experiment.plan.stepsPerEpoch), steps });
    return feeds;
  }

  measure(moment: Moment): Generator<void, Record<string, number>, void> {
    return evaluateText(this.basis, moment);
  }

  /** What was found in the text is said once. */
  warningsAfter(): string[] {
    if (this.said.length > 0) return [];
    this.said = [0];
    return this.basis.corpus.notes;
  }

  lossOf(metrics: Readonly<Record<string, number>>): number {
    return metrics['validation.nats'] ?? metrics['train.nats']!;
  }

  /** A language model is searched, not compared: nothing follows its training. */
  // biome-ignore lint/correctness/useYield: there is nothing to tell
  async *afterTraining(): AsyncGenerator<UntimedRunEvent, Record<string, number>, void> {
    return {};
  }
}
