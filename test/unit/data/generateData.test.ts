import { describe, expect, it } from 'vitest';
import { loadDataset } from '../../../src/data/loadDataset.ts';
import { type DataSection, dataSchema } from '../../../src/experiment/autoencoder.ts';
import { symmetricEigen } from '../../../src/math/symmetricEigen.ts';

const section = (source: Record<string, unknown>, label?: string): DataSection => dataSchema.parse({ source, label });
const load = (source: Record<string, unknown>, seed = 0, label?: string) =>
  loadDataset(section(source, label), { folder: '/', media: '/', seed });

/** Second moments of the rows, [width, width]. */
function moments(values: Float32Array, width: number): Float64Array {
  const sums = new Float64Array(width * width);
  for (let start = 0; start < values.length; start += width)
    for (let a = 0; a < width; a++)
      for (let b = 0; b < width; b++)
        sums[a * width + b] = sums[a * width + b]! + (values[start + a]! * values[start + b]! * width) / values.length;
  return sums;
}

describe('low-rank Gaussian data', () => {
  const settings = { generator: 'lowRankGaussian', dimensions: 6, rank: 2, samples: 20_000, signalVariance: 4, noiseVariance: 0.25 };

  it('have the signal variance in `rank` directions and the noise variance in the others', async () => {
    const data = await load(settings);
    const { values } = symmetricEigen(moments(data.values, 6), 6);
    [4, 4, 0.25, 0.25, 0.25, 0.25].forEach((variance, i) => {
      // four standard errors of a variance of 20,000 numbers
      expect(Math.abs(values[i]! / variance - 1)).toBeLessThan(0.06);
    });
  });

  it('lie along the axes without rotation, labelled by the sign of the sum of their signal', async () => {
    const data = await load({ ...settings, rotate: false });
    const covariance = moments(data.values, 6);
    for (let a = 0; a < 6; a++) for (let b = 0; b < a; b++) expect(Math.abs(covariance[a * 6 + b]!)).toBeLessThan(0.15);
    for (let i = 0; i < 100; i++) expect(data.labels![i]).toBe(data.values[i * 6]! + data.values[i * 6 + 1]! < 0 ? 0 : 1);
    expect(data.labelNames).toEqual(['negative', 'positive']);
    expect(data.allColumns.at(-1)).toBe('sign');
  });

  it('are turned by an orthogonal matrix: lengths and labels stay', async () => {
    const turned = await load(settings);
    const straight = await load({ ...settings, rotate: false });
    expect(turned.labels).toEqual(straight.labels);
    expect(turned.values).not.toEqual(straight.values);
    for (let i = 0; i < 600; i += 6) {
      const size = (x: Float32Array) => Math.hypot(...x.subarray(i, i + 6));
      expect(size(turned.values)).toBeCloseTo(size(straight.values), 4);
    }
  });

  it('turn uniformly: the first axis points anywhere, over seeds', async () => {
    const corners = await Promise.all(
      Array.from({ length: 400 }, async (_, seed) => {
        const data = await load({ generator: 'lowRankGaussian', dimensions: 3, rank: 3, samples: 1, noiseVariance: 0 }, seed);
        const straight = await load(
          { generator: 'lowRankGaussian', dimensions: 3, rank: 3, samples: 1, noiseVariance: 0, rotate: false },
          seed,
        );
        return data.values[0]! / Math.hypot(...straight.values);
      }),
    );
    // a coordinate of a uniform direction in three dimensions is uniform on [-1, 1]: mean 0, variance 1/3
    const mean = corners.reduce((sum, v) => sum + v, 0) / 400;
    const variance = corners.reduce((sum, v) => sum + v * v, 0) / 400;
    expect(Math.abs(mean)).toBeLessThan(0.1);
    expect(Math.abs(variance - 1 / 3)).toBeLessThan(0.06);
  });

  it('are the same for the same seed and others for another, and the hash says so', async () => {
    const [a, b, c] = await Promise.all([load(settings, 1), load(settings, 1), load(settings, 2)]);
    expect(a).toEqual(b);
    expect(a.values).not.toEqual(c.values);
    expect(a.hash).not.toBe(c.hash);
  });

  it('refuse a rank above the dimensions and a label they do not have', async () => {
    await expect(load({ ...settings, rank: 7 })).rejects.toThrow('data.source.rank is 7, more than the 6 dimensions');
    await expect(load(settings, 0, 'sing')).rejects.toThrow('(did you mean "sign"?)');
    await expect(load(settings, 0, 'sign')).resolves.toBeDefined();
  });
});

describe('Gaussian data', () => {
  it('have the covariance that was asked for, singular ones too', async () => {
    for (const covariance of [
      [
        [2, 0.8],
        [0.8, 1],
      ],
      [
        [1, 1],
        [1, 1],
      ],
    ]) {
      const data = await load({ generator: 'gaussian', covariance, samples: 40_000 });
      expect(data.labels).toBeNull();
      moments(data.values, 2).forEach((value, i) => {
        expect(Math.abs(value - covariance.flat()[i]!)).toBeLessThan(0.06);
      });
    }
  });

  it('refuse matrices that are no covariance', async () => {
    const ask = (covariance: number[][]) => load({ generator: 'gaussian', covariance });
    await expect(ask([[1, 0]])).rejects.toThrow('must be square: it has 1 rows, row 1 has 2 numbers');
    await expect(
      ask([
        [1, 0.5],
        [0.4, 1],
      ]),
    ).rejects.toThrow('must be symmetric: row 1, column 2 is 0.5, row 2, column 1 is 0.4');
    await expect(
      ask([
        [1, 2],
        [2, 1],
      ]),
    ).rejects.toThrow('negative eigenvalue -1');
  });

  it('have no labels to ask for', async () => {
    await expect(load({ generator: 'gaussian', covariance: [[1]] }, 0, 'sign')).rejects.toThrow('has no labels; remove data.label');
  });
});

it('generators that are not built yet say so', async () => {
  for (const generator of ['swissRoll', 'subspaces', 'sparseDictionary'])
    await expect(load({ generator })).rejects.toThrow(`not built yet: the generator "${generator}"`);
});
