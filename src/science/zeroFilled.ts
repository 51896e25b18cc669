import type { AutoencoderExperiment } from '../experiment/autoencoder.ts';
import { type CallableProgram, rowsPerCall } from './runInBatches.ts';
import { type EvaluatedRows, storedDraw } from './storedDraws.ts';

/** Rows that are asked at most: the number is for comparison, and one call of the engine is enough. */
const mostRows = 1024;

/** A model of one matrix, and rows with their stored mask. */
export interface ZeroFilledSubject {
  experiment: Pick<AutoencoderExperiment, 'model' | 'corruption' | 'seed'>;
  prepared: CallableProgram;
  split: EvaluatedRows;
  imageShape?: readonly [number, number] | null;
}

/**
 * What the encoder of one matrix would lose if it did not know its mask: dropped inputs are handed over as zeros and taken for measured
 * ones, instead of being left out of its residual (science.md 1.0, row 9). Mean over rows of the error summed over all coordinates.
 * @returns `encoder.zeroFilledLoss`, and `encoder.clampedLoss` on the same rows and masks; nothing for other models and without a mask
 */
export function zeroFilledMeasure({ experiment, prepared, split, imageShape }: ZeroFilledSubject): Record<string, number> {
  const { model, corruption, seed } = experiment;
  if (model.kind !== 'linear' || model.parameterization === 'separate' || corruption.kind !== 'mask' || split.rows.length === 0) return {};
  const inputs = split.x.length / split.rows.length;
  const rows = Math.min(split.rows.length, mostRows, rowsPerCall(prepared));
  const x = split.x.subarray(0, rows * inputs);
  const draw = storedDraw(corruption, split, { seed, copy: 0, imageShape, fills: prepared.random }, { from: 0, to: rows });
  const filled = x.map((value, i) => value * draw[i]!);
  return {
    'encoder.zeroFilledLoss': meanError(prepared.call('score', { x: filled }, rows).output!, x, rows),
    'encoder.clampedLoss': meanError(prepared.call('scoreCorrupted', { x, draw }, rows).output!, x, rows),
  };
}

function meanError(output: Float32Array, x: Float32Array, rows: number): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += (output[i]! - x[i]!) ** 2;
  return sum / rows;
}
