import type { Corruption } from '../experiment/autoencoder.ts';
import type { RandomFills } from '../math/random.ts';
import { type CorruptionPlace, drawCorruption } from './corruption.ts';

/** Evaluation corruptions kept for every row. */
export const storedCopies = 4;
/** Numbers kept in memory for one split; larger ones are drawn again at each evaluation, to the same numbers. */
const keptNumbers = 8_000_000;

/** Which of the stored corruptions: the copy is 0 .. storedCopies - 1. */
export interface StoredPlace extends Pick<CorruptionPlace, 'seed' | 'imageShape'> {
  copy: number;
  fills?: RandomFills;
}

/** Rows of one split: where they lie in the data set, and as the model sees them. */
export interface EvaluatedRows {
  /** Row numbers in the data set. */
  rows: Uint32Array;
  /** [rows, inputs] */
  x: Float32Array;
}

/**
 * The stored evaluation corruption: number (row of the data set, coordinate, copy) of stream `evaluation`, decided by the seed only,
 * so that neither the split nor the batch a row is in changes it.
 * @param rows row numbers in the data set
 * @returns [rows, inputs]
 */
export function drawStored(corruption: Corruption, rows: Uint32Array, inputs: number, at: StoredPlace): Float32Array {
  const out = new Float32Array(rows.length * inputs);
  for (let first = 0; first < rows.length; ) {
    // neighbouring rows are drawn in one go
    let end = first + 1;
    while (end < rows.length && rows[end] === rows[end - 1]! + 1) end++;
    const { seed, imageShape } = at;
    const place = { seed, imageShape, stream: 'evaluation', step: at.copy, from: rows[first]! * inputs } as const;
    drawCorruption(corruption, out.subarray(first * inputs, end * inputs), place, at.fills);
    first = end;
  }
  return out;
}

/** What a split's draws were made for, and the draws, copy by copy. */
interface KeptDraws {
  key: string;
  draws: Float32Array[];
}
const kept = new WeakMap<Float32Array, KeptDraws>();

/** The stored corruption of rows [from, to) of a split; small splits keep theirs between evaluations. */
export function storedDraw(
  corruption: Corruption,
  split: EvaluatedRows,
  at: StoredPlace,
  range: { from: number; to: number },
): Float32Array {
  const inputs = split.x.length / split.rows.length;
  if (split.x.length * storedCopies > keptNumbers) return drawStored(corruption, split.rows.subarray(range.from, range.to), inputs, at);
  const key = JSON.stringify([corruption, at.seed]);
  let found = kept.get(split.x);
  if (found?.key !== key) {
    found = { key, draws: [] };
    kept.set(split.x, found);
  }
  found.draws[at.copy] ??= drawStored(corruption, split.rows, inputs, at);
  return found.draws[at.copy]!.subarray(range.from * inputs, range.to * inputs);
}
