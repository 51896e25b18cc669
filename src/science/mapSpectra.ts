import { transposed } from './denseMatrix.ts';
import type { LinearMap } from './linearMap.ts';
import { productSingularValues, singularValues } from './singularValue.ts';

/** Largest Gram matrix whose eigenvalues are worth their time at every kept moment: 128 take some 10 ms. */
const widest = 128;

/**
 * Singular values of A, B and W = B A, descending, as many as the narrower side has; float64.
 * @returns null where both sides are wider than 128, or a number is not finite
 */
export function mapSpectra(map: LinearMap): { encoder: Float64Array; decoder: Float64Array; map: Float64Array } | null {
  const { inputs, latent, encoder, decoder } = map;
  if (Math.min(inputs, latent) > widest) return null;
  const a = transposed(encoder, inputs, latent); // A [latent, inputs]
  const b = transposed(decoder, latent, inputs); // B [inputs, latent]
  if (!a.every(Number.isFinite) || !b.every(Number.isFinite)) return null;
  return { encoder: singularValues(a, inputs), decoder: singularValues(b, latent), map: productSingularValues(b, a, { inputs, latent }) };
}
