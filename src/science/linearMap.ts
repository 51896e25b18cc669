import type { AutoencoderModel } from '../experiment/autoencoder.ts';
import { ridgeOf } from '../experiment/resolveExperiment.ts';
import { leastSquaresMap } from './leastSquares.ts';
import { type Program, parameterSize } from './program.ts';
import { unrolledMap } from './unrolled.ts';

/** What a linear autoencoder does to x, [inputs]: W x + b with W = B A. Numbers are float32 or float64. */
export interface LinearMap {
  inputs: number;
  latent: number;
  /** [inputs, latent], the transpose of A. */
  encoder: ArrayLike<number>;
  /** [latent, inputs], the transpose of B. */
  decoder: ArrayLike<number>;
  /** [inputs]: b = B a + d of the biases a (encoder) and d (decoder); zeros without biases. */
  bias: Float64Array;
}

/** The named parameter arrays of a program inside the flat parameters, without copying. */
export function namedParameters(program: Pick<Program, 'parameters'>, parameters: Float32Array): Record<string, Float32Array> {
  let from = 0;
  return Object.fromEntries(
    program.parameters.map((parameter) => {
      const to = from + parameterSize(parameter);
      const part = parameters.subarray(from, to);
      from = to;
      return [parameter.name, part];
    }),
  );
}

/**
 * The map of a linear autoencoder at these parameters, on rows of which nothing is dropped (or, for `separate`, on what the encoder sees);
 * null where it is none: hidden layers, flags, soft thresholds, and for models of one matrix numbers that are not finite.
 */
export function linearMapOf(model: AutoencoderModel, program: Pick<Program, 'parameters'>, parameters: Float32Array): LinearMap | null {
  if (model.kind === 'linear' && model.parameterization !== 'separate') {
    const named = namedParameters(program, parameters);
    const [weights, bias] = [named['decoder.0.weights']!, named['decoder.0.bias']];
    if (!parameters.every(Number.isFinite)) return null;
    if (model.parameterization === 'leastSquares')
      return leastSquaresMap({ latent: model.latent, ridge: ridgeOf(model, { kind: 'none' }) }, weights, bias);
    return model.threshold > 0 ? null : unrolledMap(model, weights, bias);
  }
  const shapes = new Map(program.parameters.map(({ name, shape }) => [name, shape]));
  const [inputs, latent] = shapes.get('encoder.0.weights')!;
  const outputs = shapes.get('decoder.0.weights')![1];
  if (shapes.has('decoder.1.weights') || inputs !== outputs) return null;
  const named = namedParameters(program, parameters);
  const decoder = named['decoder.0.weights']!;
  const bias = Float64Array.from(named['decoder.0.bias'] ?? new Float32Array(inputs!));
  named['encoder.0.bias']?.forEach((value, l) => {
    for (let j = 0; j < inputs!; j++) bias[j] = bias[j]! + value * decoder[l * inputs! + j]!;
  });
  return { inputs: inputs!, latent: latent!, encoder: named['encoder.0.weights']!, decoder, bias };
}

/** |W e_i|^2 of every input i, [inputs]: a_i^T (B^T B) a_i with a_i column i of A. */
export function columnSquares({ inputs, latent, encoder, decoder }: LinearMap): Float64Array {
  const gram = new Float64Array(latent * latent);
  for (let l = 0; l < latent; l++)
    for (let k = 0; k <= l; k++) {
      let sum = 0;
      for (let j = 0; j < inputs; j++) sum += decoder[l * inputs + j]! * decoder[k * inputs + j]!;
      gram[l * latent + k] = sum;
      gram[k * latent + l] = sum;
    }
  return Float64Array.from({ length: inputs }, (_, i) => {
    let sum = 0;
    for (let l = 0; l < latent; l++)
      for (let k = 0; k < latent; k++) sum += encoder[i * latent + l]! * gram[l * latent + k]! * encoder[i * latent + k]!;
    return sum;
  });
}

/** W_jj of every coordinate j, [inputs]. */
export function diagonalOf({ inputs, latent, encoder, decoder }: LinearMap): Float64Array {
  return Float64Array.from({ length: inputs }, (_, j) => {
    let sum = 0;
    for (let l = 0; l < latent; l++) sum += encoder[j * latent + l]! * decoder[l * inputs + j]!;
    return sum;
  });
}
