import { scatter } from '../math/scatter.ts';
import { symmetricEigen } from '../math/symmetricEigen.ts';
import { transposed } from './denseMatrix.ts';

/**
 * Largest singular value of a matrix [rows, columns], from the eigenvalues of the smaller of its two Gram matrices in float64.
 * NaN where a number is not finite.
 */
export function largestSingularValue(matrix: ArrayLike<number>, columns: number): number {
  const rows = matrix.length / columns;
  const tall = rows >= columns ? Float64Array.from(matrix) : transposed(matrix, rows, columns);
  const width = Math.min(rows, columns);
  const gram = scatter(tall, width);
  if (!gram.every(Number.isFinite)) return Number.NaN;
  return Math.sqrt(Math.max(0, symmetricEigen(gram, width).values[0] ?? 0));
}
