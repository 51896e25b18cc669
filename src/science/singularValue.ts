import { scatter } from '../math/scatter.ts';
import { symmetricEigen } from '../math/symmetricEigen.ts';
import { transposed } from './denseMatrix.ts';

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
