import { EigenvalueDecomposition, Matrix } from 'ml-matrix';

/**
 * Eigenvalues and orthonormal eigenvectors of a symmetric matrix S: S = V diag(values) V^T.
 * @param matrix [n, n] row by row; only its symmetric part enters (rounding that broke the symmetry is averaged away)
 * @returns values descending; vectors [n, n] row by row, column i belongs to value i
 * @throws Error when a number is not finite
 */
export function symmetricEigen(matrix: Float64Array, n: number): { values: Float64Array; vectors: Float64Array } {
  if (matrix.length !== n * n) throw new Error(`expected a matrix of ${n} x ${n} = ${n * n} numbers, got ${matrix.length}`);
  const symmetric = new Matrix(n, n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) {
      const value = (matrix[i * n + j]! + matrix[j * n + i]!) / 2;
      if (!Number.isFinite(value)) throw new Error(`the matrix is not finite at row ${i + 1}, column ${j + 1}`);
      symmetric.set(i, j, value);
      symmetric.set(j, i, value);
    }
  const found = new EigenvalueDecomposition(symmetric, { assumeSymmetric: true });
  const real = found.realEigenvalues;
  const byValue = Uint32Array.from({ length: n }, (_, i) => i).sort((a, b) => real[b]! - real[a]! || a - b);
  const vectors = new Float64Array(n * n);
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) vectors[i * n + j] = found.eigenvectorMatrix.get(i, byValue[j]!);
  return { values: Float64Array.from(byValue, (i) => real[i]!), vectors };
}
