/** Rows of float32 log-probabilities as float64, each normalised again so that its probabilities sum to 1 to the last digit. */
export function logRows(all: Float32Array, rows: number): Float64Array[] {
  const size = all.length / rows;
  return Array.from({ length: rows }, (_, i) => {
    const row = Float64Array.from(all.subarray(i * size, (i + 1) * size));
    let sum = 0;
    for (const value of row) sum += Math.exp(value);
    const rest = Math.log(sum);
    for (let j = 0; j < size; j++) row[j] = row[j]! - rest;
    return row;
  });
}
