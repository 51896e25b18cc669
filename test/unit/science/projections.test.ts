import { inverse, Matrix } from 'ml-matrix';
import { describe, expect, test } from 'vitest';
import type { Corruption } from '../../../src/experiment/autoencoder.ts';
import { leastSquaresMap } from '../../../src/science/leastSquares.ts';
import { theoryFor } from '../../../src/science/linearTheory.ts';
import { gradientOf, lossOf, outputsOf } from './leastSquaresReference.ts';
import {
  correlatedRows,
  everyMask,
  expectedLossOf,
  largestGap,
  maskOf,
  momentsOf,
  randomMatrix,
  spectrumOf,
  sumOver,
  weightsOf,
} from './linearReference.ts';
import { experimentWith } from './trainToOptimum.ts';

const inputs = 5;
const latent = 2;
const rows = 12;
const x = correlatedRows(rows, inputs, { seed: 5 });
const s = momentsOf(x);
const { values, vectors } = spectrumOf(s);
const leading = vectors.subMatrix(0, inputs - 1, 0, latent - 1);
const sigma = 0.9;
const noise: Corruption = { kind: 'gaussian', sigma };

/** The product's map of a matrix B [inputs, latent]. */
const mapWith = (b: Matrix, ridge = 0) => weightsOf(leastSquaresMap({ latent: b.columns, ridge }, b.transpose().to1DArray()));
/** The product's closed form of two matrices. */
const separate = (corruption: Corruption, k = latent) =>
  theoryFor(experimentWith({ corruption, model: { kind: 'linear', latent: k } }), x.to1DArray(), inputs)!.optimum;
const experiment = experimentWith({ model: { kind: 'linear', parameterization: 'leastSquares', latent, ridge: 0 } });
const clean = { x: Float32Array.from(x.to1DArray()), draw: new Float32Array(rows * inputs).fill(1) };
/** dB on clean rows, [inputs, latent]. */
const slopeAt = (b: Matrix) =>
  Matrix.from1DArray(latent, inputs, Array.from(gradientOf(experiment, b.transpose().to1DArray(), clean, inputs))).transpose();

describe('a least-squares autoencoder on clean rows', () => {
  const b = randomMatrix(inputs, latent, 6);
  const gram = b.transpose().mmul(b);
  const outside = Matrix.sub(Matrix.eye(inputs), b.mmul(inverse(gram)).mmul(b.transpose()));

  test('projects on the columns of B, and loses tr((I - P) S)', () => {
    const map = mapWith(b);
    expect(largestGap(map, Matrix.sub(Matrix.eye(inputs), outside))).toBeLessThan(1e-12);
    expect(largestGap(map.mmul(map), map)).toBeLessThan(1e-12);
    expect(lossOf(experiment, b.transpose().to1DArray(), clean, inputs)).toBeCloseTo(outside.mmul(s).trace(), 5);
  });

  test('is the same for B G with any invertible G', () => {
    expect(largestGap(mapWith(b.mmul(new Matrix([[2, -1], [0.3, 5]]))), mapWith(b))).toBeLessThan(1e-12); // biome-ignore format: rows
  });

  test('has the gradient -2 (I - P) S B (B^T B)^-1, across B, so that B^T B stays under the flow and grows by steps', () => {
    const gradient = slopeAt(b);
    // the rows were rounded to float32
    expect(largestGap(gradient, outside.mmul(s).mmul(b).mmul(inverse(gram)).mul(-2))).toBeLessThan(1e-5);
    expect(b.transpose().mmul(gradient).abs().max()).toBeLessThan(1e-12);
    const [before, after] = [b, Matrix.sub(b, gradient.mul(0.01))].map((m) => m.norm('frobenius'));
    expect(after).toBeGreaterThan(before!);
  });
});

describe('a least-squares autoencoder under noise', () => {
  test('cannot shrink: no B goes below sum_{i>k} l_i + k sigma^2, which the first eigenvectors reach', () => {
    const infimum = sumOver(inputs - latent, (i) => values[latent + i]!) + latent * sigma ** 2;
    expect(expectedLossOf(mapWith(leading), x, noise)).toBeCloseTo(infimum, 10);
    for (let seed = 1; seed <= 40; seed++) {
      const b = Matrix.add(leading, randomMatrix(inputs, latent, seed).mul(10 ** -(seed % 4)));
      expect(expectedLossOf(mapWith(b), x, noise)).toBeGreaterThan(infimum - 1e-10);
    }
    const worse = sumOver(latent, (i) => sigma ** 4 / (values[i]! + sigma ** 2));
    expect(infimum - separate(noise)).toBeCloseTo(worse, 10);
  });

  test('imitates the best filter by unequal singular values as soon as there is a ridge', () => {
    // s_i^2 / (s_i^2 + rho) = l_i / (l_i + sigma^2) with rho = ridge sum s_i^2 / k
    const ridge = (latent * sigma ** 2) / (values[0]! + values[1]!);
    const b = leading.mmul(Matrix.diag([Math.sqrt(values[0]!), Math.sqrt(values[1]!)]));
    expect(expectedLossOf(mapWith(b, ridge), x, noise)).toBeCloseTo(separate(noise), 10);
    const map = mapWith(b, ridge);
    expect(largestGap(map.mmul(map), map)).toBeGreaterThan(0.01);
  });
});

/** Rows under every mask, with the chance of each at the mask ratio. */
function underEveryMask(data: Matrix, ratio: number) {
  const masks = everyMask(inputs).to2DArray();
  return masks.map((mask) => ({
    mask,
    chance: mask.reduce((product, kept) => product * (kept ? 1 - ratio : ratio), 1),
    batch: { x: Float32Array.from(data.to1DArray()), draw: Float32Array.from(data.to2DArray().flatMap(() => mask)) },
  }));
}

/** Expected loss of a model of one matrix on rows, over every mask and all coordinates. */
function expectedUnderMasks(b: Matrix, data: Matrix, ratio: number, ridge: number): number {
  const model = { kind: 'linear', parameterization: 'leastSquares', latent: b.columns, ridge };
  const masked = experimentWith({ model, corruption: maskOf(ratio) });
  const weights = b.transpose().to1DArray();
  return underEveryMask(data, ratio).reduce((sum, { chance, batch }) => sum + chance * lossOf(masked, weights, batch, inputs), 0);
}

describe('a least-squares autoencoder under masks', () => {
  test('draws rows of rank k without an error from every mask that leaves k of them, where two matrices always lose', () => {
    const b = randomMatrix(inputs, latent, 8);
    const exact = new Matrix(
      randomMatrix(rows, latent, 9)
        .mmul(b.transpose())
        .to2DArray()
        .map((row) => row.map(Math.fround)),
    );
    const masked = experimentWith({
      model: { kind: 'linear', parameterization: 'leastSquares', latent, ridge: 0 },
      corruption: maskOf(0.3),
    });
    let chanceOfMore = 0;
    for (const { mask, chance, batch } of underEveryMask(exact, 0.3)) {
      const loss = lossOf(masked, b.transpose().to1DArray(), batch, inputs);
      const visible = mask.reduce((sum, kept) => sum + kept, 0);
      // as exact as rows in float32 can be of rank k
      if (visible >= latent) expect(loss).toBeLessThan(1e-9);
      else expect(loss).toBeGreaterThan(0.1);
      if (visible < latent) chanceOfMore += chance;
    }
    expect(chanceOfMore).toBeLessThan(0.04);
    const best = theoryFor(experimentWith({ model: { kind: 'linear', latent }, corruption: maskOf(0.3) }), exact.to1DArray(), inputs)!;
    expect(best.optimum).toBeGreaterThan(2 * expectedUnderMasks(b, exact, 0.3, 0));
    expect(best.optimum).toBeGreaterThan(0.1 * best.totalVariance);
  });

  test('loses at least what conditional means lose, and so do two matrices, even with as many codes as inputs', () => {
    const ratio = 0.4;
    // E over masks of tr(S_MM - S_MV S_VV^-1 S_VM)
    const bound = underEveryMask(x, ratio).reduce((sum, { mask, chance }) => {
      const [visible, missing] = [1, 0].map((kept) => [0, 1, 2, 3, 4].filter((j) => mask[j] === kept)) as [number[], number[]];
      if (missing.length === 0) return sum;
      const own = s.selection(missing, missing).trace();
      if (visible.length === 0) return sum + chance * own;
      const across = s.selection(missing, visible);
      return (
        sum +
        chance *
          (own -
            across
              .mmul(inverse(s.selection(visible, visible)))
              .mmul(across.transpose())
              .trace())
      );
    }, 0);
    expect(bound).toBeGreaterThan(0.1);
    for (const k of [1, 2, 5]) expect(separate(maskOf(ratio), k)).toBeGreaterThan(bound);
    for (const [k, ridge] of [
      [1, 0],
      [2, 0.01],
      [4, 0.01],
      [5, 0],
      [5, 0.1],
    ] as const) {
      // biome-ignore format: pairs
      const some = [vectors.mmul(Matrix.diag(values.map(Math.sqrt))).subMatrix(0, inputs - 1, 0, k - 1), randomMatrix(inputs, k, k)];
      for (const b of some) expect(expectedUnderMasks(b, x, ratio, ridge)).toBeGreaterThan(bound - 1e-6);
    }
  });

  test('draws what is missing as its mean given what is visible, where the rows have the covariance B B^T + rho I', () => {
    // l ~ N(0, 1) and x = B l + noise of variance rho: least squares with rho is the mean of x given what is visible
    const ratio = 0.4;
    const rho = 0.3;
    const b = randomMatrix(inputs, 3, 11);
    const covariance = b.mmul(b.transpose()).add(Matrix.eye(inputs).mul(rho));
    const ridge = (rho * 3) / b.norm('frobenius') ** 2;
    const model = { kind: 'linear', parameterization: 'leastSquares', latent: 3, ridge };
    const masked = experimentWith({ model, corruption: maskOf(ratio) });
    const row = randomMatrix(1, inputs, 12);
    for (const { mask, batch } of underEveryMask(row, ratio)) {
      const [visible, missing] = [1, 0].map((kept) => [0, 1, 2, 3, 4].filter((j) => mask[j] === kept)) as [number[], number[]];
      if (visible.length === 0 || missing.length === 0) continue;
      const { outputs } = outputsOf(masked, b.transpose().to1DArray(), batch, inputs);
      const wanted = covariance
        .selection(missing, visible)
        .mmul(inverse(covariance.selection(visible, visible)))
        .mmul(row.selection([0], visible).transpose());
      missing.forEach((j, at) => {
        expect(outputs[j]).toBeCloseTo(wanted.get(at, 0), 5);
      });
    }
  });
});
