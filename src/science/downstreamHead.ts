import type { DownstreamSection } from '../experiment/autoencoder.ts';
import { minimise, type Objective } from '../math/lbfgs.ts';
import { fillUniform } from '../math/random.ts';
import { takeLosses } from './downstreamLosses.ts';
import { type ClassifiedRows, fitLogistic, fitTolerance, multiplyRows, scoreRows } from './logisticRegression.ts';

/** What a head is: widths of its hidden layers (relu), and what it minimises. */
export type HeadForm = DownstreamSection['head'];

/** A fitted head: dense layers through these widths, of each W [from, to] row by row, then b [to]. */
export interface Head {
  /** Features, hidden layers, classes. */
  widths: readonly number[];
  parameters: Float64Array;
}

/** Smoothing of the hinge, down to where the corner no longer shows. */
const smoothings = [1, 0.1, 0.01];
/** Length of the gradient to stop at on the way to the last smoothing, and with hidden layers. */
const roughTolerance = 1e-4;
/** Searches with hidden layers end here at the latest: their minima are many. */
const mostHiddenIterations = 150;

/** Stretches of the flat parameters, one a layer. */
function layersOf(widths: readonly number[]): { from: number; to: number; at: number; end: number }[] {
  let at = 0;
  return widths.slice(1).map((to, i) => {
    const layer = { from: widths[i]!, to, at, end: at + (widths[i]! + 1) * to };
    at = layer.end;
    return layer;
  });
}

/** Scores of rows x [n, features], [n, classes]; `kept` takes what each layer sees. */
function runHead({ widths, parameters }: Head, x: Float64Array, kept: Float64Array[] = []): Float64Array {
  const layers = layersOf(widths);
  return layers.reduce((seen, { from, to, at, end }, i) => {
    const sums = new Float64Array((seen.length / from) * to);
    kept.push(seen);
    scoreRows(parameters.subarray(at, end), seen, from, sums);
    if (i < layers.length - 1) for (let j = 0; j < sums.length; j++) if (sums[j]! < 0) sums[j] = 0;
    return sums;
  }, x);
}

/** R W^T where the layer below was active, [n, from]. */
function pullBack(r: Float64Array, weights: Float64Array, seen: Float64Array, to: number): Float64Array {
  const from = weights.length / to - 1;
  const out = new Float64Array(seen.length);
  for (let i = 0, row = 0; i < out.length; i += from, row += to)
    for (let j = 0; j < from; j++) {
      if (seen[i + j] === 0) continue;
      let sum = 0;
      for (let k = 0; k < to; k++) sum += r[row + k]! * weights[j * to + k]!;
      out[i + j] = sum;
    }
  return out;
}

/**
 * mean_i loss(head(x_i), class_i) + |W|^2 / (2 C n): what a head minimises, with n rows, W the weights of all layers, biases excluded.
 * Without hidden layers and with cross-entropy it is `logisticObjective`.
 */
export function headObjective(rows: ClassifiedRows, form: HeadForm, at: { c: number; smoothing?: number }): Objective {
  const widths = [rows.width, ...form.hidden, rows.count];
  const n = rows.classes.length;
  const decay = 1 / (at.c * n);
  const layers = layersOf(widths);
  return (parameters, gradient) => {
    const kept: Float64Array[] = [];
    const scores = runHead({ widths, parameters }, rows.x, kept);
    const loss = takeLosses(form.loss, { ...rows, scores }, at.smoothing);
    let back = scores;
    let squares = 0;
    for (const [i, { from, to, at: start, end }] of [...layers.entries()].reverse()) {
      const own = gradient.subarray(start, end);
      const weights = parameters.subarray(start, end);
      multiplyRows(kept[i]!, back, { width: from, count: to }, own);
      if (i > 0) back = pullBack(back, weights, kept[i]!, to);
      for (let j = 0; j < own.length; j++) own[j] = own[j]! / n;
      for (let j = 0; j < from * to; j++) {
        squares += weights[j]! ** 2;
        own[j] = own[j]! + decay * weights[j]!;
      }
    }
    return loss / n + (decay / 2) * squares;
  };
}

/** What a fit starts from: `fresh` seeds the layers where there are hidden ones; `near` is the fit of a neighbouring c. */
export interface HeadStart {
  seed: number;
  draw: number;
  near?: Float64Array;
}

/**
 * Fits a head: a linear one to convergence, one with hidden layers by at most 150 iterations of L-BFGS from random weights. The hinge is
 * smoothed less and less (tau 1, 0.1, 0.01). Whole data, float64, no randomness but the start. Yields between iterations.
 * @param c inverse strength of the penalty, above 0
 * @returns flat parameters
 */
export function* fitHead(
  rows: ClassifiedRows,
  form: HeadForm,
  { c, start }: { c: number; start: HeadStart },
): Generator<void, Float64Array, void> {
  const isLinear = form.hidden.length === 0;
  if (isLinear && form.loss === 'crossEntropy') return yield* fitLogistic(rows, c, start.near);
  const widths = [rows.width, ...form.hidden, rows.count];
  // from the neighbour of a convex problem only: with hidden layers a strong penalty leaves units that never come back
  let parameters = isLinear && start.near ? start.near : freshHead(widths, start);
  const way = form.loss !== 'hinge' ? [0] : isLinear && start.near ? smoothings.slice(-1) : smoothings;
  for (const smoothing of way) {
    const objective = headObjective(rows, form, { c, smoothing });
    const tolerance = isLinear && smoothing === way.at(-1) ? fitTolerance : roughTolerance;
    parameters = (yield* minimise(objective, parameters, tolerance, isLinear ? undefined : mostHiddenIterations)).x;
  }
  return parameters;
}

/** Zeros for a linear head, whose minimum is one; else weights and biases uniform on +-1/sqrt(from) of each layer. */
function freshHead(widths: readonly number[], { seed, draw }: HeadStart): Float64Array {
  const layers = layersOf(widths);
  const parameters = new Float64Array(layers.at(-1)!.end);
  if (layers.length === 1) return parameters;
  layers.forEach(({ from, at, end }, i) => {
    const drawn = new Float32Array(end - at);
    fillUniform(drawn, { seed, stream: 'freshInit', step: freshStep(draw) + headSteps + i }, -1 / Math.sqrt(from), 1 / Math.sqrt(from));
    parameters.set(drawn, at);
  });
  return parameters;
}

/** Steps of stream `freshInit` for one draw: those of a fresh network first, those of heads by themselves from `headSteps` on. */
const stepsADraw = 1024;
const headSteps = 512;

/** First step of stream `freshInit` for the networks of a draw. */
export function freshStep(draw: number): number {
  return draw * stepsADraw;
}

/** Scores of rows in the units the head was fitted in, [n, features] -> [n, classes]. */
export function scoresOf(head: Head, x: Float64Array): Float64Array {
  return runHead(head, x);
}
