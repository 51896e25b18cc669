import type { AutoencoderExperiment, AutoencoderModel } from '../experiment/autoencoder.ts';
import { symmetricEigen } from '../math/symmetricEigen.ts';
import { hasFlags } from './corruption.ts';
import { covarianceOf, momentsOfRows, multiply, pseudoInverse, transposed } from './denseMatrix.ts';
import { namedParameters } from './linearMap.ts';
import type { Modes } from './modes.ts';
import { principalAngles } from './principalAngle.ts';
import type { Program } from './program.ts';

/** The best that a linear autoencoder can do on its training rows, and how. */
export interface LinearTheory {
  /** Least possible loss: `train.loss` without corruption, else `train.lossExpected`; penalty included. */
  optimum: number;
  /** Loss of the best constant output: what a relative rounding error is measured by. */
  totalVariance: number;
  /** The best map W = B A, [inputs, inputs], applied to what the encoder sees in training. */
  weights: Float64Array;
  /** Orthonormal basis of the best decoder's column space, [inputs, rank]. */
  basis: Float64Array;
  /** 0 where the best subspace is not unique, or is everything. */
  rank: number;
  /** Principal directions of the training rows, where the closed form is made of them; null under masks. */
  modes: Modes | null;
}

/** Widest inputs that are solved: 784 take some 5 s, and the time grows with the cube. */
const widest = 1024;

type TheorySections = Pick<AutoencoderExperiment, 'model' | 'corruption' | 'loss' | 'penalty'>;

/** What the closed forms are made of. `s`: covariance with biases (they take the mean away), else second moments; `spread`: variance of what a mask does, an input. */
interface Statistics {
  n: number;
  latent: number;
  s: Float64Array;
  spread: Float64Array;
}

/** Whether a penalty acts on codes: no optimum with one is known. */
function bendsCodes({ latentL1, latentTopK, latentKl, contractive }: TheorySections['penalty'], latent: number): boolean {
  return latentL1 > 0 || latentKl.weight > 0 || contractive > 0 || (latentTopK > 0 && latentTopK < latent);
}

/** Whether the parameterization reaches a known optimum: B alone does without a mask and a penalty, and only where nothing else bends it. */
function isSolved(
  model: Extract<AutoencoderModel, { kind: 'linear' }>,
  corruption: TheorySections['corruption'],
  penalty: TheorySections['penalty'],
): boolean {
  if (model.parameterization === 'separate') return true;
  if (corruption.kind === 'mask' || penalty.weights > 0) return false;
  // a ridge shrinks, and unequal singular values then imitate a filter
  if (model.parameterization === 'leastSquares') return model.ridge === 0;
  // 1 / (largest singular value)^2 keeps the strongest direction whole, whatever the noise
  return model.threshold === 0 && (corruption.kind === 'none' || model.stepSize !== 'auto');
}

/** Whether science.md 1.1 to 1.3 have a closed form for these sections. */
function hasClosedForm({ model, corruption, loss, penalty }: TheorySections, inputs: number): boolean {
  if (model.kind !== 'linear' || loss.kind !== 'squared' || !isSolved(model, corruption, penalty)) return false;
  if (inputs > widest || hasFlags(corruption) || (corruption.kind === 'mask' && corruption.shape !== 'coordinates')) return false;
  if (penalty.weights > 0 && corruption.kind !== 'none') return false;
  if (bendsCodes(penalty, model.latent)) return false;
  return loss.over === 'all' || (loss.over === 'masked' && model.latent >= inputs);
}

/**
 * The closed form of a linear `separate` autoencoder on its training rows, float64 (science.md 1.1). With S the covariance
 * (second moments where there is no bias), eigenvalues l_i, D = diag of the second moments, r = (1-p)/p, k codes:
 *
 * - vanilla: sum_{i>k} l_i (Baldi and Hornik 1989)
 * - L2 penalty g: sum over i<=k with l_i > g of 2g - g^2/l_i, every other mode l_i (Kunin et al. 2019)
 * - Gaussian: tr S - sum_{i<=k} l_i^2 / (l_i + sigma^2); `unrolled` at a fixed step size reaches both (1.3)
 * - `leastSquares` without a ridge, a projection that cannot shrink: sum_{i>k} l_i, and k sigma^2 more under Gaussian noise (1.2)
 * - mask, all: tr S - sum_{i<=k} eig_i(S T^-1 S), T = S + r D (with k = inputs Chen et al. 2012)
 * - mask, masked, k >= inputs, P = T^-1: sum_j 1/P_jj - r D_jj, W_ji = -P_ji/P_jj (Steck 2020)
 *
 * Coordinates without variance are left out by pseudo-inverses.
 * @param x training rows as the model sees them, [rows, inputs]
 * @returns null where no closed form exists: other models and losses, flags, blocks, a penalty under corruption, visible, masked with k < inputs;
 * nor for more than 1024 inputs, which would take minutes (784 take some 5 s, 64 take 20 ms)
 */
export function theoryFor(sections: TheorySections, x: ArrayLike<number>, inputs: number): LinearTheory | null {
  const { model, corruption, loss, penalty } = sections;
  if (!hasClosedForm(sections, inputs) || model.kind !== 'linear' || x.length === 0) return null;
  const found = momentsOfRows(x, inputs);
  const { moments } = found;
  const s = model.bias ? covarianceOf(found) : moments;
  const p = corruption.kind === 'mask' ? 1 - corruption.ratio : 1;
  const spread = Float64Array.from({ length: inputs }, (_, j) => ((1 - p) / p) * moments[j * inputs + j]!);
  const statistics = { n: inputs, latent: model.latent, s, spread };
  if (model.parameterization === 'leastSquares') {
    const projection = spectralOptimum(statistics, 0, 0);
    const noise = corruption.kind === 'gaussian' ? Math.min(model.latent, inputs) * corruption.sigma ** 2 : 0;
    return { ...projection, optimum: projection.optimum + noise };
  }
  if (corruption.kind !== 'mask')
    return spectralOptimum(statistics, corruption.kind === 'gaussian' ? corruption.sigma ** 2 : 0, penalty.weights);
  const theory = loss.over === 'all' ? maskedOptimum(statistics) : maskedOnlyOptimum(statistics);
  return corruption.rescale ? theory : { ...theory, weights: theory.weights.map((w) => w / p) };
}

/**
 * What an encoder that knows the mask has to beat: the optimum of two separate matrices under the same mask, with as many codes.
 * Null for other models and corruptions, and where that optimum has no closed form.
 */
export function separateOptimum(sections: TheorySections, x: ArrayLike<number>, inputs: number): number | null {
  const { model, corruption } = sections;
  if (model.kind !== 'linear' || model.parameterization === 'separate' || corruption.kind !== 'mask') return null;
  return theoryFor({ ...sections, model: { ...model, parameterization: 'separate' } }, x, inputs)?.optimum ?? null;
}

function traceOf({ s, n }: Statistics): number {
  let sum = 0;
  for (let j = 0; j < n; j++) sum += s[j * n + j]!;
  return sum;
}

/** The first `rank` columns of [n, n] -> [n, rank]. */
function leadingColumns(vectors: Float64Array, n: number, rank: number): Float64Array {
  return Float64Array.from({ length: n * rank }, (_, at) => vectors[Math.floor(at / rank) * n + (at % rank)]!);
}

/** Modes that the best subspace surely holds: none where mode k and k + 1 tie, or where k spans everything. */
function uniqueRank(values: ArrayLike<number>, n: number, latent: number, floor = 0): number {
  const limit = Math.max(1e-10 * values[0]!, floor);
  let rank = 0;
  while (rank < Math.min(latent, n) && values[rank]! > limit) rank++;
  if (rank === n) return 0;
  return rank === latent && values[rank]! > limit && values[rank - 1]! - values[rank]! < 1e-8 * values[0]! ? 0 : rank;
}

/** Vanilla, Gaussian and L2: the eigenvectors of S stay, each mode is shrunk by (l - g)/(l + sigma^2). */
function spectralOptimum(statistics: Statistics, variance: number, penalty: number): LinearTheory {
  const { n, latent, s } = statistics;
  const { values, vectors } = symmetricEigen(s, n);
  const modes = values.map((value) => Math.max(value, 0));
  const filter = modes.map((mode, i) => (i < latent && mode > penalty ? (mode - penalty) / (mode + variance) : 0));
  let optimum = 0;
  modes.forEach((mode, i) => {
    const f = filter[i]!;
    optimum += (1 - f) ** 2 * mode + variance * f * f + 2 * penalty * f;
  });
  const shrunk = vectors.map((value, at) => value * filter[at % n]!);
  const weights = multiply(shrunk, transposed(vectors, n, n), { rows: n, inner: n, columns: n });
  const rank = uniqueRank(modes, n, latent, penalty);
  const basis = leadingColumns(vectors, n, rank);
  return { optimum, totalVariance: traceOf(statistics), weights, basis, rank, modes: { n, values, vectors } };
}

/** S + r D: what the encoder sees, second moments of the masked, rescaled input. */
function seenMoments({ s, spread, n }: Statistics): Float64Array {
  return s.map((value, at) => (at % (n + 1) === 0 ? value + spread[at / (n + 1)]! : value));
}

/** Mask, scope all: W = V V^T S T^-1 with V the k leading eigenvectors of S T^-1 S. */
function maskedOptimum(statistics: Statistics): LinearTheory {
  const { n, latent, s } = statistics;
  const square = { rows: n, inner: n, columns: n };
  const regression = multiply(s, pseudoInverse(seenMoments(statistics), n), square);
  const { values, vectors } = symmetricEigen(multiply(regression, s, square), n);
  const count = Math.min(latent, n);
  const leading = leadingColumns(vectors, n, count);
  const total = traceOf(statistics);
  let optimum = total;
  for (let i = 0; i < count; i++) optimum -= Math.max(values[i]!, 0);
  const codes = multiply(transposed(leading, n, count), regression, { rows: count, inner: n, columns: n });
  const rank = uniqueRank(values, n, latent);
  return {
    optimum,
    totalVariance: total,
    weights: multiply(leading, codes, { rows: n, inner: count, columns: n }),
    basis: leadingColumns(vectors, n, rank),
    rank,
    modes: null,
  };
}

/** Mask, scope masked (times 1/nu), full rank: every coordinate regressed on all others. */
function maskedOnlyOptimum(statistics: Statistics): LinearTheory {
  const { n, spread } = statistics;
  const inverse = pseudoInverse(seenMoments(statistics), n);
  const weights = new Float64Array(n * n);
  const total = traceOf(statistics);
  let optimum = 0;
  for (let j = 0; j < n; j++) {
    const own = inverse[j * n + j]!;
    // a coordinate that never varies is reconstructed for nothing
    if (own <= 1e-12 / Math.max(total, 1e-300)) continue;
    optimum += 1 / own - spread[j]!;
    for (let i = 0; i < n; i++) if (i !== j) weights[j * n + i] = -inverse[j * n + i]! / own;
  }
  return { optimum, totalVariance: total, weights, basis: new Float64Array(0), rank: 0, modes: null };
}

/** Most angles that are told one by one: more lines than these nobody tells apart. */
const mostAngles = 16;

/** What a trained model is held against. */
export interface TheorySubject {
  experiment: TheorySections;
  program: Pick<Program, 'parameters'>;
  prepared: { readonly parameters: Float32Array };
}

/** g sum |W|^2 over all weights, biases excluded: the penalty in the training loss. */
export function weightPenalty({ program, prepared }: TheorySubject, g: number): number {
  if (g === 0) return 0;
  const named = namedParameters(program, prepared.parameters);
  let sum = 0;
  for (const { name, isBias } of program.parameters) if (!isBias) for (const value of named[name]!) sum += value * value;
  return g * sum;
}

/**
 * The model against the closed form.
 * @param metrics of the evaluation: `train.lossExpected` is read, or without corruption `train.loss`
 * @returns `theory.optimum`; `theory.gap`, (loss + penalty - optimum) / optimum, absent where the optimum is 0;
 * `theory.angle`, largest principal angle from the best subspace to col(B) in degrees, absent where that is not unique, and
 * `theory.angles.1`, ... `.16`, all of them, ascending
 */
export function theoryMeasures(
  theory: LinearTheory,
  subject: TheorySubject,
  metrics: Readonly<Record<string, number>>,
): Record<string, number> {
  const { experiment, program, prepared } = subject;
  const measures: Record<string, number> = { 'theory.optimum': theory.optimum };
  const loss = experiment.corruption.kind === 'none' ? metrics['train.loss'] : metrics['train.lossExpected'];
  if (loss !== undefined && theory.optimum > 1e-9 * theory.totalVariance)
    measures['theory.gap'] = (loss + weightPenalty(subject, experiment.penalty.weights) - theory.optimum) / theory.optimum;
  const decoder = namedParameters(program, prepared.parameters)['decoder.0.weights']!;
  if (theory.rank > 0 && prepared.parameters.every(Number.isFinite)) {
    const { latent } = experiment.model;
    const inputs = decoder.length / latent;
    const columns = transposed(decoder, latent, inputs);
    const angles = principalAngles({ a: columns, aColumns: latent, b: theory.basis, bColumns: theory.rank }, inputs);
    measures['theory.angle'] = angles.at(-1)!;
    if (angles.length <= mostAngles)
      angles.forEach((angle, i) => {
        measures[`theory.angles.${i + 1}`] = angle;
      });
  }
  return measures;
}
