import { columnMeans } from './evaluate.ts';
import { type CallableProgram, rowRanges, rowsPerCall } from './runInBatches.ts';
import type { EvaluatedRows } from './storedDraws.ts';

/** Rows of one split, and what an evaluation has found on them. */
export interface ExplainedRows {
  prepared: CallableProgram;
  split: EvaluatedRows;
  /** Mean (x - output)^2 over rows and coordinates, as `evaluateSplit` measures it. */
  mse: number;
}

/** Whether whole outputs of these rows, which leave the engine for this alone, cost more than the rest of an evaluation: a million numbers. */
export function isCostly({ x }: EvaluatedRows): boolean {
  return x.length > 1e6;
}

/** Means of the coordinates of some rows, [inputs], and the sum of their variances. */
interface Moments {
  mean: Float64Array;
  variance: number;
}

/** Those of the splits that were measured: they never change. */
const moments = new WeakMap<Float32Array, Moments>();

function momentsOf(x: Float32Array, inputs: number): Moments {
  const known = moments.get(x);
  if (known) return known;
  const mean = columnMeans(x, inputs);
  let squares = 0;
  for (let from = 0; from < x.length; from += inputs) for (let j = 0; j < inputs; j++) squares += (x[from + j]! - mean[j]!) ** 2;
  const found = { mean, variance: (squares * inputs) / x.length };
  moments.set(x, found);
  return found;
}

/**
 * 1 - Var(x - output) / Var(x) on clean rows, both variances summed over coordinates and about the means of these rows (science.md 2):
 * R^2 if the mean error of every coordinate were taken away, so that on training rows the two differ by the bias alone. Takes one pass of
 * the model for the mean output; yields between calls of the engine.
 * @returns null without rows and where they do not vary
 */
export function* explainedVariance({ prepared, split, mse }: ExplainedRows): Generator<void, number | null, void> {
  const rows = split.rows.length;
  if (rows === 0) return null;
  const inputs = split.x.length / rows;
  const { mean, variance } = momentsOf(split.x, inputs);
  if (variance === 0) return null;
  const output = new Float64Array(inputs);
  for (const { from, to } of rowRanges(rows, rowsPerCall(prepared))) {
    const part = prepared.call('reconstruct', { x: split.x.subarray(from * inputs, to * inputs) }, to - from).output!;
    columnMeans(part, inputs).forEach((value, j) => {
      output[j] = output[j]! + (value * (to - from)) / rows;
    });
    yield;
  }
  const bias = mean.reduce((sum, value, j) => sum + (value - output[j]!) ** 2, 0);
  return 1 - (mse * inputs - bias) / variance;
}
