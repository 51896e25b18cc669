import fc from 'fast-check';
import { expect, test } from 'vitest';
import { smooth } from '../../../src/math/smooth.ts';

const values = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 60 });
const weight = fc.double({ min: 0, max: 0.99, noNaN: true });
const countTo = (n: number) => Array.from({ length: n }, (_, i) => i);

test('at equal distances the average is TensorBoard’s, debiased', () => {
  fc.assert(
    fc.property(values, weight, (y, w) => {
      let last = 0;
      const expected = y.map((value, i) => {
        last = w * last + (1 - w) * value;
        return last / (1 - w ** (i + 1));
      });
      const found = smooth(countTo(y.length), y, w);
      expected.forEach((value, i) => {
        expect(Math.abs(found[i]! - value)).toBeLessThanOrEqual(1e-9 * Math.max(1, ...y.map(Math.abs)));
      });
    }),
  );
});

test('without weight nothing changes, what is constant stays so, and nothing leaves the range of the values', () => {
  const gaps = fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 60, maxLength: 60 });
  fc.assert(
    fc.property(values, weight, gaps, (y, w, distances) => {
      const steps = y.map((_, i) => distances.slice(0, i).reduce((a, b) => a + b, 0));
      const raw = smooth(steps, y, 0);
      y.forEach((value, i) => {
        expect(raw[i]).toBeCloseTo(value, 6);
      });
      const [low, high] = [Math.min(...y), Math.max(...y)];
      const slack = 1e-9 * Math.max(1, Math.abs(low), Math.abs(high));
      for (const value of smooth(steps, y, w)) {
        expect(value).toBeGreaterThanOrEqual(low - slack);
        expect(value).toBeLessThanOrEqual(high + slack);
      }
    }),
  );
});

test('a value that is none stays where it is and does not spread', () => {
  expect([...smooth([0, 1, 2, 3], [1, Number.NaN, 1, Number.POSITIVE_INFINITY], 0.9)]).toEqual([
    1,
    Number.NaN,
    1,
    Number.POSITIVE_INFINITY,
  ]);
  expect(smooth([], [], 0.5).length).toBe(0);
});

test('a long gap forgets more than a short one', () => {
  const [near, far] = [smooth([0, 1, 2, 3], [1, 1, 1, 0], 0.9)[3]!, smooth([0, 1, 2, 30], [1, 1, 1, 0], 0.9)[3]!];
  expect(far).toBeLessThan(near);
});
