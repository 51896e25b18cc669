import type { AutoencoderExperiment } from '../experiment/autoencoder.ts';
import { symmetricEigen } from '../math/symmetricEigen.ts';
import { corruptRows } from './corruption.ts';
import { multiply, transposed } from './denseMatrix.ts';
import { namedParameters } from './linearMap.ts';
import type { Program } from './program.ts';
import { largestSingularValue } from './singularValue.ts';
import { type EvaluatedRows, storedDraw } from './storedDraws.ts';

/** An encoder that takes steps of descent l <- l + eta B^T (m o (x - b - B l)) from l = 0, for any number of steps. */
export interface Descent {
  /** B^T [latent, inputs] */
  weights: Float64Array;
  latent: number;
  /** b [inputs] */
  bias: Float64Array;
  /** eta */
  stepSize: number;
}

/** Rows of which the loss is asked: clean, as the encoder sees them, and which coordinates it sees. */
export interface DescentRows {
  /** [rows, inputs] */
  clean: Float32Array;
  /** [rows, inputs] */
  seen: Float32Array;
  /** [rows, inputs], 1 kept and 0 dropped; null where everything is seen. */
  mask: Float32Array | null;
}

/** Loss against the number of steps. */
export interface DepthProfile {
  /** Numbers of steps d, ascending from 0. */
  depths: number[];
  /** Mean |B l_d + b - x|^2 at each of them. */
  measured: Float64Array;
  /** Its expectation over Gaussian noise; null under masks. */
  predicted: Float64Array | null;
}

/** Every number of steps up to 20, then fewer and fewer. */
export function depthGrid(last: number): number[] {
  const depths: number[] = [];
  for (let d = 0; d < last; d = d < 20 ? d + 1 : Math.max(d + 1, Math.round(d * 1.12))) depths.push(d);
  return [...depths, last];
}

/** A direction u_i that B = U diag(s) V^T reaches, and what some rows have along it; x~ is what the encoder sees of x. */
interface Mode {
  /** s_i^2 */
  square: number;
  /** Mean (u_i^T (x - b))^2. */
  energy: number;
  /** Mean (u_i^T (x~ - b))^2. */
  seen: number;
  /** Mean of the product of both. */
  shared: number;
}

/** Losses of d steps where everything is seen, f_i = 1 - (1 - eta s_i^2)^d: sum_i (f_i^2 seen_i - 2 f_i shared_i + energy_i) + rest. */
function lossesAt(
  modes: readonly Mode[],
  rest: number,
  { stepSize, depths }: { stepSize: number; depths: readonly number[] },
): Float64Array {
  return Float64Array.from(depths, (d) => {
    let sum = rest;
    for (const { square, energy, seen, shared } of modes) {
      const f = 1 - (1 - stepSize * square) ** d;
      sum += f * f * seen - 2 * f * shared + energy;
    }
    return Math.max(0, sum); // a difference of large numbers where nothing is lost
  });
}

/** x - b of rows x [rows, inputs]. */
function withoutBias(x: Float32Array, bias: Float64Array): Float64Array {
  const out = new Float64Array(x.length);
  for (let from = 0; from < x.length; from += bias.length) for (let j = 0; j < bias.length; j++) out[from + j] = x[from + j]! - bias[j]!;
  return out;
}

/** Rows x and x~ [rows, inputs] along the directions that B reaches, and the mean |x - b|^2 that is along none of them. */
function alongModes({ weights, latent, bias }: Descent, clean: Float32Array, seen: Float32Array): { modes: Mode[]; rest: number } {
  const inputs = bias.length;
  const rows = clean.length / inputs;
  const columns = transposed(weights, latent, inputs); // B
  const { values, vectors } = symmetricEigen(multiply(weights, columns, { rows: latent, inner: inputs, columns: latent }), latent);
  const turned = multiply(columns, vectors, { rows: inputs, inner: latent, columns: latent }); // B V = U diag(s)
  const along = (x: Float64Array) => multiply(x, turned, { rows, inner: inputs, columns: latent }); // s_i times the part along u_i
  const target = withoutBias(clean, bias);
  const ofClean = along(target);
  const ofSeen = seen === clean ? ofClean : along(withoutBias(seen, bias));
  let rest = target.reduce((sum, value) => sum + value * value, 0) / rows;
  const modes: Mode[] = [];
  for (let i = 0; i < Math.min(latent, inputs) && values[i]! > 1e-12 * values[0]!; i++) {
    const meanProduct = (a: Float64Array, b: Float64Array) => {
      let sum = 0;
      for (let at = i; at < a.length; at += latent) sum += a[at]! * b[at]!;
      return sum / rows / values[i]!;
    };
    const energy = meanProduct(ofClean, ofClean);
    modes.push({ square: values[i]!, energy, seen: meanProduct(ofSeen, ofSeen), shared: meanProduct(ofSeen, ofClean) });
    rest -= energy;
  }
  return { modes, rest: Math.max(0, rest) };
}

/**
 * Expected loss of d steps under Gaussian noise, exact for these rows (science.md 1.3). With B = U diag(s) V^T, S the second moments of
 * x - b and f_i = 1 - (1 - eta s_i^2)^d: sum_i (1 - f_i)^2 u_i^T S u_i + sigma^2 sum_i f_i^2 + tr S - sum_i u_i^T S u_i.
 * @param clean [rows, inputs]
 * @returns one number a depth
 */
export function predictedDepths(
  descent: Descent,
  clean: Float32Array,
  { sigma, depths }: { sigma: number; depths: readonly number[] },
): Float64Array {
  const { modes, rest } = alongModes(descent, clean, clean);
  const expected = modes.map((mode) => ({ ...mode, seen: mode.energy + sigma ** 2 }));
  return lossesAt(expected, rest, { stepSize: descent.stepSize, depths });
}

/** Mean |B l_d + b - x|^2 over rows at each depth; float64. Under a mask by taking the steps, else by what they come to along each direction of B. */
export function measuredDepths(descent: Descent, rows: DescentRows, depths: readonly number[]): Float64Array {
  if (rows.mask !== null) return throughSteps(descent, rows, depths);
  const { modes, rest } = alongModes(descent, rows.clean, rows.seen);
  return lossesAt(modes, rest, { stepSize: descent.stepSize, depths });
}

function throughSteps(descent: Descent, { clean, seen, mask }: DescentRows, depths: readonly number[]): Float64Array {
  const { weights, latent, bias, stepSize } = descent;
  const inputs = bias.length;
  const rows = clean.length / inputs;
  const columns = transposed(weights, latent, inputs); // B
  const back = { rows, inner: inputs, columns: latent };
  const forth = { rows, inner: latent, columns: inputs };
  const code = new Float64Array(rows * latent);
  const losses = new Float64Array(depths.length);
  for (let d = 0, next = 0; next < depths.length; d++) {
    const drawn = multiply(code, weights, forth); // B l, [rows, inputs]
    if (depths[next] === d) {
      let sum = 0;
      for (let i = 0; i < drawn.length; i++) sum += (drawn[i]! + bias[i % inputs]! - clean[i]!) ** 2;
      losses[next++] = sum / rows;
    }
    const residual = drawn.map((value, i) => (mask?.[i] === 0 ? 0 : seen[i]! - bias[i % inputs]! - value));
    const step = multiply(residual, columns, back);
    for (let i = 0; i < code.length; i++) code[i] = code[i]! + stepSize * step[i]!;
  }
  return losses;
}

/** Multiplications that one profile may cost: some 15 ms. */
const mostProducts = 6e6;
/** More rows say the same. */
const mostRows = 256;

/** A model whose encoder could take more or fewer steps, and the rows it is asked on. */
export interface DepthSubject {
  experiment: Pick<AutoencoderExperiment, 'model' | 'corruption' | 'loss' | 'penalty' | 'seed'>;
  program: Pick<Program, 'parameters'>;
  prepared: { readonly parameters: Float32Array };
  split: EvaluatedRows;
  imageShape?: readonly [number, number] | null;
}

/** The descent of a model of one matrix: its own steps, or those that lead to its least squares; null for all others, and where numbers are not finite. */
export function descentOf({ experiment, program, prepared }: Pick<DepthSubject, 'experiment' | 'program' | 'prepared'>): Descent | null {
  const { model, loss, penalty, corruption } = experiment;
  if (model.kind !== 'linear' || model.parameterization === 'separate' || corruption.kind === 'none') return null;
  if (loss.kind !== 'squared' || loss.over !== 'all' || penalty.latentTopK > 0) return null;
  if (model.parameterization === 'unrolled' && model.threshold > 0) return null;
  const named = namedParameters(program, prepared.parameters);
  const weights = new Float64Array(named['decoder.0.weights']!);
  if (!prepared.parameters.every(Number.isFinite)) return null;
  const inputs = weights.length / model.latent;
  const own =
    model.parameterization === 'unrolled' && model.stepSize !== 'auto' ? model.stepSize : 1 / largestSingularValue(weights, inputs) ** 2;
  const bias = Float64Array.from(named['decoder.0.bias'] ?? new Float32Array(inputs));
  return Number.isFinite(own) ? { weights, latent: model.latent, bias, stepSize: own } : null;
}

/** A descent that converges, how far it is followed, and the clean rows it is asked on. */
interface Probed {
  descent: Descent;
  depths: number[];
  /** [rows, inputs] */
  clean: Float32Array;
}

/** As many of the first rows as 6 million multiplications allow, at least 16 and at most 256. */
function probedRows(subject: DepthSubject): Probed | null {
  const descent = descentOf(subject);
  const { experiment, split } = subject;
  const { model } = experiment;
  if (descent === null || split.rows.length === 0 || model.kind !== 'linear') return null;
  const inputs = descent.bias.length;
  if (descent.stepSize * largestSingularValue(descent.weights, inputs) ** 2 > 2) return null;
  const last = Math.min(400, Math.max(50, 4 * (model.parameterization === 'unrolled' ? model.steps : 1)));
  const takesSteps = experiment.corruption.kind === 'mask';
  const affordable = Math.floor(mostProducts / ((takesSteps ? last : 1) * 2 * inputs * model.latent));
  const rows = Math.min(split.rows.length, mostRows, Math.max(16, affordable));
  return { descent, depths: depthGrid(last), clean: split.x.subarray(0, rows * inputs) };
}

/**
 * Early stopping as denoising: the loss of a model of one matrix against the number of steps of its encoder, at its present B, on the
 * first rows of a split with their stored corruption.
 * @returns null where `descentOf` is, without rows, and where the steps grow (step size beyond 2 / s_1^2)
 */
export function depthProfile(subject: DepthSubject): DepthProfile | null {
  const probed = probedRows(subject);
  if (probed === null) return null;
  const { descent, depths, clean } = probed;
  const { experiment, split, imageShape } = subject;
  const { corruption, seed } = experiment;
  const rows = clean.length / descent.bias.length;
  const draw = storedDraw(corruption, split, { seed, copy: 0, imageShape }, { from: 0, to: rows });
  const isMasked = corruption.kind === 'mask';
  const seen = isMasked ? clean : corruptRows(clean, draw, corruption);
  return {
    depths,
    measured: measuredDepths(descent, { clean, seen, mask: isMasked ? draw : null }, depths),
    predicted: corruption.kind === 'gaussian' ? predictedDepths(descent, clean, { sigma: corruption.sigma, depths }) : null,
  };
}

/**
 * `encoder.bestSteps` of a model of one matrix under Gaussian noise: the number of steps with the least expected loss, as `depthProfile`
 * predicts it, of at most four times its own, at least 50.
 */
export function bestStepsMeasure(subject: DepthSubject): Record<string, number> {
  const { corruption } = subject.experiment;
  if (corruption.kind !== 'gaussian') return {};
  const probed = probedRows(subject);
  if (probed === null) return {};
  const { descent, depths, clean } = probed;
  const predicted = predictedDepths(descent, clean, { sigma: corruption.sigma, depths });
  return { 'encoder.bestSteps': depths[predicted.indexOf(Math.min(...predicted))]! };
}
