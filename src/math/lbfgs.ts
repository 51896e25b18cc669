/** Value of a smooth function at x, [n]; writes its gradient there, [n]. */
export type Objective = (x: Float64Array, gradient: Float64Array) => number;

/** Where a search ended. */
export interface Minimum {
  x: Float64Array;
  value: number;
  gradient: Float64Array;
  /** Euclidean length of the gradient. */
  gradientSize: number;
  iterations: number;
  /** Whether gradientSize came down to the tolerance; else rounding or the number of iterations ended the search. */
  isConverged: boolean;
}

type Point = Pick<Minimum, 'x' | 'value' | 'gradient' | 'gradientSize'>;

/** A step s that was taken, how the gradient changed along it, y, and s.y. */
interface Pair {
  step: Float64Array;
  change: Float64Array;
  product: number;
}

/** Steps remembered: more cost more than they save here. */
const remembered = 10;

/**
 * The minimum of a smooth function by L-BFGS (Liu and Nocedal 1989; Nocedal and Wright, algorithm 7.5) with a bisecting line
 * search for the weak Wolfe conditions (Lewis and Overton 2013; c1 1e-4, c2 0.9). All in float64; equal input gives equal bits.
 * Yields after every iteration, so that a long search can be given up.
 * @param start [n], left as it is
 * @param tolerance length of the gradient to stop at
 */
export function* minimise(
  objective: Objective,
  start: Float64Array,
  tolerance: number,
  mostIterations = 2000,
): Generator<void, Minimum, void> {
  const search = new Search(objective, start);
  let iterations = 0;
  while (search.here.gradientSize > tolerance && iterations < mostIterations && search.goOn()) {
    iterations++;
    yield;
  }
  return { ...search.here, iterations, isConverged: search.here.gradientSize <= tolerance };
}

/** A search between its steps. Its arrays are made once and used again: making them would cost as much as the arithmetic. */
class Search {
  here: Point;
  private spare: Point;
  private readonly direction: Float64Array;
  /** The last steps, oldest first. */
  private readonly memory: Pair[] = [];

  constructor(
    private readonly objective: Objective,
    start: Float64Array,
  ) {
    this.here = { x: start.slice(), value: 0, gradient: new Float64Array(start.length), gradientSize: 0 };
    this.spare = { ...this.here, x: new Float64Array(start.length), gradient: new Float64Array(start.length) };
    this.direction = new Float64Array(start.length);
    this.evaluate(this.here);
  }

  /** One step; false when rounding hides every point that is better. */
  goOn(): boolean {
    const isFirst = this.memory.length === 0;
    this.turnDown();
    if (this.searchLine(isFirst ? Math.min(1, 1 / this.here.gradientSize) : 1)) return true;
    // a direction spoilt by rounding: the next one goes straight down
    this.memory.length = 0;
    return !isFirst;
  }

  private evaluate(point: Point): void {
    point.value = this.objective(point.x, point.gradient);
    point.gradientSize = Math.sqrt(dot(point.gradient, point.gradient));
  }

  /** The direction: minus the gradient times the remembered inverse curvature, by the two loops. */
  private turnDown(): void {
    const { direction, memory } = this;
    const weights: number[] = [];
    setTo(direction, this.here.gradient, -1);
    for (let m = memory.length - 1; m >= 0; m--) {
      const { step, change, product } = memory[m]!;
      weights[m] = dot(step, direction) / product;
      addTo(direction, change, -weights[m]!);
    }
    const last = memory.at(-1);
    if (last) setTo(direction, direction, last.product / dot(last.change, last.change));
    memory.forEach(({ step, change, product }, m) => {
      addTo(direction, step, weights[m]! - dot(change, direction) / product);
    });
  }

  /** Moves to a point along the direction that is lower by enough and flatter by enough, if there is one. */
  private searchLine(first: number): boolean {
    const { here, spare, direction } = this;
    const slope = dot(here.gradient, direction);
    if (!(slope < 0)) return false;
    // differences below the last bits of the value say nothing
    const rounding = 4 * Number.EPSILON * Math.abs(here.value);
    let [low, high, step] = [0, Number.POSITIVE_INFINITY, first];
    for (let trial = 0; trial < 50; trial++) {
      spare.x.set(here.x);
      addTo(spare.x, direction, step);
      this.evaluate(spare);
      if (!(spare.value <= here.value + 1e-4 * step * slope + rounding)) high = step;
      else if (dot(spare.gradient, direction) < 0.9 * slope) low = step;
      else {
        this.remember();
        [this.here, this.spare] = [spare, here];
        return true;
      }
      step = high < Number.POSITIVE_INFINITY ? (low + high) / 2 : 2 * low;
    }
    return false;
  }

  /** Keeps the step from here to the spare point. */
  private remember(): void {
    const { here, spare, memory } = this;
    const size = here.x.length;
    const oldest = memory.length === remembered ? memory.shift() : undefined;
    const pair = oldest ?? { step: new Float64Array(size), change: new Float64Array(size), product: 0 };
    for (let i = 0; i < size; i++) {
      pair.step[i] = spare.x[i]! - here.x[i]!;
      pair.change[i] = spare.gradient[i]! - here.gradient[i]!;
    }
    pair.product = dot(pair.step, pair.change);
    // without curvature along the step there is nothing to learn from it
    if (pair.product > 0) memory.push(pair);
  }
}

/** x . y in four sums, which do not wait for each other. */
function dot(x: Float64Array, y: Float64Array): number {
  let [a, b, c, d] = [0, 0, 0, 0];
  let i = 0;
  for (; i + 4 <= x.length; i += 4) {
    a += x[i]! * y[i]!;
    b += x[i + 1]! * y[i + 1]!;
    c += x[i + 2]! * y[i + 2]!;
    d += x[i + 3]! * y[i + 3]!;
  }
  for (; i < x.length; i++) a += x[i]! * y[i]!;
  return a + b + (c + d);
}

/** x += factor y */
function addTo(x: Float64Array, y: Float64Array, factor: number): void {
  for (let i = 0; i < x.length; i++) x[i] = x[i]! + factor * y[i]!;
}

/** x = factor y */
function setTo(x: Float64Array, y: Float64Array, factor: number): void {
  for (let i = 0; i < x.length; i++) x[i] = factor * y[i]!;
}
