/**
 * Exponential moving average without the pull of its beginning, for points at uneven distances:
 * m_i = w_i m_(i-1) + (1 - w_i) y_i, n_i = w_i n_(i-1) + (1 - w_i), smoothed y_i = m_i / n_i with m_0 = n_0 = 0 and
 * w_i = weight^((x_i - x_(i-1)) / mean distance). At equal distances it is TensorBoard's. A value that is not finite stays as it is and
 * leaves the average alone.
 * @param steps x, ascending
 * @param weight share of the past that is left after the mean distance, from 0 (nothing is smoothed) to below 1
 * @returns as many numbers as there are values
 */
export function smooth(steps: ArrayLike<number>, values: ArrayLike<number>, weight: number): Float64Array {
  const count = values.length;
  const distance = count > 1 ? (steps[count - 1]! - steps[0]!) / (count - 1) : 1;
  const result = new Float64Array(count);
  let [sum, mass] = [0, 0];
  let last = count > 0 ? steps[0]! - distance : 0;
  for (let i = 0; i < count; i++) {
    const value = values[i]!;
    if (!Number.isFinite(value)) {
      result[i] = value;
      continue;
    }
    // points at one step count together, each as a point of its own
    const kept = distance > 0 ? weight ** Math.max((steps[i]! - last) / distance, 1e-9) : weight;
    last = steps[i]!;
    sum = kept * sum + (1 - kept) * value;
    mass = kept * mass + (1 - kept);
    result[i] = mass > 0 ? sum / mass : value;
  }
  return result;
}
