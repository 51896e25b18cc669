/** Columns mapped by (x - mean) * factor. */
export interface Standardisation {
  /** [width] */
  mean: Float64Array;
  /** [width] 1 / population standard deviation; 0 for a column that is constant, which becomes 0 on every row. */
  factor: Float64Array;
}

/** Statistics of rows [n, width], the only rows that enter. */
export function standardisationOf(rows: Float32Array, width: number): Standardisation {
  const n = rows.length / width;
  const mean = new Float64Array(width);
  const squares = new Float64Array(width);
  const varies = new Uint8Array(width);
  for (let i = 0; i < rows.length; i++) {
    const j = i % width;
    mean[j] = mean[j]! + rows[i]! / n;
    if (rows[i] !== rows[j]) varies[j] = 1;
  }
  for (let i = 0; i < rows.length; i++) squares[i % width] = squares[i % width]! + (rows[i]! - mean[i % width]!) ** 2;
  return { mean, factor: squares.map((square, j) => (varies[j] === 1 ? 1 / Math.sqrt(square / n) : 0)) };
}

/** Rows [n, width] in standard units, [n, width]. */
export function standardise(rows: Float32Array, { mean, factor }: Standardisation): Float64Array {
  const width = mean.length;
  return Float64Array.from(rows, (value, i) => (value - mean[i % width]!) * factor[i % width]!);
}
