import { expect, test } from 'vitest';
import { studentQuantile, studentWithin } from '../../../src/math/studentT.ts';

// percentage points of the t distribution, two-sided 5 % and 1 % (the published tables' values with more digits)
test.each([
  [1, 12.706204736, 63.656741163],
  [2, 4.3026527297, 9.9248432009],
  [3, 3.1824463053, 5.8409093097],
  [4, 2.7764451052, 4.6040948713],
  [9, 2.2621571628, 3.2498355416],
  [10, 2.228138852, 3.1692726726],
  [29, 2.0452296421, 2.7563859037],
  [120, 1.9799304051, 2.6174211451],
])('with %d degrees of freedom the factors are those of the tables', (freedom, ninetyFive, ninetyNine) => {
  expect(studentQuantile(0.95, freedom)).toBeCloseTo(ninetyFive, 7);
  expect(studentQuantile(0.99, freedom)).toBeCloseTo(ninetyNine, 7);
});

test('one degree of freedom is the Cauchy distribution, and two have a closed form', () => {
  for (const t of [0.1, 1, 7]) {
    expect(studentWithin(t, 1)).toBeCloseTo((2 / Math.PI) * Math.atan(t), 14);
    expect(studentWithin(t, 2)).toBeCloseTo(t / Math.sqrt(2 + t * t), 14);
  }
});

test('with many degrees of freedom it is the normal distribution', () => {
  expect(studentQuantile(0.95, 100_000)).toBeCloseTo(1.959963985, 4);
});
