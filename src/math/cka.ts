import { centreRows, scatter } from './scatter.ts';

/** Codes of some rows, [n, width]. */
export interface Codes {
  rows: Float32Array;
  width: number;
}

/**
 * Linear centred kernel alignment of two codes of the same rows (Kornblith et al. 2019):
 * |Y^T X|_F^2 / (|X^T X|_F |Y^T Y|_F) with the columns of X [n, p] and Y [n, q] centred. From 0 to 1; 1 when one is a
 * rotated, scaled and moved copy of the other; not invariant under other linear maps. 0 where one of them does not vary.
 */
export function linearCka(x: Codes, y: Codes): number {
  const [n, m] = [x.rows.length / x.width, y.rows.length / y.width];
  if (n !== m) throw new Error(`expected codes of the same rows, got ${n} and ${m} rows`);
  const [a, b] = [centreRows(x.rows, x.width), centreRows(y.rows, y.width)];
  const own = Math.sqrt(squareSum(scatter(a, x.width)) * squareSum(scatter(b, y.width)));
  return own === 0 ? 0 : squareSum(crossProduct(a, x.width, b, y.width)) / own;
}

/** A^T B of A [n, p] and B [n, q], [p, q]. */
function crossProduct(a: Float64Array, p: number, b: Float64Array, q: number): Float64Array {
  const out = new Float64Array(p * q);
  for (let i = 0; i * p < a.length; i++)
    for (let j = 0, at = 0; j < p; j++) {
      const value = a[i * p + j]!;
      for (let l = i * q; l < (i + 1) * q; l++, at++) out[at] = out[at]! + value * b[l]!;
    }
  return out;
}

function squareSum(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value * value, 0);
}
