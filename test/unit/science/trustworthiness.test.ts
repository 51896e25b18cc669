import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fillNormal } from '../../../src/math/random.ts';
import { measurePreservation, type Space } from '../../../src/science/trustworthiness.ts';

function cloud(n: number, width: number, seed: number): Space {
  const rows = new Float32Array(n * width);
  fillNormal(rows, { seed, stream: 'data', step: width });
  return { rows, width };
}

const trustworthiness = (...at: Parameters<typeof measurePreservation>) => measurePreservation(...at).trustworthiness;
const continuity = (...at: Parameters<typeof measurePreservation>) => measurePreservation(...at).continuity;
const onLine = (...places: number[]): Space => ({ rows: Float32Array.from(places), width: 1 });

/** The definition with every rank written into a table. */
function byTable(original: Space, projection: Space, k: number): number {
  const ranksOf = ({ rows, width }: Space): number[][] => {
    const n = rows.length / width;
    const distance = (i: number, l: number) =>
      Math.hypot(...Array.from({ length: width }, (_, j) => rows[i * width + j]! - rows[l * width + j]!));
    return Array.from({ length: n }, (_, i) => {
      const others = Array.from({ length: n }, (_, l) => l).filter((l) => l !== i);
      others.sort((a, b) => distance(i, a) - distance(i, b) || a - b);
      return Array.from({ length: n }, (_, l) => (l === i ? 0 : others.indexOf(l) + 1));
    });
  };
  const [truth, picture] = [ranksOf(original), ranksOf(projection)];
  const n = truth.length;
  let penalty = 0;
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) if (j !== i && picture[i]![j]! <= k) penalty += Math.max(0, truth[i]![j]! - k);
  return 1 - (2 / (n * k * (2 * n - 3 * k - 1))) * penalty;
}

describe('trustworthiness', () => {
  test('of five points in the order 0 3 1 4 2 is 0.2, as scikit-learn has it', () => {
    expect(trustworthiness(onLine(0, 1, 2, 3, 4), onLine(0, 2, 4, 1, 3), 1)).toBeCloseTo(0.2, 12);
  });

  test('is 1 for the same space moved and scaled, and so is continuity', () => {
    const space = cloud(60, 3, 1);
    const moved = { rows: space.rows.map((value) => 4 * value + 2), width: 3 };
    expect([trustworthiness(space, moved, 7), continuity(space, moved, 7)]).toEqual([1, 1]);
  });

  test('is what a table of all ranks gives', () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.integer({ min: 3, max: 25 }), fc.nat(100), (seed, n, share) => {
        const k = 1 + Math.floor((share / 101) * (Math.ceil(n / 2) - 1));
        const [original, projection] = [cloud(n, 4, seed), cloud(n, 2, seed)];
        expect(trustworthiness(original, projection, k)).toBeCloseTo(byTable(original, projection, k), 12);
        expect(continuity(original, projection, k)).toBeCloseTo(byTable(projection, original, k), 12);
      }),
      { numRuns: 100, seed: 1 },
    );
  });

  test('stays between 0 and 1 and does not change when the plane is turned', () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.double({ min: 0, max: 6, noNaN: true }), (seed, angle) => {
        const [original, projection] = [cloud(40, 5, seed), cloud(40, 2, seed)];
        const [c, s] = [Math.cos(angle), Math.sin(angle)];
        const turned = projection.rows.map((value, i) =>
          i % 2 === 0 ? c * value - s * projection.rows[i + 1]! : c * value + s * projection.rows[i - 1]!,
        );
        const trusted = trustworthiness(original, projection);
        expect(trusted).toBeGreaterThanOrEqual(0);
        expect(trusted).toBeLessThanOrEqual(1);
        expect(trustworthiness(original, { rows: turned, width: 2 })).toBeCloseTo(trusted, 3);
      }),
      { numRuns: 50, seed: 1 },
    );
  });

  test('of a fold is worse than its continuity: far points meet, near ones stay near', () => {
    const along = Array.from({ length: 80 }, (_, i) => i - 39.3);
    const [line, folded] = [onLine(...along), onLine(...along.map(Math.abs))];
    expect(continuity(line, folded, 5)).toBeGreaterThan(trustworthiness(line, folded, 5) + 0.1);
  });

  test('refuses k of half the rows and more, and spaces of other rows', () => {
    expect(() => trustworthiness(cloud(24, 2, 1), cloud(24, 2, 1), 12)).toThrow('expected 1 <= k < n / 2 = 12, got 12');
    expect(() => trustworthiness(cloud(24, 2, 1), cloud(23, 2, 1), 2)).toThrow('expected a projection of 24 rows, got 23');
  });
});
