// An autoencoder in float64 and plain loops: what the engine's float32 losses and gradients are held against.
import type { Corruption, Loss } from '../../../src/experiment/autoencoder.ts';
import type { Layer } from '../../../src/science/layers.ts';

/** erf by its Taylor series, exact to 1e-13 for |x| < 4. */
export function erf(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; n < 200; n++) {
    term *= (-x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

const sigmoid = (z: number) => 1 / (1 + Math.exp(-z));
const density = (z: number) => Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
const distribution = (z: number) => (1 + erf(z * Math.SQRT1_2)) / 2;

/** Value and slope of every activation. */
export const activations: Record<Layer['activation'], { of(z: number): number; slope(z: number): number }> = {
  none: { of: (z) => z, slope: () => 1 },
  relu: { of: (z) => Math.max(z, 0), slope: (z) => (z > 0 ? 1 : 0) },
  tanh: { of: Math.tanh, slope: (z) => 1 - Math.tanh(z) ** 2 },
  sigmoid: { of: sigmoid, slope: (z) => sigmoid(z) * (1 - sigmoid(z)) },
  gelu: { of: (z) => z * distribution(z), slope: (z) => distribution(z) + z * density(z) },
  elu: { of: (z) => (z > 0 ? z : Math.expm1(z)), slope: (z) => (z > 0 ? 1 : Math.exp(z)) },
  softplus: { of: (z) => Math.log1p(Math.exp(z)), slope: sigmoid },
};

/** What the reference computes: the layers of encoder and decoder in one chain, the corruption, the loss, the penalty g. */
export interface ReferenceModel {
  layers: readonly Layer[];
  corruption: Corruption;
  loss: Loss;
  penalty?: number;
}

/** Rows of numbers: x [rows][inputs]. */
export type Rows = readonly (readonly number[])[];

/** What the encoder sees of one row, written from the definition. */
export function seenRow(x: readonly number[], draw: readonly number[] | null, corruption: Corruption): number[] {
  if (corruption.kind === 'gaussian') return x.map((v, j) => v + (draw ? corruption.sigma * draw[j]! : 0));
  if (corruption.kind === 'none') return [...x];
  const p = 1 - corruption.ratio;
  const seen = x.map((v, j) => (draw ? (draw[j] === 1 ? v * (corruption.rescale ? 1 / p : 1) : 0) : v));
  return corruption.flags ? [...seen, ...x.map((_, j) => (draw ? draw[j]! : 1))] : seen;
}

interface Pass {
  /** Input of every layer, then the output. */
  values: number[][];
  /** Before the activation, of every layer. */
  sums: number[][];
}

/** One row through the chain; parameters flat, weights [from, to] before biases. */
export function forward(layers: readonly Layer[], parameters: ArrayLike<number>, seen: readonly number[]): Pass {
  const values = [[...seen]];
  const sums: number[][] = [];
  let at = 0;
  for (const { from, to, bias, activation } of layers) {
    const input = values.at(-1)!;
    const sum = Array.from({ length: to }, (_, o) => {
      let s = bias ? parameters[at + from * to + o]! : 0;
      for (let i = 0; i < from; i++) s += input[i]! * parameters[at + i * to + o]!;
      return s;
    });
    at += from * to + (bias ? to : 0);
    sums.push(sum);
    values.push(sum.map(activations[activation].of));
  }
  return { values, sums };
}

/** Weight of coordinate j in the loss. */
export function scopeWeight(model: ReferenceModel, kept: number | undefined): number {
  const { loss, corruption } = model;
  if (loss.over === 'all' || corruption.kind !== 'mask') return 1;
  const p = 1 - corruption.ratio;
  return loss.over === 'visible' ? (kept === 1 ? 1 / p : 0) : kept === 1 ? 0 : 1 / (1 - p);
}

/** Error of one coordinate: squared, or the cross-entropy of the probability sigmoid(y), from its textbook definition. */
export function errorOf(kind: Loss['kind'], x: number, y: number): number {
  return kind === 'squared' ? (x - y) ** 2 : -x * Math.log(sigmoid(y)) - (1 - x) * Math.log(1 - sigmoid(y));
}

/** Loss and its gradient by backpropagation; draws [rows][inputs] or null for the clean input. */
export function lossAndGradient(model: ReferenceModel, parameters: ArrayLike<number>, x: Rows, draws: Rows | null) {
  const { layers, loss } = model;
  const gradient = new Float64Array(parameters.length);
  let total = 0;
  x.forEach((row, r) => {
    const draw = draws?.[r] ?? null;
    const pass = forward(layers, parameters, seenRow(row, draw, model.corruption));
    const output = pass.values.at(-1)!;
    const weights = row.map((_, j) => scopeWeight(model, draw?.[j]) / x.length);
    output.forEach((y, j) => {
      total += weights[j]! * errorOf(loss.kind, row[j]!, y);
    });
    const slopes = output.map((y, j) => weights[j]! * (loss.kind === 'squared' ? 2 * (y - row[j]!) : sigmoid(y) - row[j]!));
    backward(layers, parameters, pass, { slopes, gradient });
  });
  return { loss: total + addPenalty(model, parameters, gradient), gradient };
}

/** Adds the gradient of one row; `slopes` is the derivative of the loss by its output. */
function backward(
  layers: readonly Layer[],
  parameters: ArrayLike<number>,
  pass: Pass,
  into: { slopes: number[]; gradient: Float64Array },
): void {
  let end = parameters.length;
  let slopes = into.slopes;
  for (let l = layers.length - 1; l >= 0; l--) {
    const { from, to, bias, activation } = layers[l]!;
    const at = end - from * to - (bias ? to : 0);
    const input = pass.values[l]!;
    const d = slopes.map((s, o) => s * activations[activation].slope(pass.sums[l]![o]!));
    const before = new Array<number>(from).fill(0);
    for (let i = 0; i < from; i++)
      for (let o = 0; o < to; o++) {
        into.gradient[at + i * to + o]! += input[i]! * d[o]!;
        before[i]! += parameters[at + i * to + o]! * d[o]!;
      }
    if (bias) for (let o = 0; o < to; o++) into.gradient[at + from * to + o]! += d[o]!;
    slopes = before;
    end = at;
  }
}

/** g sum |W|^2 without biases; adds its gradient. */
function addPenalty({ layers, penalty = 0 }: ReferenceModel, parameters: ArrayLike<number>, gradient: Float64Array): number {
  let at = 0;
  let sum = 0;
  for (const { from, to, bias } of layers) {
    for (let i = at; i < at + from * to; i++) {
      sum += penalty * parameters[i]! ** 2;
      gradient[i]! += 2 * penalty * parameters[i]!;
    }
    at += from * to + (bias ? to : 0);
  }
  return sum;
}

/** Central differences of the reference loss, h = 1e-6. */
export function differences(model: ReferenceModel, parameters: Float64Array, x: Rows, draws: Rows | null): Float64Array {
  const h = 1e-6;
  return parameters.map((_, i) => {
    const at = (value: number) => {
      const moved = parameters.slice();
      moved[i] = value;
      return lossAndGradient(model, moved, x, draws).loss;
    };
    return (at(parameters[i]! + h) - at(parameters[i]! - h)) / (2 * h);
  });
}

/** Independent standard normal numbers, the same for the same seed (for tests only: a linear congruence and Box-Muller). */
export function normals(seed: number): () => number {
  let state = (seed * 2654435761 + 12345) >>> 0;
  const uniform = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
  for (let i = 0; i < 8; i++) uniform();
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}

/** |a - b| / |b|, Euclidean. */
export function relativeError(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let difference = 0;
  let size = 0;
  for (let i = 0; i < b.length; i++) {
    difference += (a[i]! - b[i]!) ** 2;
    size += b[i]! ** 2;
  }
  return Math.sqrt(difference / Math.max(size, 1e-300));
}
