import type { PreparedData, PreparedSplit } from '../data/prepareData.ts';
import { permutation } from '../math/random.ts';

/** The fixed rows whose codes (all) and reconstructions (the first `pictured`) are kept at every frame. */
export interface ViewSample {
  rows: number;
  /** Number of each row in the data, from 0 on. */
  indices: Uint32Array;
  /** [rows, inputs] split, scaled and centred */
  x: Float32Array;
  /** Class of each row, -1 where there is none; empty without labels. */
  labels: number[];
  /** 0 training, 1 validation, 2 test. */
  splits: number[];
  pictured: number;
}

/** Rows with stored inputs and reconstructions at most. */
const MOST_PICTURED = 64;

/**
 * Draws the view's rows from all splits by the stream `view`; validation rows come first, so that the pictured ones were not trained on.
 * @param points rows wanted; fewer when the data have fewer
 */
export function drawViewSample(data: PreparedData, points: number, seed: number): ViewSample {
  const splits: PreparedSplit[] = [data.train, data.validation, data.test];
  // a transductive run trains on the inputs of test rows: they stand here once, as what they are
  const tested = new Set(data.test.rows);
  const places = splits.flatMap((split, s) =>
    Array.from(split.rows, (row, i) => ({ split: s, i, isTwice: s === 0 && tested.has(row) })).filter(({ isTwice }) => !isTwice),
  );
  const order = permutation(places.length, { seed, stream: 'view', step: 0 });
  const chosen = Array.from(order.subarray(0, Math.min(points, places.length)), (p) => places[p]!);
  const first = data.validation.rows.length > 0 ? 1 : 0;
  chosen.sort((a, b) => Number(b.split === first) - Number(a.split === first));

  const x = new Float32Array(chosen.length * data.inputs);
  chosen.forEach(({ split, i }, row) => {
    x.set(splits[split]!.x.subarray(i * data.inputs, (i + 1) * data.inputs), row * data.inputs);
  });
  const hasLabels = splits.some((split) => split.labels !== null);
  return {
    rows: chosen.length,
    indices: Uint32Array.from(chosen, ({ split, i }) => splits[split]!.rows[i]!),
    x,
    labels: hasLabels ? chosen.map(({ split, i }) => splits[split]!.labels?.[i] ?? -1) : [],
    splits: chosen.map(({ split }) => split),
    pictured: Math.min(MOST_PICTURED, chosen.length),
  };
}
