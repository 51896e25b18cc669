import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alignProjection, principalComponents } from '../../../src/math/principalComponents.ts';
import { fillNormal } from '../../../src/math/random.ts';
import { symmetricEigen } from '../../../src/math/symmetricEigen.ts';

function gaussianRows(n: number, deviations: readonly number[], seed = 1): Float32Array {
  const rows = new Float32Array(n * deviations.length);
  fillNormal(rows, { seed, stream: 'data', step: 0 });
  return rows.map((value, i) => value * deviations[i % deviations.length]! + 3);
}

/** Eigen-decomposition of the scatter matrix, the long way. */
function oracle(rows: Float32Array, width: number) {
  const n = rows.length / width;
  const mean = Array.from({ length: width }, (_, j) => {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += rows[i * width + j]!;
    return sum / n;
  });
  const scatter = new Float64Array(width * width);
  for (let a = 0; a < width; a++)
    for (let b = 0; b < width; b++)
      for (let i = 0; i < n; i++)
        scatter[a * width + b] = scatter[a * width + b]! + (rows[i * width + a]! - mean[a]!) * (rows[i * width + b]! - mean[b]!);
  const { values, vectors } = symmetricEigen(scatter, width);
  return { shares: values.map((v) => v / values.reduce((s, x) => s + x, 0)), vectors };
}

describe('principal components', () => {
  it.each([
    [5, 200],
    [64, 300],
    [65, 300],
    [120, 150],
    [530, 60],
  ])('agree with the eigenvectors of the covariance at width %i', (width, n) => {
    const rows = gaussianRows(
      n,
      Array.from({ length: width }, (_, j) => 3 * 0.8 ** j + 0.05),
    );
    const { shares, vectors } = oracle(rows, width);
    const { scores, explained, axes } = principalComponents(rows, width, 2);
    for (let a = 0; a < 2; a++) {
      expect(explained[a]).toBeCloseTo(shares[a]!, 6);
      let cosine = 0;
      for (let j = 0; j < width; j++) cosine += axes[a * width + j]! * vectors[j * width + a]!;
      expect(1 - Math.abs(cosine)).toBeLessThan(1e-9);
    }
    expect(scores.length).toBe(2 * n);
  });

  it('have centred scores, orthonormal axes and their largest loading positive', () => {
    const rows = gaussianRows(400, [1, 4, 2]);
    const { scores, axes } = principalComponents(rows, 3, 3);
    for (let a = 0; a < 3; a++) {
      const axis = axes.subarray(3 * a, 3 * a + 3);
      expect(Math.max(...axis)).toBe(Math.max(...axis.map(Math.abs)));
      let sum = 0;
      for (let i = a; i < scores.length; i += 3) sum += scores[i]!;
      expect(sum / 400).toBeCloseTo(0, 5);
      for (let b = 0; b < 3; b++) {
        let product = 0;
        for (let j = 0; j < 3; j++) product += axis[j]! * axes[3 * b + j]!;
        expect(product).toBeCloseTo(a === b ? 1 : 0, 12);
      }
    }
  });

  it('are the same bits twice', () => {
    const rows = gaussianRows(
      100,
      Array.from({ length: 80 }, (_, j) => 1 + 1 / (j + 1)),
    );
    expect(principalComponents(rows, 80)).toEqual(principalComponents(rows, 80));
  });

  it('leave the second column empty when rows have one coordinate', () => {
    const { scores, explained } = principalComponents(Float32Array.of(1, 2, 6), 1, 2);
    expect([...scores]).toEqual([-2, 0, -1, 0, 3, 0]);
    expect(explained).toEqual([1, 0]);
  });

  it('are zero for rows that are all alike, and at widths beyond the rank', () => {
    const { scores, explained } = principalComponents(new Float32Array(12).fill(7), 3);
    expect([...scores]).toEqual(new Array(8).fill(0));
    expect(explained).toEqual([0, 0]);
    const flat = principalComponents(
      Float32Array.from({ length: 200 }, (_, i) => (i < 100 ? 1 : 2)),
      100,
    );
    expect(flat.explained[0]).toBeCloseTo(1, 9);
    expect(flat.explained[1]).toBeCloseTo(0, 9);
    expect(principalComponents(new Float32Array(0), 3).scores.length).toBe(0);
  });

  it('are NaN where a row is not finite', () => {
    const { scores, explained } = principalComponents(Float32Array.of(1, 2, Number.NaN, 4), 2);
    expect(scores.every(Number.isNaN)).toBe(true);
    expect(explained).toEqual([Number.NaN, Number.NaN]);
  });
});

describe('aligning a projection to the frame before', () => {
  const columns = (scores: Float32Array) => [0, 1].map((a) => scores.filter((_, i) => i % 2 === a));

  it('undoes every swap and every flip', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e6 }), fc.boolean(), fc.boolean(), fc.boolean(), (seed, swap, flipFirst, flipSecond) => {
        const { scores, explained } = principalComponents(gaussianRows(50, [3, 2, 1], seed), 3);
        const disturbed = scores.map((_, i) => {
          const column = i % 2;
          const from = swap ? 1 - column : column;
          return scores[i - column + from]! * ((column === 0 ? flipFirst : flipSecond) ? -1 : 1);
        });
        const shares = swap ? [explained[1]!, explained[0]!] : explained;
        const aligned = alignProjection(disturbed, shares, scores);
        expect([...aligned.scores]).toEqual([...scores]);
        expect(aligned.explained).toEqual(explained);
      }),
    );
  });

  it('correlates every column non-negatively with the frame before, whatever came before', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e6 }), (seed) => {
        const now = principalComponents(gaussianRows(40, [1, 1.1, 0.9], seed), 3);
        const before = principalComponents(gaussianRows(40, [1, 1, 1], seed + 1), 3);
        const aligned = alignProjection(now.scores, now.explained, before.scores);
        columns(aligned.scores).forEach((column, a) => {
          const other = columns(before.scores)[a]!;
          expect(column.reduce((sum, value, i) => sum + value * other[i]!, 0)).toBeGreaterThanOrEqual(0);
        });
      }),
    );
  });

  it('leaves the first frame, and a frame of other rows, as they are', () => {
    const scores = Float32Array.of(1, 2, -1, -2);
    expect([...alignProjection(scores, [0.7, 0.3], null).scores]).toEqual([1, 2, -1, -2]);
    expect([...alignProjection(scores, [0.7, 0.3], new Float32Array(6)).scores]).toEqual([1, 2, -1, -2]);
  });
});
