/** Rows [n, width] without their mean, [n, width]. */
export function centreRows(rows: Float32Array, width: number): Float64Array {
  const mean = new Float64Array(width);
  for (let from = 0; from < rows.length; from += width) for (let j = 0; j < width; j++) mean[j] = mean[j]! + rows[from + j]!;
  const n = rows.length / width;
  for (let j = 0; j < width; j++) mean[j] = mean[j]! / n;
  const centred = new Float64Array(rows.length);
  for (let from = 0; from < rows.length; from += width) for (let j = 0; j < width; j++) centred[from + j] = rows[from + j]! - mean[j]!;
  return centred;
}

/** X^T X of centred rows X [n, width]: n times their covariance, [width, width]. */
export function scatter(centred: Float64Array, width: number): Float64Array {
  const sums = new Float64Array(width * width);
  for (let start = 0; start < centred.length; start += width)
    for (let a = 0; a < width; a++) {
      const value = centred[start + a]!;
      const at = a * width;
      for (let b = 0; b <= a; b++) sums[at + b] = sums[at + b]! + value * centred[start + b]!;
    }
  for (let a = 0; a < width; a++) for (let b = 0; b < a; b++) sums[b * width + a] = sums[a * width + b]!;
  return sums;
}
