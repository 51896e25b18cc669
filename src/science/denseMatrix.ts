import { symmetricEigen } from '../math/symmetricEigen.ts';

/** Sizes of a product: [rows, inner] x [inner, columns]. */
interface ProductSize {
  rows: number;
  inner: number;
  columns: number;
}

/** Product of two matrices stored row by row, float64: [rows, inner] x [inner, columns] -> [rows, columns]. */
export function multiply(a: Float64Array, b: Float64Array, { rows, inner, columns }: ProductSize): Float64Array {
  const out = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    const row = out.subarray(i * columns, (i + 1) * columns);
    for (let l = 0; l < inner; l++) {
      const factor = a[i * inner + l]!;
      if (factor === 0) continue;
      const from = l * columns;
      for (let j = 0; j < columns; j++) row[j] = row[j]! + factor * b[from + j]!;
    }
  }
  return out;
}

/** Transpose of [rows, columns] -> [columns, rows]. */
export function transposed(a: ArrayLike<number>, rows: number, columns: number): Float64Array {
  const out = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) out[j * rows + i] = a[i * columns + j]!;
  return out;
}

/** Pseudo-inverse of a symmetric positive semidefinite matrix [n, n]; directions below 1e-12 of the largest count as empty. */
export function pseudoInverse(matrix: Float64Array, n: number): Float64Array {
  const { values, vectors } = symmetricEigen(matrix, n);
  const limit = 1e-12 * Math.max(values[0] ?? 0, 0);
  const scaled = new Float64Array(n * n);
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) scaled[i * n + j] = values[j]! > limit ? vectors[i * n + j]! / values[j]! : 0;
  return multiply(scaled, transposed(vectors, n, n), { rows: n, inner: n, columns: n });
}

/** Mean and second moments of rows x [rows, n]: `moments` is (1/rows) sum x x^T, [n, n], not centred. */
export function momentsOfRows(x: ArrayLike<number>, n: number): { mean: Float64Array; moments: Float64Array } {
  const rows = x.length / n;
  const mean = new Float64Array(n);
  const moments = new Float64Array(n * n);
  // four rows at a time: a quarter of the loads and stores of the sums
  const [a, b, c, d] = Array.from({ length: 4 }, () => new Float64Array(n)) as [Float64Array, Float64Array, Float64Array, Float64Array];
  for (let first = 0; first < rows; first += 4) {
    [a, b, c, d].forEach((row, i) => {
      const from = (first + i) * n;
      for (let j = 0; j < n; j++) row[j] = first + i < rows ? x[from + j]! : 0;
    });
    for (let i = 0; i < n; i++) {
      mean[i] = mean[i]! + a[i]! + b[i]! + c[i]! + d[i]!;
      addProducts(moments.subarray(i * n, i * n + n), i, [a, b, c, d]);
    }
  }
  for (let i = 0; i < n; i++) {
    mean[i] = mean[i]! / rows;
    for (let j = i; j < n; j++) {
      moments[i * n + j] = moments[i * n + j]! / rows;
      moments[j * n + i] = moments[i * n + j]!;
    }
  }
  return { mean, moments };
}

/** Second moments about the mean, [n, n]: the covariance of the rows that `momentsOfRows` was taken of. */
export function covarianceOf({ mean, moments }: ReturnType<typeof momentsOfRows>): Float64Array {
  const n = mean.length;
  return moments.map((value, at) => value - mean[Math.floor(at / n)]! * mean[at % n]!);
}

/** sums[j] += sum of row[i] row[j] over the four rows, for j >= i. */
function addProducts(sums: Float64Array, i: number, [a, b, c, d]: [Float64Array, Float64Array, Float64Array, Float64Array]): void {
  const [e, f, g, h] = [a[i]!, b[i]!, c[i]!, d[i]!];
  if (e === 0 && f === 0 && g === 0 && h === 0) return;
  for (let j = i; j < sums.length; j++) sums[j] = sums[j]! + e * a[j]! + f * b[j]! + g * c[j]! + h * d[j]!;
}

/** Orthonormal columns spanning those of a [rows, columns] (Gram and Schmidt, twice); dependent columns are dropped. Returns [rows, rank] and the rank. */
export function orthonormalColumns(a: Float64Array, rows: number, columns: number): { basis: Float64Array; rank: number } {
  const kept: Float64Array[] = [];
  for (let j = 0; j < columns; j++) {
    const column = Float64Array.from({ length: rows }, (_, i) => a[i * columns + j]!);
    const before = Math.hypot(...column);
    for (let pass = 0; pass < 2; pass++)
      for (const q of kept) {
        const along = q.reduce((sum, value, i) => sum + value * column[i]!, 0);
        for (let i = 0; i < rows; i++) column[i] = column[i]! - along * q[i]!;
      }
    const length = Math.hypot(...column);
    if (length > 1e-10 * before) kept.push(column.map((value) => value / length));
  }
  const rank = kept.length;
  const basis = new Float64Array(rows * rank);
  kept.forEach((q, j) => {
    for (let i = 0; i < rows; i++) basis[i * rank + j] = q[i]!;
  });
  return { basis, rank };
}
