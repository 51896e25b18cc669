import { expect, test } from 'vitest';
import { standardisationOf, standardise } from '../../../src/science/standardise.ts';

test('columns get mean 0 and population variance 1; a constant one becomes 0, also where another row differs', () => {
  const units = standardisationOf(Float32Array.of(1, 0.1, 5, 0.1, 3, 0.1), 2);
  const deviation = Math.sqrt(8 / 3);
  expect([...units.mean].map((mean) => Math.round(mean * 1e6) / 1e6)).toEqual([3, 0.1]);
  const rows = standardise(Float32Array.of(1, 0.1, 7, 9), units);
  expect(rows[0]).toBeCloseTo(-2 / deviation, 12);
  expect(rows[2]).toBeCloseTo(4 / deviation, 12);
  expect([rows[1], rows[3]].map(Math.abs as (v: number | undefined) => number)).toEqual([0, 0]);
});
