import { type Program, parameterSize } from './program.ts';

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
