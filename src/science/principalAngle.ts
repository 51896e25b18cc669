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
 * Principal angles in degrees from the column space of b to that of a, ascending, one for each dimension of b: how far the directions of
 * b that fit best, second best, ... worst lie from a. All 0 when a holds all of b; 90 for each dimension that b has more than a. With Q
 * orthonormal, their sines are the singular values of Qb - Qa Qa^T Qb (exact for small angles), their cosines those of Qa^T Qb.
 */
export function principalAngles({ a, aColumns, b, bColumns }: TwoSubspaces, rows: number): Float64Array {
  const near = orthonormalColumns(a, rows, aColumns);
  const far = orthonormalColumns(b, rows, bColumns);
  if (near.rank === 0) return new Float64Array(far.rank).fill(90);
  const cross = multiply(transposed(near.basis, rows, near.rank), far.basis, { rows: near.rank, inner: rows, columns: far.rank });
  const inside = multiply(near.basis, cross, { rows, inner: near.rank, columns: far.rank });
  const outside = far.basis.map((value, i) => value - inside[i]!);
  const sines = gramValues(outside, rows, far.rank).reverse();
  const cosines = gramValues(cross, near.rank, far.rank);
  return Float64Array.from({ length: far.rank }, (_, i) => {
    if (i >= near.rank) return 90;
    const sine = Math.sqrt(Math.max(0, sines[i]!));
    const angle = sine < Math.SQRT1_2 ? Math.asin(sine) : Math.acos(Math.min(1, Math.sqrt(Math.max(0, cosines[i]!))));
    return (angle * 180) / Math.PI;
  });
}

/** Eigenvalues of M^T M, descending, for M [rows, columns]. */
function gramValues(matrix: Float64Array, rows: number, columns: number): Float64Array {
  const gram = multiply(transposed(matrix, rows, columns), matrix, { rows: columns, inner: rows, columns });
  return symmetricEigen(gram, columns).values;
}
