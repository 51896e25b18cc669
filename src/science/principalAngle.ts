import { symmetricEigen } from '../math/symmetricEigen.ts';
import { multiply, orthonormalColumns, transposed } from './denseMatrix.ts';

/** Two matrices, row by row: a [rows, aColumns], b [rows, bColumns]. */
export interface TwoSubspaces {
  a: Float64Array;
  aColumns: number;
  b: Float64Array;
  bColumns: number;
}

/**
 * Largest principal angle in degrees between the column spaces of a and b: how far the direction of the smaller space that fits worst
 * lies from the larger one. sin of it is the largest singular value of Q2 - Q1 Q1^T Q2 (exact for small angles), cos the
 * smallest of Q1^T Q2; Q orthonormal, Q1 of the larger space. 90 where a space is empty.
 */
export function largestPrincipalAngle({ a, aColumns, b, bColumns }: TwoSubspaces, rows: number): number {
  const spaces = [orthonormalColumns(a, rows, aColumns), orthonormalColumns(b, rows, bColumns)];
  const [large, small] = spaces.sort((one, other) => other.rank - one.rank) as [(typeof spaces)[0], (typeof spaces)[0]];
  if (small.rank === 0) return 90;
  const cross = multiply(transposed(large.basis, rows, large.rank), small.basis, { rows: large.rank, inner: rows, columns: small.rank });
  const inside = multiply(large.basis, cross, { rows, inner: large.rank, columns: small.rank });
  const outside = small.basis.map((value, i) => value - inside[i]!);
  const sine = Math.sqrt(Math.max(0, gramValues(outside, rows, small.rank)[0]!));
  if (sine < Math.SQRT1_2) return (Math.asin(sine) * 180) / Math.PI;
  const cosine = Math.sqrt(Math.max(0, gramValues(cross, large.rank, small.rank).at(-1)!));
  return (Math.acos(Math.min(1, cosine)) * 180) / Math.PI;
}

/** Eigenvalues of M^T M, descending, for M [rows, columns]. */
function gramValues(matrix: Float64Array, rows: number, columns: number): Float64Array {
  const gram = multiply(transposed(matrix, rows, columns), matrix, { rows: columns, inner: rows, columns });
  return symmetricEigen(gram, columns).values;
}
