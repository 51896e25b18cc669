import type { AutoencoderExperiment } from '../experiment/autoencoder.ts';
import { hasFlags } from './corruption.ts';
import { multiply, transposed } from './denseMatrix.ts';
import { type Activation, type Layer, layersOf } from './layers.ts';
import { namedParameters } from './linearMap.ts';
import type { Program } from './program.ts';
import { productSingularValues } from './singularValue.ts';

/** Rows around which a network is looked at: its Jacobian differs from row to row, and four cost some 2 ms at 64 inputs. */
const probedRows = 4;
/** Fewer are no picture of a network. */
const fewestRows = 2;
/** Multiplications that the Jacobians of all rows may cost: some 10 ms. */
const mostProducts = 6e6;
/** Largest matrix whose eigenvalues are worth their time: 64 take 3 ms a row. */
const widestSpectrum = 64;

/** A network, and the rows around which it is looked at. */
export interface JacobianSubject {
  experiment: Pick<AutoencoderExperiment, 'model' | 'corruption' | 'loss' | 'penalty'>;
  program: Pick<Program, 'parameters'>;
  prepared: { readonly parameters: Float32Array };
  /** [rows, inputs], clean; the first four are taken. */
  x: Float32Array;
  inputs: number;
}

/** Jacobians of encoder and decoder around one row: J = D E. */
export interface RowJacobian {
  /** E [latent, inputs] */
  encoder: Float64Array;
  /** D [inputs, latent] */
  decoder: Float64Array;
  latent: number;
  inputs: number;
}

/** erf(x) to 2e-7 (Abramowitz and Stegun 7.1.26). */
function erf(x: number): number {
  const t = 1 / (1 + 0.3275911 * Math.abs(x));
  const series = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  return Math.sign(x) * (1 - series * Math.exp(-x * x));
}

const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));

/** Value and slope of an activation at z. */
function activated(activation: Activation, z: number): [value: number, slope: number] {
  switch (activation) {
    case 'none':
      return [z, 1];
    case 'relu':
      return z > 0 ? [z, 1] : [0, 0];
    case 'tanh': {
      const y = Math.tanh(z);
      return [y, 1 - y * y];
    }
    case 'sigmoid': {
      const y = sigmoid(z);
      return [y, y * (1 - y)];
    }
    case 'elu':
      return z > 0 ? [z, 1] : [Math.expm1(z), Math.exp(z)];
    case 'softplus':
      return [Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))), sigmoid(z)];
    case 'gelu': {
      const distribution = (1 + erf(z * Math.SQRT1_2)) / 2;
      return [z * distribution, distribution + (z * Math.exp((-z * z) / 2)) / Math.sqrt(2 * Math.PI)];
    }
  }
}

/** A layer with its numbers: W [from, to] and b [to]. */
interface DenseLayer {
  from: number;
  to: number;
  activation: Activation;
  weights: Float64Array;
  bias: Float64Array;
}

function withNumbers(layer: Layer, named: Record<string, Float32Array>): DenseLayer {
  const { name, from, to, activation, tiedTo, bias } = layer;
  // tied weights are [to, from], and longer where flags have weights of their own
  const weights =
    tiedTo === undefined
      ? Float64Array.from(named[`${name}.weights`]!)
      : transposed(named[`${tiedTo}.weights`]!.subarray(0, to * from), to, from);
  return { from, to, activation, weights, bias: Float64Array.from(bias ? named[`${name}.bias`]! : new Float32Array(to)) };
}

/** Runs one row through layers: its output, and the slopes of every layer. */
function runRow(layers: readonly DenseLayer[], row: Float64Array): { output: Float64Array; slopes: Float64Array[] } {
  let output: Float64Array = row;
  const slopes = layers.map(({ from, to, activation, weights, bias }) => {
    const sums = multiply(output, weights, { rows: 1, inner: from, columns: to });
    const slope = new Float64Array(to);
    output = sums.map((sum, j) => {
      const [value, slopeHere] = activated(activation, sum + bias[j]!);
      slope[j] = slopeHere;
      return value;
    });
    return slope;
  });
  return { output, slopes };
}

/** Transposed Jacobian of layers, W_1 S_1 W_2 S_2 ..., [inputs, outputs], multiplied from the narrow side. */
function chained(layers: readonly DenseLayer[], slopes: readonly Float64Array[]): Float64Array {
  const scaled = layers.map(({ weights, to }, i) => weights.map((value, at) => value * slopes[i]![at % to]!));
  const isNarrowLast = layers.at(-1)!.to <= layers[0]!.from;
  if (isNarrowLast) {
    let product: Float64Array = scaled.at(-1)!;
    const columns = layers.at(-1)!.to;
    for (let i = layers.length - 2; i >= 0; i--)
      product = multiply(scaled[i]!, product, { rows: layers[i]!.from, inner: layers[i]!.to, columns });
    return product;
  }
  let product: Float64Array = scaled[0]!;
  const rows = layers[0]!.from;
  for (let i = 1; i < layers.length; i++) product = multiply(product, scaled[i]!, { rows, inner: layers[i]!.from, columns: layers[i]!.to });
  return product;
}

/** 1 for the k largest numbers, ties included, else 0. */
function largest(values: Float64Array, k: number): Float64Array {
  if (k === 0 || k >= values.length) return values.map(() => 1);
  const least = values.toSorted()[values.length - k]!;
  return values.map((value) => Number(value >= least));
}

/**
 * Jacobians of an `mlp` around its first rows, exact, float64, as many rows as 6 million multiplications allow: E of the encoder at a clean row, D of the decoder at its code. Flags stand at 1;
 * codes that `latentTopK` cuts off have none; with cross-entropy the sigmoid of the output belongs to the decoder.
 * @returns null for other models, without rows, where a number is not finite, and where those of two rows would cost more than 6 million multiplications
 */
export function networkJacobians({ experiment, program, prepared, x, inputs }: JacobianSubject): RowJacobian[] | null {
  const { model, corruption, loss, penalty } = experiment;
  if (model.kind !== 'mlp' || x.length === 0 || !prepared.parameters.every(Number.isFinite)) return null;
  const { latent } = model;
  const sizes = program.parameters.reduce((sum, { shape, isBias }) => sum + (isBias ? 0 : shape.reduce((a, b) => a * b, 1)), 0);
  const affordable = Math.floor(mostProducts / ((model.tied ? 2 : 1) * sizes * latent));
  if (affordable < fewestRows) return null;
  const rows = Math.min(probedRows, affordable, x.length / inputs);
  const named = namedParameters(program, prepared.parameters);
  const seenWidth = hasFlags(corruption) ? 2 * inputs : inputs;
  const layers = layersOf(model, inputs, seenWidth);
  const encoder = layers.encoder.map((layer) => withNumbers(layer, named));
  const decoder = layers.decoder.map((layer) => withNumbers(layer, named));
  return Array.from({ length: rows }, (_, row) => {
    const seen = new Float64Array(seenWidth).fill(1);
    seen.set(x.subarray(row * inputs, (row + 1) * inputs));
    const coded = runRow(encoder, seen);
    const kept = largest(coded.output, penalty.latentTopK);
    const drawn = runRow(
      decoder,
      coded.output.map((value, l) => value * kept[l]!),
    );
    // [seen, latent], of which the flags are left out
    const down = chained(encoder, coded.slopes)
      .subarray(0, inputs * latent)
      .map((value, at) => value * kept[at % latent]!);
    const up = chained(decoder, drawn.slopes); // [latent, inputs]
    const finished = loss.kind === 'squared' ? up : up.map((value, at) => value * activated('sigmoid', drawn.output[at % inputs]!)[1]);
    return { encoder: transposed(down, inputs, latent), decoder: transposed(finished, latent, inputs), latent, inputs };
  });
}

/** |J - I|_F / sqrt(m) with J = D E, m inputs: |J|^2 - 2 tr J + m without forming J. */
export function distanceToIdentity({ encoder, decoder, latent, inputs }: RowJacobian): number {
  const { gramEncoder, gramDecoder } = gramsOf({ encoder, decoder, latent, inputs });
  let square = inputs;
  for (let i = 0; i < gramEncoder.length; i++) square += gramEncoder[i]! * gramDecoder[i]!;
  for (let l = 0; l < latent; l++) for (let j = 0; j < inputs; j++) square -= 2 * encoder[l * inputs + j]! * decoder[j * latent + l]!;
  return Math.sqrt(Math.max(0, square) / inputs);
}

/** E E^T and D^T D, [latent, latent]. */
function gramsOf({ encoder, decoder, latent, inputs }: RowJacobian): { gramEncoder: Float64Array; gramDecoder: Float64Array } {
  const size = { rows: latent, inner: inputs, columns: latent };
  return {
    gramEncoder: multiply(encoder, transposed(encoder, latent, inputs), size),
    gramDecoder: multiply(transposed(decoder, inputs, latent), decoder, size),
  };
}

/**
 * Singular values of J = D E, descending, averaged over rows: how a network shrinks and expands around its data.
 * @returns [min(latent, inputs)]; null where both are above 64
 */
export function meanSingularValues(jacobians: readonly RowJacobian[]): Float64Array | null {
  const { latent, inputs } = jacobians[0]!;
  const count = Math.min(latent, inputs);
  if (count > widestSpectrum) return null;
  const mean = new Float64Array(count);
  for (const jacobian of jacobians) {
    const found = productSingularValues(jacobian.decoder, jacobian.encoder, jacobian);
    for (let i = 0; i < count; i++) mean[i] = mean[i]! + found[i]! / jacobians.length;
  }
  return mean;
}
