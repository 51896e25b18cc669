import { thinToPairs } from '../../src/math/minMax.ts';

const capacity = 4096;

/**
 * One curve as the page holds it: (step, value) pairs that ascend by step, at most 4096.
 * When it is full, every stretch keeps its minimum and maximum, so memory is bounded however long the run.
 */
export class CurveSamples {
  #steps = new Float64Array(capacity);
  #values = new Float64Array(capacity);
  #held = 0;
  /** Points of the whole curve, of which these are samples. */
  length = 0;

  /** Points held here. */
  get held(): number {
    return this.#held;
  }

  /** Steps of the held points, a view: valid until the next change. */
  get steps(): Float64Array {
    return this.#steps.subarray(0, this.#held);
  }

  /** Values of the held points, a view: valid until the next change. */
  get values(): Float64Array {
    return this.#values.subarray(0, this.#held);
  }

  /** The newest held step, -1 when empty. */
  get lastStep(): number {
    return this.#held === 0 ? -1 : this.#steps[this.#held - 1]!;
  }

  /** Takes interleaved pairs in place of all that was held. */
  replace(pairs: Float64Array, length: number): void {
    this.#held = 0;
    this.append(pairs);
    this.length = length;
  }

  /** Appends interleaved pairs; what is not later than the newest step is left out. */
  append(pairs: Float64Array): void {
    for (let i = 0; i + 1 < pairs.length; i += 2) {
      const last = this.#held === 0 ? Number.NEGATIVE_INFINITY : this.#steps[this.#held - 1]!;
      if (pairs[i]! < last) continue;
      if (this.#held === capacity) this.#thin();
      this.#steps[this.#held] = pairs[i]!;
      this.#values[this.#held] = pairs[i + 1]!;
      this.#held++;
    }
  }

  /** Drops every point later than `step`. */
  cutAfter(step: number): void {
    const before = this.#held;
    while (this.#held > 0 && this.#steps[this.#held - 1]! > step) this.#held--;
    if (before > 0) this.length = Math.round((this.length * this.#held) / before);
  }

  /** The value at the last point not later than `step`, null where there is none. */
  valueAt(step: number): number | null {
    const after = firstAfter(this.steps, step);
    return after === 0 ? null : this.#values[after - 1]!;
  }

  /** The points from the last one before `from` to the first one after `to`, as at most `pairs` min/max pairs, interleaved; `values` in place of their own. */
  between(from: number, to: number, pairs: number, own: Float64Array = this.#values): Float64Array {
    const first = Math.max(0, firstAfter(this.steps, from) - 1);
    const end = Math.min(this.#held, firstAfter(this.steps, to) + 1);
    const steps = this.#steps.subarray(first, end);
    const values = own.subarray(first, end);
    if (steps.length <= 2 * pairs) return interleave(steps, values);
    return thinToPairs({ steps, values }, { from: steps[0]!, to: steps[steps.length - 1]!, pairs });
  }

  #thin(): void {
    const thinned = thinToPairs(this, { from: this.#steps[0]!, to: this.lastStep, pairs: capacity / 4 });
    this.#held = 0;
    for (let i = 0; i < thinned.length; i += 2) {
      this.#steps[this.#held] = thinned[i]!;
      this.#values[this.#held++] = thinned[i + 1]!;
    }
  }
}

/** Index of the first step greater than `step` in ascending steps. */
function firstAfter(steps: Float64Array, step: number): number {
  let low = 0;
  let high = steps.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (steps[middle]! > step) high = middle;
    else low = middle + 1;
  }
  return low;
}

function interleave(steps: Float64Array, values: Float64Array): Float64Array {
  const pairs = new Float64Array(2 * steps.length);
  for (let i = 0; i < steps.length; i++) {
    pairs[2 * i] = steps[i]!;
    pairs[2 * i + 1] = values[i]!;
  }
  return pairs;
}
