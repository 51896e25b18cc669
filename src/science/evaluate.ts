import type { AutoencoderExperiment } from '../experiment/autoencoder.ts';
import { hasFlags } from './corruption.ts';
import { ExpectedLoss } from './expectedLoss.ts';
import { linearMapOf } from './linearMapOf.ts';
import type { Program } from './program.ts';
import { type CallableProgram, rowRanges, rowsPerCall } from './runInBatches.ts';
import { type EvaluatedRows, storedCopies, storedDraw } from './storedDraws.ts';

/** What is measured, on which rows. */
export interface Evaluation {
  prepared: CallableProgram;
  program: Pick<Program, 'parameters'>;
  experiment: Pick<AutoencoderExperiment, 'model' | 'corruption' | 'loss' | 'penalty' | 'seed'>;
  split: EvaluatedRows;
  /** [inputs] mean of the training rows as the model sees them (`columnMeans`), what R^2 compares with. */
  trainMean: Float64Array;
  /** [height, width] where a row is an image: masks in blocks need it. */
  imageShape?: readonly [number, number] | null;
}

/** Mean of every column of x, [rows, inputs] -> [inputs]; zeros without rows. */
export function columnMeans(x: Float32Array, inputs: number): Float64Array {
  const sums = new Float64Array(inputs);
  for (let from = 0; from < x.length; from += inputs) for (let j = 0; j < inputs; j++) sums[j] = sums[j]! + x[from + j]!;
  const rows = Math.max(1, x.length / inputs);
  return sums.map((sum) => sum / rows);
}

/** Sum of numbers in float64. */
function total(values: Float32Array | undefined): number {
  let sum = 0;
  if (values) for (const value of values) sum += value;
  return sum;
}

/** Spreads of the splits that were measured: they never change. */
const spreads = new WeakMap<Float32Array, number>();

/** Sum of the squared distances of all rows x, [rows, inputs], to the training mean; kept for each x. */
export function spreadOf(x: Float32Array, trainMean: Float64Array): number {
  let spread = spreads.get(x);
  if (spread !== undefined) return spread;
  spread = 0;
  const inputs = trainMean.length;
  for (let from = 0; from < x.length; from += inputs) for (let j = 0; j < inputs; j++) spread += (x[from + j]! - trainMean[j]!) ** 2;
  spreads.set(x, spread);
  return spread;
}

/** Losses on the stored corruption: lossCorrupted in the configured scope, for masks lossMasked and lossVisible too. */
function* measureCorrupted({ prepared, experiment, split, imageShape }: Evaluation): Generator<void, Record<string, number>, void> {
  const { corruption, loss, seed } = experiment;
  const rows = split.rows.length;
  const inputs = split.x.length / rows;
  let [kept, dropped] = [0, 0];
  for (let copy = 0; copy < storedCopies; copy++)
    for (const range of rowRanges(rows, rowsPerCall(prepared))) {
      const x = split.x.subarray(range.from * inputs, range.to * inputs);
      const draw = storedDraw(corruption, split, { seed, copy, imageShape, fills: prepared.random }, range);
      const sums = prepared.call('rowErrorsCorrupted', { x, draw }, range.to - range.from);
      kept += total(sums.kept);
      dropped += total(sums.dropped);
      yield;
    }
  const presented = rows * storedCopies;
  if (corruption.kind !== 'mask') return { lossCorrupted: kept / presented };
  const lossMasked = dropped / presented / corruption.ratio;
  const lossVisible = kept / presented / (1 - corruption.ratio);
  const all = (kept + dropped) / presented;
  return { lossCorrupted: { all, masked: lossMasked, visible: lossVisible }[loss.over], lossMasked, lossVisible };
}

/** The exact expectation, where there is one: linear, squared loss, a corruption, no flags; masks of coordinates with `separate` only. */
function expectationOf({ prepared, program, experiment }: Evaluation): ExpectedLoss | null {
  const { corruption, loss, model, penalty } = experiment;
  if (penalty.latentTopK > 0 || (corruption.kind === 'mask' && corruption.shape === 'blocks')) return null;
  if (model.kind !== 'linear' || loss.kind !== 'squared' || corruption.kind === 'none' || hasFlags(corruption)) return null;
  if (model.parameterization !== 'separate' && corruption.kind === 'mask') return null;
  const map = linearMapOf(model, program, prepared.parameters);
  return map && new ExpectedLoss(map, corruption, loss.over);
}

/**
 * Measures a model on whole rows of one split at its current weights, penalties excluded (science.md 1.0b, 2):
 * - `loss`: clean input, never scaled; per-row sum over all coordinates, mean over rows
 * - `mse`: mean (x - output)^2 over rows and coordinates; `r2`: 1 - sum |x - output|^2 / sum |x - trainMean|^2 (absent where that is 0)
 * - `lossCorrupted`: the stored corruption, 4 copies a row, the 1/p of training, the configured scope; absent without corruption
 * - `lossMasked`, `lossVisible`: for masks; errors of dropped ones by 1/nu, of kept ones by 1/p
 * - `lossExpected`: linear `separate`, or one matrix without a mask, with squared loss, no flags: the exact expectation over the
 *   corruption in the configured scope
 *
 * Yields between calls of the engine, so that orders can be obeyed. Sums over rows are float64, those over the coordinates of a row the engine's.
 * @returns metrics without the name of the split; none for an empty split
 */
export function* evaluateSplit(evaluation: Evaluation): Generator<void, Record<string, number>, void> {
  const { prepared, experiment, split, trainMean } = evaluation;
  const rows = split.rows.length;
  if (rows === 0) return {};
  const inputs = split.x.length / rows;
  const expectation = expectationOf(evaluation);
  let [loss, squares] = [0, 0];
  for (const { from, to } of rowRanges(rows, rowsPerCall(prepared))) {
    const x = split.x.subarray(from * inputs, to * inputs);
    const sums = prepared.call('rowErrors', { x }, to - from);
    loss += total(sums.loss);
    squares += total(sums.squares ?? sums.loss);
    expectation?.add(x, prepared.call('score', { x }, to - from).output!);
    yield;
  }
  const metrics: Record<string, number> = { loss: loss / rows };
  if (experiment.corruption.kind !== 'none') Object.assign(metrics, yield* measureCorrupted(evaluation));
  if (expectation) metrics.lossExpected = expectation.value();
  metrics.mse = squares / rows / inputs;
  const spread = spreadOf(split.x, trainMean);
  if (spread > 0) metrics.r2 = 1 - squares / spread;
  return metrics;
}
