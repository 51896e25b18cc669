import { symmetricEigen } from '../math/symmetricEigen.ts';
import { covarianceOf, momentsOfRows } from './denseMatrix.ts';
import type { LinearMap } from './linearMap.ts';

/** The principal directions u_i of the training rows: what a linear autoencoder learns one by one, the large ones first. */
export interface Modes {
  /** Number of inputs. */
  n: number;
  /** [n] variances l_i along them, descending. */
  values: Float64Array;
  /** [n, n] row by row; column i is u_i. */
  vectors: Float64Array;
}

/** Widest inputs whose modes are worth their time: 256 take half a second, and the time grows with the cube. */
const widest = 256;

/**
 * Eigenvectors of the covariance of rows, or of their second moments where the model has no bias to take the mean away.
 * @param x training rows as the model sees them, [rows, n]
 * @returns null without rows, and beyond 256 inputs
 */
export function modesOf(x: ArrayLike<number>, n: number, hasBias: boolean): Modes | null {
  if (x.length === 0 || n > widest) return null;
  const found = momentsOfRows(x, n);
  return { n, ...symmetricEigen(hasBias ? covarianceOf(found) : found.moments, n) };
}

/** u_i^T W u_i of the first `count` modes for a matrix W [n, n]: 1 where a direction is kept whole, 0 where it is lost. */
export function strengthsOfMatrix({ n, vectors }: Modes, weights: Float64Array, count: number): Float64Array {
  return Float64Array.from({ length: Math.min(count, n) }, (_, mode) => {
    let sum = 0;
    for (let i = 0; i < n; i++) {
      let row = 0;
      for (let j = 0; j < n; j++) row += weights[i * n + j]! * vectors[j * n + mode]!;
      sum += vectors[i * n + mode]! * row;
    }
    return sum;
  });
}

/** u_i^T B A u_i of the first `count` modes: the filter f_i that an encoder A and a decoder B have learned. */
export function strengthsOfMap({ n, vectors }: Modes, { latent, encoder, decoder }: LinearMap, count: number): Float64Array {
  return Float64Array.from({ length: Math.min(count, n) }, (_, mode) => {
    let sum = 0;
    for (let l = 0; l < latent; l++) {
      let code = 0;
      let drawn = 0;
      for (let j = 0; j < n; j++) {
        code += encoder[j * latent + l]! * vectors[j * n + mode]!;
        drawn += decoder[l * n + j]! * vectors[j * n + mode]!;
      }
      sum += code * drawn;
    }
    return sum;
  });
}

/**
 * Parameters of a linear autoencoder that starts along the first modes, each of the same strength s0: A = sqrt(s0) U_k^T, B = sqrt(s0) U_k,
 * biases 0. From there gradient flow keeps the modes apart, and each has a learning curve in closed form (Saxe et al. 2014).
 * @param strength s0, above 0
 * @param parameters of the program, of which only these two weights are set; codes beyond the inputs start at 0
 */
export function startAlongModes(
  { n, vectors }: Modes,
  parameters: Record<string, Float32Array>,
  { latent, strength }: { latent: number; strength: number },
): void {
  const encoder = parameters['encoder.0.weights']!; // A^T [n, latent]
  const decoder = parameters['decoder.0.weights']!; // B^T [latent, n]
  for (const values of Object.values(parameters)) values.fill(0);
  for (let mode = 0; mode < Math.min(latent, n); mode++)
    for (let j = 0; j < n; j++) {
      const value = Math.sqrt(strength) * vectors[j * n + mode]!;
      encoder[j * latent + mode] = value;
      decoder[mode * n + j] = value;
    }
}
