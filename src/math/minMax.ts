import type { Column } from './column.ts';

/** Points of a curve: steps ascend; a value that is not finite breaks the line. */
export interface Curve {
  readonly steps: ArrayLike<number>;
  readonly values: ArrayLike<number>;
}

/** What is asked of a curve: the points with from <= step <= to, in at most this many min/max pairs. */
export interface CurveRange {
  from: number;
  to: number;
  /** At least 1; about half the pixels of the chart. */
  pairs: number;
}

/** Indices of the smallest value, the largest value and the first that is not finite; -1 where there is none. */
interface Extremes {
  low: number;
  high: number;
  broken: number;
}

/**
 * Thins a curve for drawing: the range of steps is cut into `pairs` stretches of equal width, and of each stretch its
 * smallest and largest value stay, and the first that is not finite. The first and the last point of the range stay too.
 * Few points (at most two a stretch) stay as they are.
 * @returns interleaved (step, value), steps ascending
 */
export function thinToPairs(curve: Curve, range: CurveRange): Float64Array {
  return thin(curve, range, (first, end, found) => scan(curve.values, first, end, found));
}

const fanOut = 16;

/**
 * The same thinning over a growing column without looking at every point: each level keeps the extremes of 16 nodes of
 * the level below (about 2 bytes a point in all). A query indexes the points that are new, then costs
 * O(pairs * log(points)).
 */
export class MinMaxPyramid {
  /** Of each complete node of each level: low, high, broken. */
  #levels: number[][] = [];
  #indexed = 0;
  #cuts: number;

  constructor(readonly column: Column) {
    this.#cuts = column.cuts;
  }

  /** The column thinned as `thinToPairs` does it. */
  thin(range: CurveRange): Float64Array {
    const curve = { steps: this.column.steps, values: this.column.values };
    this.#grow(curve.values);
    return thin(curve, range, (first, end, found) => this.#extremes(curve.values, { first, end }, found));
  }

  /** Completes the nodes whose points have come; after a cut of the column everything is indexed again. */
  #grow(values: Float64Array): void {
    if (this.#cuts !== this.column.cuts) {
      this.#cuts = this.column.cuts;
      this.#levels = [];
      this.#indexed = 0;
    }
    for (let end = this.#indexed + fanOut; end <= values.length; end += fanOut) {
      this.#indexed = end;
      let size = fanOut;
      for (let level = 0; end % size === 0; level++, size *= fanOut) {
        const found = { low: -1, high: -1, broken: -1 };
        if (level === 0) scan(values, end - size, end, found);
        else this.#addNodes(values, level - 1, { first: end / (size / fanOut) - fanOut, end: end / (size / fanOut) }, found);
        this.#levels[level] ??= [];
        this.#levels[level]!.push(found.low, found.high, found.broken);
      }
    }
  }

  #extremes(values: Float64Array, { first, end }: { first: number; end: number }, found: Extremes): void {
    let at = first;
    while (at < end) {
      let level = -1;
      let size = 1;
      while (level + 1 < this.#levels.length && at % (size * fanOut) === 0 && at + size * fanOut <= Math.min(end, this.#indexed)) {
        level++;
        size *= fanOut;
      }
      if (level < 0) scan(values, at, at + 1, found);
      else this.#addNodes(values, level, { first: at / size, end: at / size + 1 }, found);
      at += size;
    }
  }

  #addNodes(values: Float64Array, level: number, nodes: { first: number; end: number }, found: Extremes): void {
    const kept = this.#levels[level]!;
    for (let node = nodes.first; node < nodes.end; node++) {
      const low = kept[3 * node]!;
      const high = kept[3 * node + 1]!;
      const broken = kept[3 * node + 2]!;
      if (low >= 0 && (found.low < 0 || values[low]! < values[found.low]!)) found.low = low;
      if (high >= 0 && (found.high < 0 || values[high]! > values[found.high]!)) found.high = high;
      if (broken >= 0 && found.broken < 0) found.broken = broken;
    }
  }
}

function scan(values: ArrayLike<number>, first: number, end: number, found: Extremes): void {
  for (let i = first; i < end; i++) {
    const value = values[i]!;
    if (!Number.isFinite(value)) {
      if (found.broken < 0) found.broken = i;
      continue;
    }
    if (found.low < 0 || value < values[found.low]!) found.low = i;
    if (found.high < 0 || value > values[found.high]!) found.high = i;
  }
}

function thin(curve: Curve, range: CurveRange, extremes: (first: number, end: number, found: Extremes) => void): Float64Array {
  const first = firstAtLeast(curve.steps, range.from, 0);
  const end = firstBeyond(curve.steps, range.to, first);
  const pairs = Math.max(1, Math.floor(range.pairs));
  if (end - first <= 2 * pairs) return interleave(curve, { first, end });
  const start = curve.steps[first]!;
  const width = (curve.steps[end - 1]! - start) / pairs;
  const kept: number[] = [first];
  let stretchStart = first;
  for (let pair = 1; pair <= pairs; pair++) {
    const stretchEnd = pair === pairs ? end : firstAtLeast(curve.steps, start + pair * width, stretchStart);
    const found = { low: -1, high: -1, broken: -1 };
    extremes(stretchStart, stretchEnd, found);
    for (const i of [found.low, found.high, found.broken].sort((a, b) => a - b)) if (i > kept.at(-1)!) kept.push(i);
    stretchStart = stretchEnd;
  }
  if (kept.at(-1)! < end - 1) kept.push(end - 1);
  return interleave(curve, kept);
}

function interleave(curve: Curve, kept: readonly number[] | { first: number; end: number }): Float64Array {
  const indices = 'first' in kept ? Array.from({ length: kept.end - kept.first }, (_, i) => kept.first + i) : kept;
  const out = new Float64Array(2 * indices.length);
  indices.forEach((i, at) => {
    out[2 * at] = curve.steps[i]!;
    out[2 * at + 1] = curve.values[i]!;
  });
  return out;
}

/** Index of the first step that is at least `step`, from `low` on; the length if there is none. */
function firstAtLeast(steps: ArrayLike<number>, step: number, low: number): number {
  return bisect(low, steps.length, (i) => steps[i]! >= step);
}

/** Index of the first step that is greater than `step`, from `low` on; the length if there is none. */
function firstBeyond(steps: ArrayLike<number>, step: number, low: number): number {
  return bisect(low, steps.length, (i) => steps[i]! > step);
}

function bisect(low: number, high: number, holdsFrom: (i: number) => boolean): number {
  let from = low;
  let to = high;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (holdsFrom(middle)) to = middle;
    else from = middle + 1;
  }
  return from;
}
