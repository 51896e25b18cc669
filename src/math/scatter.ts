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
  let start = 0;
  for (; start + 4 * width <= centred.length; start += 4 * width) addFourRows(sums, centred, start, width);
  for (; start < centred.length; start += width)
    for (let a = 0; a < width; a++) {
      const value = centred[start + a]!;
      for (let b = 0, at = a * width; b <= a; b++, at++) sums[at] = sums[at]! + value * centred[start + b]!;
    }
  for (let a = 0; a < width; a++) for (let b = 0; b < a; b++) sums[b * width + a] = sums[a * width + b]!;
  return sums;
}

/** Adds the products of four rows to the lower triangle: each sum is read and written once for all of them. */
function addFourRows(sums: Float64Array, x: Float64Array, row0: number, width: number): void {
  const row1 = row0 + width;
  const row2 = row1 + width;
  const row3 = row2 + width;
  for (let a = 0; a < width; a++) {
    const [v0, v1, v2, v3] = [x[row0 + a]!, x[row1 + a]!, x[row2 + a]!, x[row3 + a]!];
    for (let b = 0, at = a * width; b <= a; b++, at++)
      sums[at] = sums[at]! + (v0 * x[row0 + b]! + v1 * x[row1 + b]! + v2 * x[row2 + b]! + v3 * x[row3 + b]!);
  }
}
