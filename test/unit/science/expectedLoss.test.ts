import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Corruption, Loss } from '../../../src/experiment/autoencoder.ts';
import { ExpectedLoss } from '../../../src/science/expectedLoss.ts';
import { columnSquares, diagonalOf, type LinearMap } from '../../../src/science/linearMap.ts';
import { normals } from './referenceModel.ts';

/** A random map and rows that are not centred. */
function drawCase(seed: number, { inputs, latent, rows, bias }: { inputs: number; latent: number; rows: number; bias: boolean }) {
  const normal = normals(seed);
  const fill = (n: number) => Float64Array.from({ length: n }, normal);
  const map: LinearMap = {
    inputs,
    latent,
    encoder: fill(inputs * latent),
    decoder: fill(inputs * latent),
    bias: bias ? fill(inputs) : new Float64Array(inputs),
  };
  const x = Array.from({ length: rows }, () => Array.from({ length: inputs }, () => normal() + 0.5));
  return { map, x };
}

/** W, entry by entry. */
const entry = ({ inputs, latent, encoder, decoder }: LinearMap, j: number, i: number) => {
  let sum = 0;
  for (let l = 0; l < latent; l++) sum += decoder[l * inputs + j]! * encoder[i * latent + l]!;
  return sum;
};

const outputOf = (map: LinearMap, seen: readonly number[]) =>
  seen.map((_, j) => map.bias[j]! + seen.reduce((sum, value, i) => sum + entry(map, j, i) * value, 0));

const maskOf = (ratio: number, rescale: boolean): Extract<Corruption, { kind: 'mask' }> => ({
  kind: 'mask',
  ratio,
  rescale,
  flags: false,
  shape: 'coordinates',
  blockSize: 2,
});

function expected(map: LinearMap, x: readonly number[][], corruption: Corruption, over: Loss['over']): number {
  const measure = new ExpectedLoss(map, corruption, over);
  for (const row of x) measure.add(row, outputOf(map, row));
  return measure.value();
}

/** The definition: every one of the 2^m masks with its probability. */
function enumerated(map: LinearMap, x: readonly number[][], { ratio, rescale }: { ratio: number; rescale: boolean }, over: Loss['over']) {
  const p = 1 - ratio;
  let total = 0;
  for (let bits = 0; bits < 2 ** map.inputs; bits++) {
    const draw = Array.from({ length: map.inputs }, (_, j) => (bits >> j) & 1);
    const chance = draw.reduce((product, kept) => product * (kept ? p : ratio), 1);
    for (const row of x) {
      const output = outputOf(
        map,
        row.map((value, j) => value * draw[j]! * (rescale ? 1 / p : 1)),
      );
      row.forEach((value, j) => {
        const weight = over === 'all' ? 1 : over === 'visible' ? draw[j]! / p : (1 - draw[j]!) / ratio;
        total += (chance * weight * (value - output[j]!) ** 2) / x.length;
      });
    }
  }
  return total;
}

const scopes = ['all', 'masked', 'visible'] as const;

describe.each(scopes)('the expected loss of a linear map under masks, scope %s', (over) => {
  describe.each([true, false])('with rescale %s', (rescale) => {
    test.each([
      { inputs: 10, latent: 3, rows: 3, bias: true, ratio: 0.5 },
      { inputs: 7, latent: 2, rows: 4, bias: false, ratio: 0.25 },
      { inputs: 6, latent: 6, rows: 4, bias: true, ratio: 0.8 },
    ])('equals the average over all masks to 1e-9 ($inputs inputs, $latent codes, bias $bias, ratio $ratio)', (size) => {
      const { map, x } = drawCase(size.inputs, size);
      const wanted = enumerated(map, x, { ratio: size.ratio, rescale }, over);
      expect(Math.abs(expected(map, x, maskOf(size.ratio, rescale), over) - wanted)).toBeLessThan(1e-9 * wanted);
    });

    test('equals the average over all masks for any small map', () => {
      const size = fc.record({ inputs: fc.integer({ min: 1, max: 6 }), latent: fc.integer({ min: 1, max: 4 }), bias: fc.boolean() });
      fc.assert(
        fc.property(fc.nat(1000), size, fc.double({ min: 0.05, max: 0.95, noNaN: true }), (seed, shape, ratio) => {
          const { map, x } = drawCase(seed, { ...shape, rows: 2 });
          const wanted = enumerated(map, x, { ratio, rescale }, over);
          expect(Math.abs(expected(map, x, maskOf(ratio, rescale), over) - wanted)).toBeLessThan(1e-9 * Math.max(1, wanted));
        }),
        { numRuns: 50 },
      );
    });
  });
});

describe('on centred data without a bias the expected loss is the formula over the covariance', () => {
  const inputs = 6;
  const { map, x: raw } = drawCase(3, { inputs, latent: 2, rows: 9, bias: false });
  const mean = raw[0]!.map((_, j) => raw.reduce((sum, row) => sum + row[j]!, 0) / raw.length);
  const x = raw.map((row) => row.map((value, j) => value - mean[j]!));
  const s = (i: number, j: number) => x.reduce((sum, row) => sum + row[i]! * row[j]!, 0) / x.length;
  const w = (j: number, i: number) => entry(map, j, i);
  const all = Array.from({ length: inputs }, (_, i) => i);
  const sumOver = (term: (i: number) => number) => all.reduce((sum, i) => sum + term(i), 0);
  const eye = (i: number, j: number) => Number(i === j);
  const vanilla = sumOver((j) => sumOver((a) => sumOver((b) => (eye(j, a) - w(j, a)) * s(a, b) * (eye(j, b) - w(j, b)))));
  const r = 0.4 / 0.6;

  test('Gaussian: tr((I-W)S(I-W)^T) + sigma^2 |W|^2', () => {
    const wanted = vanilla + 0.3 ** 2 * sumOver((j) => sumOver((i) => w(j, i) ** 2));
    expect(expected(map, x, { kind: 'gaussian', sigma: 0.3 }, 'all')).toBeCloseTo(wanted, 11);
  });

  test('mask: tr((I-W)S(I-W)^T) + ((1-p)/p) sum_j S_jj |W e_j|^2', () => {
    const wanted = vanilla + r * sumOver((i) => s(i, i) * sumOver((j) => w(j, i) ** 2));
    expect(expected(map, x, maskOf(0.4, true), 'all')).toBeCloseTo(wanted, 11);
  });

  test('masked: sum_j S_jj - 2 w^T S_j + w^T S w + ((1-p)/p) w^T D w with w = row j of W without entry j', () => {
    const wanted = sumOver((j) => {
      const row = (i: number) => (i === j ? 0 : w(j, i));
      const quadratic = sumOver((a) => sumOver((b) => row(a) * s(a, b) * row(b)));
      return s(j, j) - 2 * sumOver((i) => row(i) * s(i, j)) + quadratic + r * sumOver((i) => s(i, i) * row(i) ** 2);
    });
    expect(expected(map, x, maskOf(0.4, true), 'masked')).toBeCloseTo(wanted, 11);
  });

  test('all = nu masked + p visible', () => {
    const [whole, masked, visible] = scopes.map((over) => expected(map, x, maskOf(0.4, true), over)) as [number, number, number];
    expect(whole).toBeCloseTo(0.4 * masked + 0.6 * visible, 12);
  });
});

test('squares of columns and the diagonal of W are those of the product B A', () => {
  const { map } = drawCase(5, { inputs: 5, latent: 3, rows: 1, bias: false });
  const all = [0, 1, 2, 3, 4];
  columnSquares(map).forEach((square, i) => {
    expect(square).toBeCloseTo(
      all.reduce((sum, j) => sum + entry(map, j, i) ** 2, 0),
      12,
    );
  });
  diagonalOf(map).forEach((value, j) => {
    expect(value).toBeCloseTo(entry(map, j, j), 12);
  });
});
