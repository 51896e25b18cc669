import { scatter } from '../math/scatter.ts';
import { symmetricEigen } from '../math/symmetricEigen.ts';
import { multiply, transposed } from './denseMatrix.ts';

/**
 * Singular values of a matrix [rows, columns], descending, as many as its narrower side has: roots of the eigenvalues of the smaller of
 * its two Gram matrices in float64, so that those below 1e-8 of the largest are rounding. NaN where a number is not finite.
 */
export function singularValues(matrix: ArrayLike<number>, columns: number): Float64Array {
  const rows = matrix.length / columns;
  const tall = rows >= columns ? Float64Array.from(matrix) : transposed(matrix, rows, columns);
  const width = Math.min(rows, columns);
  const gram = scatter(tall, width);
  if (!gram.every(Number.isFinite)) return new Float64Array(width).fill(Number.NaN);
  return symmetricEigen(gram, width).values.map((value) => Math.sqrt(Math.max(0, value)));
}

/** Largest singular value of a matrix [rows, columns]; 0 of an empty one, NaN where a number is not finite. */
export function largestSingularValue(matrix: ArrayLike<number>, columns: number): number {
  return singularValues(matrix, columns)[0] ?? 0;
}

/**
 * Singular values of D E, descending, float64. With fewer codes than inputs by matrices of [latent, latent] alone: the roots of the
 * eigenvalues of G^(1/2) H G^(1/2), G = D^T D and H = E E^T.
 * @param d D [inputs, latent]
 * @param e E [latent, inputs]
 * @returns [min(latent, inputs)]
 */
export function productSingularValues(
  d: Float64Array,
  e: Float64Array,
  { inputs, latent }: { inputs: number; latent: number },
): Float64Array {
  if (latent >= inputs) return singularValues(multiply(d, e, { rows: inputs, inner: latent, columns: inputs }), inputs);
  const square = { rows: latent, inner: latent, columns: latent };
  const size = { rows: latent, inner: inputs, columns: latent };
  const { values, vectors } = symmetricEigen(multiply(transposed(d, inputs, latent), d, size), latent);
  const gram = multiply(e, transposed(e, latent, inputs), size);
  // V^T H V between the roots of the eigenvalues has the same spectrum as G^(1/2) H G^(1/2)
  const turned = multiply(multiply(transposed(vectors, latent, latent), gram, square), vectors, square);
  const roots = values.map((value) => Math.sqrt(Math.max(0, value)));
  const scaled = turned.map((value, at) => value * roots[Math.floor(at / latent)]! * roots[at % latent]!);
  return symmetricEigen(scaled, latent).values.map((value) => Math.sqrt(Math.max(0, value)));
}
