import { inverse, Matrix } from 'ml-matrix';
import { describe, expect, test } from 'vitest';
import type { Corruption } from '../../../src/experiment/autoencoder.ts';
import { leastSquaresMap } from '../../../src/science/leastSquares.ts';
import { theoryFor } from '../../../src/science/linearTheory.ts';
import type { LinearModel } from '../../../src/science/singleMatrix.ts';
import { unrolledMap } from '../../../src/science/unrolled.ts';
import { gradientOf, lossOf, outputsOf } from './leastSquaresReference.ts';
import { correlatedRows, expectedLossOf, largestGap, maskOf, momentsOf, randomMatrix, spectrumOf, weightsOf } from './linearReference.ts';
import { experimentWith } from './trainToOptimum.ts';

const inputs = 4;
const rows = 10;
const x = correlatedRows(rows, inputs, { seed: 7 });
const s = momentsOf(x);
const { values, vectors } = spectrumOf(s);
const none: Corruption = { kind: 'none' };
const sigma = 0.6;
const noise: Corruption = { kind: 'gaussian', sigma };
const identity = Matrix.eye(inputs);
const wiener = s.mmul(inverse(Matrix.add(s, Matrix.eye(inputs).mul(sigma ** 2))));

/** What two matrices, solves or steps can do with at least as many codes as inputs (the table of science.md 1.4). */
describe.each([inputs, inputs + 3])('with four inputs and %i codes', (latent) => {
  const theoryOf = (corruption: Corruption) =>
    theoryFor(experimentWith({ corruption, model: { kind: 'linear', latent } }), x.to1DArray(), inputs)!;
  const weightsIn = (corruption: Corruption) => Matrix.from1DArray(inputs, inputs, Array.from(theoryOf(corruption).weights));

  test('two matrices reach the identity, the Wiener filter, and S T^-1', () => {
    expect(theoryOf(none).optimum).toBeLessThan(1e-12);
    expect(largestGap(weightsIn(none), identity)).toBeLessThan(1e-12);
    expect(largestGap(weightsIn(noise), wiener)).toBeLessThan(1e-11);
    const seen = Matrix.add(s, Matrix.diag(s.diagonal()).mul(0.25 / 0.75));
    expect(largestGap(weightsIn(maskOf(0.25)), s.mmul(inverse(seen)))).toBeLessThan(1e-11);
  });

  test('least squares gives every row back, whatever B: nothing is lost of clean rows, m sigma^2 of noisy ones, and no slope', () => {
    const b = randomMatrix(inputs, latent, 3);
    const weights = b.transpose().to1DArray();
    const map = weightsOf(leastSquaresMap({ latent, ridge: 0 }, weights));
    expect(largestGap(map, identity)).toBeLessThan(1e-9);
    expect(expectedLossOf(map, x, none)).toBeLessThan(1e-9);
    expect(expectedLossOf(map, x, noise)).toBeCloseTo(inputs * sigma ** 2, 8);
    const batch = { x: Float32Array.from(x.to1DArray()), draw: Float32Array.from(randomMatrix(rows, inputs, 4).to1DArray()) };
    for (const corruption of [none, noise]) {
      const experiment = experimentWith({ corruption, model: { kind: 'linear', parameterization: 'leastSquares', latent, ridge: 0 } });
      expect(Math.max(...gradientOf(experiment, weights, batch, inputs).map(Math.abs))).toBeLessThan(1e-7);
    }
  });

  test('least squares under a mask gives back what is visible and draws the rest by the shortest code', () => {
    const b = randomMatrix(inputs, latent, 5);
    const model = { kind: 'linear', parameterization: 'leastSquares', latent, ridge: 0 };
    const experiment = experimentWith({ model, corruption: maskOf(0.5) });
    const weights = b.transpose().to1DArray();
    const visible = [0, 2];
    const batch = { x: Float32Array.from(x.to1DArray()), draw: Float32Array.from({ length: rows * inputs }, (_, i) => 1 - (i % 2)) };
    const outputs = Matrix.from1DArray(rows, inputs, Array.from(outputsOf(experiment, weights, batch, inputs).outputs));
    // B~^T (B~ B~^T)^-1 x~
    const kept = b.selection(visible, [...Array(latent).keys()]);
    const seen = x.subMatrixColumn(visible);
    const wanted = seen
      .mmul(inverse(kept.mmul(kept.transpose())))
      .mmul(kept)
      .mmul(b.transpose());
    expect(largestGap(outputs, wanted)).toBeLessThan(1e-5);
    expect(largestGap(new Matrix(outputs.subMatrixColumn(visible)), new Matrix(seen))).toBeLessThan(1e-5);
    expect(outputs.subMatrixColumn([1, 3]).abs().max()).toBeGreaterThan(0.1);
    expect(lossOf(experiment, weights, batch, inputs)).toBeGreaterThan(0.1);
    expect(Math.max(...gradientOf(experiment, weights, batch, inputs).map(Math.abs))).toBeGreaterThan(0.01);
  });

  test.each([1, 4])('%i steps reach the identity with orthogonal rows of B of length 1 / sqrt(eta), and the Wiener filter', (steps) => {
    const eta = 0.5;
    const model = experimentWith({ model: { kind: 'linear', parameterization: 'unrolled', latent, steps, stepSize: eta } }).model;
    const turn = spectrumOf(momentsOf(randomMatrix(20, latent, 6))).vectors.subMatrix(0, inputs - 1, 0, latent - 1);
    const mapWith = (squares: number[]) =>
      weightsOf(
        unrolledMap(
          model as LinearModel,
          vectors
            .mmul(Matrix.diag(squares.map(Math.sqrt)))
            .mmul(turn)
            .transpose()
            .to1DArray(),
        ),
      );
    expect(largestGap(mapWith(values.map(() => 1 / eta)), identity)).toBeLessThan(1e-10);
    const filter = values.map((value) => (1 - (sigma ** 2 / (value + sigma ** 2)) ** (1 / steps)) / eta);
    expect(largestGap(mapWith(filter), wiener)).toBeLessThan(1e-10);
  });
});
