import { symmetricEigen } from './symmetricEigen.ts';

/** A symmetric positive semidefinite matrix G [n, n], ready to be solved with; see `factorise`. */
export interface Factor {
  /** y of least length among those for which |G y - b| is least, [n]: G^+ b, and G^-1 b where G has an inverse. */
  solve(b: ArrayLike<number>): Float64Array;
  /** The part of b along directions that G maps to 0, [n]: (I - G G^+) b; null where there are none. */
  emptyPart(b: ArrayLike<number>): Float64Array | null;
}

/** A pivot below this share of the largest diagonal entry: the matrix is taken apart into eigenvectors instead. */
const smallestPivot = 1e-10;
/** Directions below this share of the largest eigenvalue count as empty. */
const smallestEigenvalue = 1e-12;

/** The lower triangle L of G = L L^T (Cholesky), row by row; null where a pivot is too small or not a number. */
function choleskyOf(gram: Float64Array, n: number): Float64Array | null {
  let largest = 0;
  for (let i = 0; i < n; i++) largest = Math.max(largest, gram[i * n + i]!);
  const lower = new Float64Array(n * n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) {
      let rest = gram[i * n + j]!;
      for (let l = 0; l < j; l++) rest -= lower[i * n + l]! * lower[j * n + l]!;
      if (i > j) lower[i * n + j] = rest / lower[j * n + j]!;
      else if (rest > smallestPivot * largest && rest < Number.POSITIVE_INFINITY) lower[i * n + i] = Math.sqrt(rest);
      else return null;
    }
  return lower;
}

/** y of L L^T y = b: forward, then backward. */
function substitute(lower: Float64Array, b: ArrayLike<number>): Float64Array {
  const n = b.length;
  const y = Float64Array.from(b);
  for (let i = 0; i < n; i++) {
    for (let l = 0; l < i; l++) y[i] = y[i]! - lower[i * n + l]! * y[l]!;
    y[i] = y[i]! / lower[i * n + i]!;
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let l = i + 1; l < n; l++) y[i] = y[i]! - lower[l * n + i]! * y[l]!;
    y[i] = y[i]! / lower[i * n + i]!;
  }
  return y;
}

/** G by its eigenvectors: sum over those that are not empty of v (v . b) times a factor each. */
function eigenFactor(gram: Float64Array, n: number): Factor {
  const { values, vectors } = symmetricEigen(gram, n);
  const rank = values.filter((value) => value > smallestEigenvalue * values[0]!).length;
  const alongKept = (b: ArrayLike<number>, factorOf: (i: number) => number) => {
    const out = new Float64Array(n);
    for (let i = 0; i < rank; i++) {
      let along = 0;
      for (let j = 0; j < n; j++) along += vectors[j * n + i]! * b[j]!;
      along *= factorOf(i);
      for (let j = 0; j < n; j++) out[j] = out[j]! + along * vectors[j * n + i]!;
    }
    return out;
  };
  return {
    solve: (b) => alongKept(b, (i) => 1 / values[i]!),
    emptyPart: (b) => (rank === n ? null : alongKept(b, () => 1).map((kept, j) => b[j]! - kept)),
  };
}

/**
 * Prepares a symmetric positive semidefinite matrix for solves in float64: Cholesky, or where that meets a pivot below 1e-10 of the
 * largest diagonal entry, eigenvectors, of which those below 1e-12 of the largest eigenvalue count as empty.
 * @param gram [n, n] row by row, both triangles; one that is not finite gives solutions that are not numbers
 */
export function factorise(gram: Float64Array, n: number): Factor {
  const lower = choleskyOf(gram, n);
  if (lower) return { solve: (b) => substitute(lower, b), emptyPart: () => null };
  if (gram.every(Number.isFinite)) return eigenFactor(gram, n);
  return { solve: () => new Float64Array(n).fill(Number.NaN), emptyPart: () => null };
}
