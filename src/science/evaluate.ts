import type { AutoencoderExperiment } from '../experiment/autoencoder.ts';
import { hasFlags } from './corruption.ts';
import { ExpectedLoss } from './expectedLoss.ts';
import { linearMapOf } from './linearMap.ts';
import type { Program } from './program.ts';
import { type CallableProgram, rowRanges, rowsPerCall } from './runInBatches.ts';
import { type EvaluatedRows, storedCopies, storedDraw } from './storedDraws.ts';

/** What is measured, on which rows. */
export interface Evaluation {
  prepared: CallableProgram;
  program: Pick<Program, 'parameters'>;
  experiment: Pick<AutoencoderExperiment, 'model' | 'corruption' | 'loss' | 'seed'>;
  split: EvaluatedRows;
  /** [inputs] mean of the training rows as the model sees them (`columnMeans`), what R^2 compares with. */
  trainMean: Float64Array;
}

/** Mean of every column of x, [rows, inputs] -> [inputs]; zeros without rows. */
export function columnMeans(x: Float32Array, inputs: number): Float64Array {
  const sums = new Float64Array(inputs);
  for (let from = 0; from < x.length; from += inputs) for (let j = 0; j < inputs; j++) sums[j] = sums[j]! + x[from + j]!;
  const rows = Math.max(1, x.length / inputs);
  return sums.map((sum) => sum / rows);
}

/** Error of one coordinate and output there, from the score y: squared (x - y)^2; cross-entropy of logit y, finite for every y. */
function crossEntropy(x: number, y: number): number {
  return Math.max(y, 0) - y * x + Math.log1p(Math.exp(-Math.abs(y)));
}

/** The output of a score: itself, or its sigmoid. */
function sigmoid(y: number): number {
  const t = Math.exp(-Math.abs(y));
  return y >= 0 ? 1 / (1 + t) : t / (1 + t);
}

/** Sums over the clean input. */
class CleanSums {
  loss = 0;
  squares = 0;
  /** Squared distances to the training mean. */
  spread = 0;

  constructor(
    private readonly isSquared: boolean,
    private readonly trainMean: Float64Array,
  ) {}

  add(x: Float32Array, score: Float32Array): void {
    const { trainMean, isSquared } = this;
    const inputs = trainMean.length;
    for (let from = 0; from < x.length; from += inputs)
      for (let j = 0; j < inputs; j++) {
        const value = x[from + j]!;
        const y = score[from + j]!;
        const residual = value - (isSquared ? y : sigmoid(y));
        const square = residual * residual;
        this.squares += square;
        this.loss += isSquared ? square : crossEntropy(value, y);
        this.spread += (value - trainMean[j]!) ** 2;
      }
  }
}

/** Sums over the corrupted input: errors of kept (all, without a mask) and of dropped coordinates. */
class CorruptedSums {
  kept = 0;
  dropped = 0;

  constructor(
    private readonly isSquared: boolean,
    private readonly isMask: boolean,
  ) {}

  add(x: Float32Array, score: Float32Array, draw: Float32Array): void {
    for (let i = 0; i < x.length; i++) {
      const residual = x[i]! - score[i]!;
      const error = this.isSquared ? residual * residual : crossEntropy(x[i]!, score[i]!);
      if (this.isMask && draw[i] === 0) this.dropped += error;
      else this.kept += error;
    }
  }
}

/** Losses on the stored corruption: lossCorrupted in the configured scope, for masks lossMasked and lossVisible too. */
function* measureCorrupted({ prepared, experiment, split }: Evaluation): Generator<void, Record<string, number>, void> {
  const { corruption, loss, seed } = experiment;
  const rows = split.rows.length;
  const inputs = split.x.length / rows;
  const sums = new CorruptedSums(loss.kind === 'squared', corruption.kind === 'mask');
  for (let copy = 0; copy < storedCopies; copy++)
    for (const range of rowRanges(rows, rowsPerCall(prepared))) {
      const x = split.x.subarray(range.from * inputs, range.to * inputs);
      const draw = storedDraw(corruption, split, { seed, copy }, range);
      sums.add(x, prepared.call('scoreCorrupted', { x, draw }, range.to - range.from).output!, draw);
      yield;
    }
  const presented = rows * storedCopies;
  if (corruption.kind !== 'mask') return { lossCorrupted: sums.kept / presented };
  const lossMasked = sums.dropped / presented / corruption.ratio;
  const lossVisible = sums.kept / presented / (1 - corruption.ratio);
  const all = (sums.kept + sums.dropped) / presented;
  return { lossCorrupted: { all, masked: lossMasked, visible: lossVisible }[loss.over], lossMasked, lossVisible };
}

/** The exact expectation, where there is one: linear `separate`, squared loss, a corruption, no flags. */
function expectationOf({ prepared, program, experiment }: Evaluation): ExpectedLoss | null {
  const { corruption, loss, model } = experiment;
  if (model.kind !== 'linear' || loss.kind !== 'squared' || corruption.kind === 'none' || hasFlags(corruption)) return null;
  const map = linearMapOf(program, prepared.parameters);
  return map && new ExpectedLoss(map, corruption, loss.over);
}

/**
 * Measures a model on whole rows of one split at its current weights, penalties excluded (science.md 1.0b, 2):
 * - `loss`: clean input, never scaled; per-row sum over all coordinates, mean over rows
 * - `mse`: mean (x - output)^2 over rows and coordinates; `r2`: 1 - sum |x - output|^2 / sum |x - trainMean|^2 (absent where that is 0)
 * - `lossCorrupted`: the stored corruption, 4 copies a row, the 1/p of training, the configured scope; absent without corruption
 * - `lossMasked`, `lossVisible`: for masks; errors of dropped ones by 1/nu, of kept ones by 1/p
 * - `lossExpected`: linear `separate` with squared loss, no flags: the exact expectation over the corruption in the configured scope
 *
 * Yields between calls of the engine, so that orders can be obeyed. Sums are float64.
 * @returns metrics without the name of the split; none for an empty split
 */
export function* evaluateSplit(evaluation: Evaluation): Generator<void, Record<string, number>, void> {
  const { prepared, experiment, split, trainMean } = evaluation;
  const rows = split.rows.length;
  if (rows === 0) return {};
  const inputs = split.x.length / rows;
  const clean = new CleanSums(experiment.loss.kind === 'squared', trainMean);
  const expectation = expectationOf(evaluation);
  for (const { from, to } of rowRanges(rows, rowsPerCall(prepared))) {
    const x = split.x.subarray(from * inputs, to * inputs);
    const score = prepared.call('score', { x }, to - from).output!;
    clean.add(x, score);
    expectation?.add(x, score);
    yield;
  }
  const metrics: Record<string, number> = { loss: clean.loss / rows };
  if (experiment.corruption.kind !== 'none') Object.assign(metrics, yield* measureCorrupted(evaluation));
  if (expectation) metrics.lossExpected = expectation.value();
  metrics.mse = clean.squares / rows / inputs;
  if (clean.spread > 0) metrics.r2 = 1 - clean.squares / clean.spread;
  return metrics;
}
