import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Codes, linearCka } from '../../../src/math/cka.ts';
import { fillNormal } from '../../../src/math/random.ts';

function codes(n: number, width: number, seed: number): Codes {
  const rows = new Float32Array(n * width);
  fillNormal(rows, { seed, stream: 'data', step: width });
  return { rows, width };
}

const column = (...rows: number[]): Codes => ({ rows: Float32Array.from(rows), width: 1 });

/** tr(K H L H) / sqrt(tr(K H K H) tr(L H L H)) with the Gram matrices K and L of the rows and H = I - 1/n: the kernels' form. */
function byKernels(x: Codes, y: Codes): number {
  const centredGram = ({ rows, width }: Codes): number[] => {
    const n = rows.length / width;
    const gram = Array.from({ length: n }, (_, i) =>
      Array.from({ length: n }, (_, l) => {
        let sum = 0;
        for (let j = 0; j < width; j++) sum += rows[i * width + j]! * rows[l * width + j]!;
        return sum;
      }),
    );
    const means = gram.map((row) => row.reduce((a, b) => a + b) / n);
    const mean = means.reduce((a, b) => a + b) / n;
    return gram.flatMap((row, i) => row.map((value, l) => value - means[i]! - means[l]! + mean));
  };
  const [k, l] = [centredGram(x), centredGram(y)];
  const inner = (a: number[], b: number[]) => a.reduce((sum, value, i) => sum + value * b[i]!, 0);
  return inner(k, l) / Math.sqrt(inner(k, k) * inner(l, l));
}

describe('linear CKA', () => {
  test('of two columns is their squared correlation', () => {
    // correlation 0.8: deviations (-2 -1 0 1 2) and (-1 -2 0 2 1)
    expect(linearCka(column(1, 2, 3, 4, 5), column(9, 8, 10, 12, 11))).toBeCloseTo(0.64, 12);
  });

  test('is what the kernels give, the same both ways, from 0 to 1', () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.integer({ min: 1, max: 4 }), fc.integer({ min: 5, max: 7 }), (seed, p, q) => {
        const [x, y] = [codes(15, p, seed), codes(15, q, seed)];
        const value = linearCka(x, y);
        expect(value).toBeCloseTo(byKernels(x, y), 10);
        expect(linearCka(y, x)).toBeCloseTo(value, 12);
        expect(value).toBeGreaterThan(0);
        expect(value).toBeLessThan(1);
      }),
      { numRuns: 50, seed: 1 },
    );
  });

  test('is 1 for codes turned, scaled and moved', () => {
    const x = codes(50, 2, 1);
    const turned = x.rows.map(
      (value, i) => 3 * (i % 2 === 0 ? 0.6 * value - 0.8 * x.rows[i + 1]! : 0.6 * value + 0.8 * x.rows[i - 1]!) + 7,
    );
    expect(linearCka(x, { rows: turned, width: 2 })).toBeCloseTo(1, 6);
  });

  test('is not 1 for codes stretched along one axis', () => {
    const x = codes(50, 2, 1);
    expect(linearCka(x, { rows: x.rows.map((value, i) => (i % 2 === 0 ? 9 * value : value)), width: 2 })).toBeLessThan(0.9);
  });

  test('is 0 for uncorrelated codes and for one that does not vary', () => {
    expect(linearCka(column(1, -1, 1, -1), column(1, 1, -1, -1))).toBe(0);
    expect(linearCka(column(1, 2, 3), column(4, 4, 4))).toBe(0);
  });

  test('refuses codes of other rows', () => {
    expect(() => linearCka(column(1, 2), column(1, 2, 3))).toThrow('expected codes of the same rows, got 2 and 3 rows');
  });
});
