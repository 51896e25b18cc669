import { describe, expect, test } from 'vitest';
import { type LeastSquares, leastSquaresCodes, leastSquaresGradient } from '../../../src/math/leastSquares.ts';
import { normals, relativeError } from '../science/referenceModel.ts';

const inputs = 7;
const rows = 6;

/** Rows of random numbers under masks of every size: the whole, two, one, and nothing visible among them. */
function problemOf(latent: number, ridge: number, isMasked: boolean, seed = 1): LeastSquares & { mask: Float64Array | null } {
  const normal = normals(seed);
  const draw = (count: number) => Float64Array.from({ length: count }, () => normal());
  const visible = [7, 2, 1, 0, 5, 4];
  const mask = Float64Array.from({ length: rows * inputs }, (_, i) =>
    Number((3 * (i % inputs)) % inputs < visible[Math.floor(i / inputs)]!),
  );
  return { weights: draw(latent * inputs), x: draw(rows * inputs), mask: isMasked ? mask : null, latent, ridge };
}

/** y of M y = b by elimination with pivots, for any matrix that has an inverse. */
function eliminate(matrix: number[][], b: number[]): number[] {
  const m = matrix.map((row, i) => [...row, b[i]!]);
  const n = b.length;
  for (let i = 0; i < n; i++) {
    const best = Array.from({ length: n - i }, (_, k) => i + k).reduce((a, k) => (Math.abs(m[k]![i]!) > Math.abs(m[a]![i]!) ? k : a), i);
    [m[i], m[best]] = [m[best]!, m[i]!];
    for (let k = 0; k < n; k++) {
      if (k === i) continue;
      const factor = m[k]![i]! / m[i]![i]!;
      for (let c = i; c <= n; c++) m[k]![c]! -= factor * m[i]![c]!;
    }
  }
  return m.map((row, i) => row[n]! / row[i]!);
}

/** The visible rows of B and of x, of one row. */
function kept({ weights, x, mask, latent }: LeastSquares, row: number): { b: number[][]; seen: number[] } {
  const places = Array.from({ length: inputs }, (_, j) => j).filter((j) => mask === null || mask[row * inputs + j] === 1);
  const b = places.map((j) => Array.from({ length: latent }, (_, l) => weights[l * inputs + j]!));
  return { b, seen: places.map((j) => x[row * inputs + j]!) };
}

const product = (a: readonly number[], b: readonly number[]) => a.reduce((sum, value, i) => sum + value * b[i]!, 0);
const columnsOf = (b: number[][], latent: number) => Array.from({ length: latent }, (_, l) => b.map((row) => row[l]!));

/** The code of a row from the visible rows of B alone: normal equations, or for fewer of them than codes B^T (B B^T)^-1 x. */
function codeFromKept(problem: LeastSquares, row: number): number[] {
  const { weights, latent, ridge } = problem;
  const { b, seen } = kept(problem, row);
  const columns = columnsOf(b, latent);
  const rho = (ridge * Array.from(weights).reduce((sum, w) => sum + w * w, 0)) / latent;
  if (ridge === 0 && seen.length < latent) {
    const y = eliminate(
      b.map((p) => b.map((q) => product(p, q))),
      seen,
    );
    return columns.map((column) => product(column, y));
  }
  const gram = columns.map((p, i) => columns.map((q, k) => product(p, q) + (i === k ? rho : 0)));
  return eliminate(
    gram,
    columns.map((column) => product(column, seen)),
  );
}

const rowOf = (codes: ArrayLike<number>, row: number, latent: number) => Array.from({ length: latent }, (_, l) => codes[row * latent + l]!);

describe('the code of a row', () => {
  test.each([
    [3, 0.01, true],
    [3, 1e-6, true],
    [3, 0, true],
    [3, 0, false],
    [3, 0.01, false],
    [1, 0, true],
    [7, 0, true],
    [9, 0, true],
    [9, 0.01, true],
  ])('of %d numbers at ridge %d solves the normal equations of what is visible (masked: %s)', (latent, ridge, isMasked) => {
    const problem = problemOf(latent, ridge, isMasked);
    const codes = leastSquaresCodes(problem);
    for (let row = 0; row < rows; row++) {
      const wanted = codeFromKept(problem, row);
      rowOf(codes, row, latent).forEach((value, l) => {
        expect(Math.abs(value - wanted[l]!), `row ${row}`).toBeLessThan(1e-8 * (1 + Math.abs(wanted[l]!)));
      });
    }
  });

  test('at ridge 0 is the limit of small ridges, which is the shortest of the best codes', () => {
    const limit = leastSquaresCodes(problemOf(3, 0, true));
    const [near, nearer] = [1e-5, 1e-6].map((ridge) => leastSquaresCodes(problemOf(3, ridge, true))) as [Float64Array, Float64Array];
    expect(relativeError(nearer, limit)).toBeLessThan(1e-3);
    expect(relativeError(nearer, limit) / relativeError(near, limit)).toBeCloseTo(0.1, 1);
  });

  test('is 0 where nothing is visible', () => {
    for (const ridge of [0, 0.01]) expect(rowOf(leastSquaresCodes(problemOf(3, ridge, true)), 3, 3)).toEqual([0, 0, 0]);
  });

  test('needs no mask where the dropped numbers are 0 on both sides: B~^T x~ is B^T x of the zero-filled x', () => {
    const problem = problemOf(3, 0, true);
    const filled = Float64Array.from(problem.x, (value, i) => value * problem.mask![i]!);
    expect([...leastSquaresCodes({ ...problem, x: filled })]).toEqual([...leastSquaresCodes(problem)]);
    // without the mask in the matrix it is another code
    expect(relativeError(leastSquaresCodes({ ...problem, x: filled, mask: null }), leastSquaresCodes(problem))).toBeGreaterThan(0.1);
  });

  test('is not changed by what is dropped', () => {
    const problem = problemOf(3, 0.01, true);
    const x = Float64Array.from(problem.x, (value, i) => (problem.mask![i] === 1 ? value : 1e6));
    expect([...leastSquaresCodes({ ...problem, x })]).toEqual([...leastSquaresCodes(problem)]);
  });

  test('draws data of low rank exactly from any visible coordinates that hold as many numbers as the code', () => {
    const problem = problemOf(3, 0, true);
    const normal = normals(4);
    const all = 2 ** inputs;
    const codes = Float64Array.from({ length: 3 * all }, () => normal());
    const x = Float64Array.from({ length: all * inputs }, (_, i) =>
      [0, 1, 2].reduce((sum, l) => sum + codes[Math.floor(i / inputs) * 3 + l]! * problem.weights[l * inputs + (i % inputs)]!, 0),
    );
    const mask = Float64Array.from({ length: all * inputs }, (_, i) => (Math.floor(i / inputs) >> (i % inputs)) & 1);
    const found = leastSquaresCodes({ ...problem, x, mask });
    for (let row = 0; row < all; row++) {
      if (mask.subarray(row * inputs, (row + 1) * inputs).reduce((sum, one) => sum + one, 0) < 3) continue;
      for (let l = 0; l < 3; l++) expect(found[row * 3 + l]).toBeCloseTo(codes[row * 3 + l]!, 8);
    }
  });

  test('is not a number, and no error, at weights that are none', () => {
    const problem = problemOf(3, 0, true);
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY]) {
      const weights = Float64Array.from(problem.weights, (value, i) => (i === 4 ? bad : value));
      expect(leastSquaresCodes({ ...problem, weights }).some(Number.isNaN)).toBe(true);
    }
  });

  test('is 0 at weights of 0', () => {
    const problem = problemOf(3, 0.01, true);
    expect(leastSquaresCodes({ ...problem, weights: new Float64Array(21) }).every((value) => value === 0)).toBe(true);
  });
});

describe('the gradient through the solves', () => {
  /** Sum of the codes, each times a number of its own. */
  const slopes = Float64Array.from({ length: rows * 9 }, (_, i) => Math.sin(1 + 2 * i));
  const value = (problem: LeastSquares) => leastSquaresCodes(problem).reduce((sum, code, i) => sum + code * slopes[i]!, 0);

  function differences(problem: LeastSquares, name: 'weights' | 'x'): Float64Array {
    const h = 1e-6;
    return Float64Array.from(problem[name], (_, i) => {
      const at = (by: number) => value({ ...problem, [name]: Float64Array.from(problem[name], (old, k) => (k === i ? old + by : old)) });
      return (at(h) - at(-h)) / (2 * h);
    });
  }

  test.each([
    [3, 0.01, true],
    [3, 1e-4, true],
    [3, 0, true],
    [3, 0, false],
    [3, 0.01, false],
    [9, 0, true],
    [9, 0.01, true],
    [1, 0, true],
  ])('of %d numbers at ridge %d agrees with finite differences (masked: %s)', (latent, ridge, isMasked) => {
    const problem = problemOf(latent, ridge, isMasked);
    const found = leastSquaresGradient(problem, slopes);
    expect(relativeError(found.weights, differences(problem, 'weights'))).toBeLessThan(1e-6);
    expect(relativeError(found.x, differences(problem, 'x'))).toBeLessThan(1e-6);
  });

  test('gives rows of B that are dropped no share but that of the ridge', () => {
    const problem = problemOf(3, 0, true);
    const mask = Float64Array.from(problem.mask!, (_, i) => Number(i % inputs !== 2));
    const found = leastSquaresGradient({ ...problem, mask }, slopes);
    for (let l = 0; l < 3; l++) expect(found.weights[l * inputs + 2]).toBe(0);
  });
});
