import type { Corruption, Loss } from '../experiment/autoencoder.ts';
import { columnSquares, diagonalOf, type LinearMap } from './linearMap.ts';

/**
 * Exact expectation, over the corruption, of the squared loss of a linear map on given rows; no sampling (science.md 1.1).
 * With z = W x, kept probability p, s = 1/p with `rescale` else 1, c = p s (mean factor of an input) and v = p (1-p) s^2 (its variance by x^2):
 *
 * - gaussian: mean |x - z - b|^2 + sigma^2 |W|_F^2
 * - mask, all: mean |x - c z - b|^2 + v sum_i mean(x_i^2) |W e_i|^2
 * - mask, masked (times 1/nu): input j itself gives nothing: mean sum_j (x_j - c (z_j - W_jj x_j) - b_j)^2 + v (the sum above - sum_j W_jj^2 mean(x_j^2))
 * - mask, visible (times 1/p): input j itself gives s W_jj x_j for certain; the same variance
 *
 * Rows are added batch by batch with their clean outputs W x + b, so that no matrix of the size of the covariance is needed.
 */
export class ExpectedLoss {
  private rows = 0;
  private residuals = 0;
  /** Sums of x_j^2. */
  private readonly squares: Float64Array;
  private readonly mean: number;
  private readonly variance: number;
  /** What is added to the residual of coordinate j, times x_j. */
  private readonly own: Float64Array;
  private readonly columns: Float64Array;
  private readonly diagonal: Float64Array;

  constructor(
    private readonly map: LinearMap,
    private readonly corruption: Corruption,
    private readonly over: Loss['over'],
  ) {
    const p = corruption.kind === 'mask' ? 1 - corruption.ratio : 1;
    const scale = corruption.kind === 'mask' && corruption.rescale ? 1 / p : 1;
    this.mean = p * scale;
    this.variance = p * (1 - p) * scale * scale;
    this.squares = new Float64Array(map.inputs);
    this.columns = columnSquares(map);
    this.diagonal = diagonalOf(map);
    const factor = over === 'all' ? 0 : over === 'masked' ? this.mean : this.mean - scale;
    this.own = this.diagonal.map((w) => factor * w);
  }

  /** Adds rows x [rows, inputs] and the map's outputs for them, W x + b, [rows, inputs]. */
  add(x: ArrayLike<number>, output: ArrayLike<number>): void {
    const { map, mean, own, squares } = this;
    const { inputs, bias } = map;
    let sum = 0;
    for (let from = 0; from < x.length; from += inputs)
      for (let j = 0; j < inputs; j++) {
        const value = x[from + j]!;
        const residual = value - mean * (output[from + j]! - bias[j]!) - bias[j]! + own[j]! * value;
        sum += residual * residual;
        squares[j] = squares[j]! + value * value;
      }
    this.residuals += sum;
    this.rows += x.length / inputs;
  }

  /** The expected loss of the rows added: mean over rows of the sum over coordinates, scaled by 1/nu or 1/p as the scope says. */
  value(): number {
    const { corruption, columns, diagonal, squares, rows } = this;
    let spread = 0;
    if (corruption.kind === 'gaussian') for (const column of columns) spread += corruption.sigma ** 2 * column;
    else
      squares.forEach((square, j) => {
        const column = this.over === 'all' ? columns[j]! : columns[j]! - diagonal[j]! ** 2;
        spread += (this.variance * column * square) / rows;
      });
    return this.residuals / rows + spread;
  }
}
