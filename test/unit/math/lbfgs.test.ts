import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Minimum, minimise, type Objective } from '../../../src/math/lbfgs.ts';

/** Runs a search to its end; counts the breaths. */
function search(objective: Objective, start: readonly number[], mostIterations?: number): Minimum & { breaths: number } {
  const searching = minimise(objective, Float64Array.from(start), 1e-9, mostIterations);
  for (let breaths = 0; ; breaths++) {
    const next = searching.next();
    if (next.done) return { ...next.value, breaths };
  }
}

/** (1 - a)^2 + 100 (b - a^2)^2: a bent valley with its minimum 0 at (1, 1). */
const rosenbrock: Objective = (x, gradient) => {
  const [a, b] = [x[0]!, x[1]!];
  gradient[0] = -2 * (1 - a) - 400 * a * (b - a * a);
  gradient[1] = 200 * (b - a * a);
  return (1 - a) ** 2 + 100 * (b - a * a) ** 2;
};

test('finds the bottom of a bent valley', () => {
  const found = search(rosenbrock, [-1.2, 1]);
  expect(found.isConverged).toBe(true);
  expect(found.x[0]).toBeCloseTo(1, 8);
  expect(found.x[1]).toBeCloseTo(1, 8);
  expect(found.iterations).toBeLessThan(100);
  expect(found.breaths).toBe(found.iterations);
});

test('finds the centre of every bowl, however stretched', () => {
  const axis = fc.record({ centre: fc.double({ min: -10, max: 10, noNaN: true }), decade: fc.double({ min: -2, max: 2, noNaN: true }) });
  fc.assert(
    fc.property(fc.array(axis, { minLength: 1, maxLength: 8 }), (axes) => {
      const bowl: Objective = (x, gradient) =>
        axes.reduce((sum, { centre, decade }, i) => {
          gradient[i] = 10 ** decade * (x[i]! - centre);
          return sum + (10 ** decade / 2) * (x[i]! - centre) ** 2;
        }, 0);
      const found = search(bowl, new Array<number>(axes.length).fill(0));
      axes.forEach(({ centre, decade }, i) => {
        expect(Math.abs(found.x[i]! - centre)).toBeLessThan(1e-6 / 10 ** Math.min(0, decade));
      });
    }),
    { numRuns: 100, seed: 1 },
  );
});

test('a start at the minimum is the answer', () => {
  expect(search(rosenbrock, [1, 1])).toMatchObject({ iterations: 0, value: 0, isConverged: true });
});

test('says so when the iterations run out', () => {
  expect(search(rosenbrock, [-1.2, 1], 3)).toMatchObject({ iterations: 3, isConverged: false });
});

test('ends where the value is no number, and leaves the start as it was', () => {
  const start = Float64Array.of(1);
  const found = minimise(() => Number.NaN, start, 1e-9).next();
  expect(found.done).toBe(true);
  expect([...start]).toEqual([1]);
});
