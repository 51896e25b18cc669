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
 * Largest principal angle in degrees from the column space of b to that of a: how far the direction of b that fits worst lies
 * from a; 0 when a holds all of b, 90 when b has more dimensions than a. With Q orthonormal, sin of it is the largest singular
 * value of Qb - Qa Qa^T Qb (exact for small angles), cos the smallest of Qa^T Qb.
 */
export function largestPrincipalAngle({ a, aColumns, b, bColumns }: TwoSubspaces, rows: number): number {
  const near = orthonormalColumns(a, rows, aColumns);
  const far = orthonormalColumns(b, rows, bColumns);
  if (far.rank === 0) return 0;
  if (near.rank < far.rank) return 90;
  const cross = multiply(transposed(near.basis, rows, near.rank), far.basis, { rows: near.rank, inner: rows, columns: far.rank });
  const inside = multiply(near.basis, cross, { rows, inner: near.rank, columns: far.rank });
  const outside = far.basis.map((value, i) => value - inside[i]!);
  const sine = Math.sqrt(Math.max(0, gramValues(outside, rows, far.rank)[0]!));
  if (sine < Math.SQRT1_2) return (Math.asin(sine) * 180) / Math.PI;
  const cosine = Math.sqrt(Math.max(0, gramValues(cross, near.rank, far.rank).at(-1)!));
  return (Math.acos(Math.min(1, cosine)) * 180) / Math.PI;
}

/** Eigenvalues of M^T M, descending, for M [rows, columns]. */
function gramValues(matrix: Float64Array, rows: number, columns: number): Float64Array {
  const gram = multiply(transposed(matrix, rows, columns), matrix, { rows: columns, inner: rows, columns });
  return symmetricEigen(gram, columns).values;
}
