import { gatherRows } from '../math/gatherRows.ts';
import { permutation } from '../math/random.ts';
import type { CallableProgram } from './runInBatches.ts';

/** What is asked of a prepared program (engine/engine.ts) that learns here. */
export interface TrainableProgram extends CallableProgram {
  readonly moments: Float32Array;
  readonly stepsAtOnce: number;
  readonly feedRoom: Readonly<Record<string, Float32Array>>;
  steps(
    feeds: Readonly<Record<string, Float32Array>>,
    rows: number,
    updates: readonly { step: number; learningRate: number }[],
  ): Float32Array;
}

/** Rows of a batch at most: what a labelled program is to be prepared for, so that its numbers do not depend on the budgets beside one. */
export const labelledBatch = 64;
const fewestPasses = 100;
const fewestSteps = 300;

/** Labelled rows to learn from. */
export interface LabelledRows {
  /** [all, inputs] */
  x: Float32Array;
  inputs: number;
  /** [n] positions of the rows that are learned from */
  rows: Uint32Array;
  /** [n] their classes, 0 .. count-1 */
  classes: Int32Array;
  count: number;
}

/** Batches of n labelled rows: min(64, n) rows each, and passes over all of them, at least 100 and at least 300 steps (science.md 1.6). */
export function labelledPlan(n: number): { batch: number; passes: number } {
  const batch = Math.min(labelledBatch, n);
  return { batch, passes: Math.max(fewestPasses, Math.ceil(fewestSteps / Math.ceil(n / batch))) };
}

/**
 * Trains encoder and head on labelled rows from the parameters that lie in `prepared`, at a constant rate. The order of the rows depends on
 * the seed, the draw and the pass only; the last smaller batch of a pass is used. Yields between calls of the engine.
 * @throws NonFiniteError when loss or gradient stop being finite
 */
export function* trainLabelled(
  prepared: TrainableProgram,
  known: LabelledRows,
  { learningRate, seed, draw }: { learningRate: number; seed: number; draw: number },
): Generator<void, void, void> {
  const n = known.rows.length;
  const { batch, passes } = labelledPlan(n);
  prepared.moments.fill(0);
  let taken = 0;
  for (let pass = 0; pass < passes; pass++) {
    const order = permutation(n, { seed, stream: 'labelledOrder', step: draw * passesADraw + pass });
    for (let from = 0; from < n; ) {
      const rows = Math.min(batch, n - from);
      const steps = rows < batch ? 1 : Math.min(prepared.stepsAtOnce, Math.floor((n - from) / batch));
      const feeds = feed(prepared, known, order.subarray(from, from + steps * rows));
      const first = taken + 1;
      prepared.steps(
        feeds,
        rows,
        Array.from({ length: steps }, (_, i) => ({ step: first + i, learningRate })),
      );
      taken += steps;
      from += steps * rows;
      yield;
    }
  }
}

/** Passes of one draw have their own steps of the stream: no plan has more. */
const passesADraw = 2 ** 20;

/** The rows at these places of `known.rows`, written where the engine reads them. */
function feed(prepared: TrainableProgram, { x, inputs, rows, classes, count }: LabelledRows, places: Uint32Array) {
  const feeds = {
    x: prepared.feedRoom.x!.subarray(0, places.length * inputs),
    target: prepared.feedRoom.target!.subarray(0, places.length * count).fill(0),
  };
  gatherRows(
    x,
    inputs,
    places.map((place) => rows[place]!),
    feeds.x,
  );
  places.forEach((place, i) => {
    feeds.target[i * count + classes[place]!] = 1;
  });
  return feeds;
}
