import { symmetricEigen } from '../math/symmetricEigen.ts';
import { multiply, transposed } from './denseMatrix.ts';
import type { LinearMap } from './linearMap.ts';
import { singularValues } from './singularValue.ts';

/** Largest Gram matrix whose eigenvalues are worth their time at every kept moment: 128 take some 10 ms. */
const widest = 128;

/**
 * Singular values of A, B and W = B A, descending, as many as the narrower side has; float64.
 * Those of W are the roots of the eigenvalues of G^(1/2) H G^(1/2) with G = B^T B and H = A A^T, [latent, latent].
 * @returns null where both sides are wider than 128, or a number is not finite
 */
export function mapSpectra(map: LinearMap): { encoder: Float64Array; decoder: Float64Array; map: Float64Array } | null {
  const { inputs, latent, encoder, decoder } = map;
  if (Math.min(inputs, latent) > widest) return null;
  const a = transposed(encoder, inputs, latent); // A [latent, inputs]
  const b = transposed(decoder, latent, inputs); // B [inputs, latent]
  if (!a.every(Number.isFinite) || !b.every(Number.isFinite)) return null;
  return { encoder: singularValues(a, inputs), decoder: singularValues(b, latent), map: productValues(a, b, { inputs, latent }) };
}

function productValues(a: Float64Array, b: Float64Array, { inputs, latent }: { inputs: number; latent: number }): Float64Array {
  if (latent >= inputs) return singularValues(multiply(b, a, { rows: inputs, inner: latent, columns: inputs }), inputs);
  const square = { rows: latent, inner: latent, columns: latent };
  const gramB = multiply(transposed(b, inputs, latent), b, { rows: latent, inner: inputs, columns: latent });
  const gramA = multiply(a, transposed(a, latent, inputs), { rows: latent, inner: inputs, columns: latent });
  const root = rootOf(gramB, latent);
  const { values } = symmetricEigen(multiply(multiply(root, gramA, square), root, square), latent);
  return values.map((value) => Math.sqrt(Math.max(0, value)));
}

/** The symmetric square root of a positive semidefinite matrix [n, n]. */
function rootOf(matrix: Float64Array, n: number): Float64Array {
  const { values, vectors } = symmetricEigen(matrix, n);
  const scaled = vectors.map((value, at) => value * Math.sqrt(Math.max(0, values[at % n]!)));
  return multiply(scaled, transposed(vectors, n, n), { rows: n, inner: n, columns: n });
}
