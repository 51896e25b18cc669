// Rows, covariances and linear autoencoders as float64 matrices of ml-matrix: what the closed forms of science.md are held against.
import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import type { Corruption, Loss } from '../../../src/experiment/autoencoder.ts';
import { ExpectedLoss } from '../../../src/science/expectedLoss.ts';
import type { LinearMap } from '../../../src/science/linearMap.ts';
import { normals } from './referenceModel.ts';

/** A random matrix of standard normal numbers. */
export function randomMatrix(rows: number, columns: number, seed: number): Matrix {
  const normal = normals(seed);
  return Matrix.from1DArray(rows, columns, Array.from({ length: rows * columns }, normal));
}

/** Rows of correlated numbers of unequal variance, centred exactly, then moved by `shift`. */
export function correlatedRows(rows: number, inputs: number, { seed, shift = 0 }: { seed: number; shift?: number }): Matrix {
  const scales = Matrix.diag(Array.from({ length: inputs }, (_, i) => 2 / (1 + i)));
  const x = randomMatrix(rows, inputs, seed)
    .mmul(scales)
    .mmul(randomMatrix(inputs, inputs, seed + 100));
  return x.subRowVector(x.mean('column')).add(shift);
}

/** Second moments (1/n) sum x x^T of rows. */
export const momentsOf = (x: Matrix): Matrix => x.transpose().mmul(x).div(x.rows);

/** Diagonal part of a square matrix. */
export const diagonalPart = (s: Matrix): Matrix => Matrix.diag(s.diagonal());

/** Eigenvalues, descending, and eigenvectors as columns of a symmetric matrix. */
export function spectrumOf(s: Matrix): { values: number[]; vectors: Matrix } {
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(s, { assumeSymmetric: true });
  const order = realEigenvalues.map((_, i) => i).sort((a, b) => realEigenvalues[b]! - realEigenvalues[a]!);
  return { values: order.map((i) => realEigenvalues[i]!), vectors: new Matrix(eigenvectorMatrix.subMatrixColumn(order)) };
}

/** Sum of f(i) over 0 .. count - 1. */
export const sumOver = (count: number, f: (i: number) => number): number =>
  Array.from({ length: count }, (_, i) => f(i)).reduce((a, b) => a + b, 0);

/** W = B A of a map of the product. */
export function weightsOf({ inputs, latent, encoder, decoder }: LinearMap): Matrix {
  const b = Matrix.from1DArray(latent, inputs, Array.from(decoder)).transpose();
  return b.mmul(Matrix.from1DArray(inputs, latent, Array.from(encoder)).transpose());
}

/** A map of the product from the matrix W and perhaps a bias. */
export function mapOf(w: Matrix, bias = new Array<number>(w.rows).fill(0)): LinearMap {
  const inputs = w.rows;
  return {
    inputs,
    latent: inputs,
    encoder: Matrix.eye(inputs).to1DArray(),
    decoder: w.transpose().to1DArray(),
    bias: Float64Array.from(bias),
  };
}

/** The product's expected loss of W, and perhaps a bias, on rows. */
export function expectedLossOf(
  w: Matrix,
  x: Matrix,
  corruption: Corruption,
  { over = 'all', bias }: { over?: Loss['over']; bias?: number[] } = {},
): number {
  const map = mapOf(w, bias);
  const measure = new ExpectedLoss(map, corruption, over);
  measure.add(x.to1DArray(), x.mmul(w.transpose()).addRowVector(Array.from(map.bias)).to1DArray());
  return measure.value();
}

/** Masks of independent coordinates, scaled up by 1/p unless told otherwise. */
export const maskOf = (ratio: number, rescale = true): Extract<Corruption, { kind: 'mask' }> => ({
  kind: 'mask',
  ratio,
  rescale,
  flags: false,
  shape: 'coordinates',
  blockSize: 2,
});

/** Every mask of so many coordinates, [2^inputs, inputs]. */
export function everyMask(inputs: number): Matrix {
  return new Matrix(Array.from({ length: 2 ** inputs }, (_, bits) => Array.from({ length: inputs }, (_, j) => (bits >> j) & 1)));
}

/** Largest |a_ij - b_ij|. */
export const largestGap = (a: Matrix, b: Matrix): number => Matrix.sub(a, b).abs().max();
