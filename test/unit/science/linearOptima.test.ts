import { inverse, Matrix } from 'ml-matrix';
import { describe, expect, test } from 'vitest';
import type { Corruption } from '../../../src/experiment/autoencoder.ts';
import { minimise } from '../../../src/math/lbfgs.ts';
import { layersOf } from '../../../src/science/layers.ts';
import { type LinearTheory, theoryFor } from '../../../src/science/linearTheory.ts';
import {
  correlatedRows,
  diagonalPart,
  expectedLossOf,
  largestGap,
  maskOf,
  momentsOf,
  randomMatrix,
  spectrumOf,
  sumOver,
} from './linearReference.ts';
import { lossAndGradient } from './referenceModel.ts';
import { runToEnd } from './runToEnd.ts';
import { experimentWith } from './trainToOptimum.ts';

const inputs = 6;
const x = correlatedRows(30, inputs, { seed: 1 });
const s = momentsOf(x);
const { values, vectors } = spectrumOf(s);
const none: Corruption = { kind: 'none' };
const sigma = 0.8;
const noise: Corruption = { kind: 'gaussian', sigma };

/** The product's closed form on these rows. */
function theoryOf(corruption: Corruption, latent: number, more: object = {}): LinearTheory {
  return theoryFor(experimentWith({ corruption, model: { kind: 'linear', latent }, ...more }), x.to1DArray(), inputs)!;
}
const weightsIn = (theory: LinearTheory) => Matrix.from1DArray(inputs, inputs, Array.from(theory.weights));

/** The first k columns. */
const leading = (u: Matrix, k: number) => u.subMatrix(0, u.rows - 1, 0, k - 1);
/** U_k diag(f_i) U_k^T. */
const filtered = (u: Matrix, filter: readonly number[]) =>
  leading(u, filter.length)
    .mmul(Matrix.diag([...filter]))
    .mmul(leading(u, filter.length).transpose());
/** S + ((1-p)/p) D at the mask ratio 1 - p. */
const seenMoments = (ratio: number) => Matrix.add(s, diagonalPart(s).mul(ratio / (1 - ratio)));

describe('the best map', () => {
  test.each([1, 3, 5])('of clean rows by %i codes is the projection on the first eigenvectors of S', (latent) => {
    expect(largestGap(weightsIn(theoryOf(none, latent)), filtered(vectors, new Array(latent).fill(1)))).toBeLessThan(1e-12);
  });

  test.each([1, 3, 6])('of noisy rows by %i codes keeps l / (l + sigma^2) of each: nearly all where l is much larger', (latent) => {
    const filter = values.slice(0, latent).map((value) => value / (value + sigma ** 2));
    expect(largestGap(weightsIn(theoryOf(noise, latent)), filtered(vectors, filter))).toBeLessThan(1e-12);
    expect(values[0]! / values[5]!).toBeGreaterThan(1000);
    expect(filter[0]).toBeGreaterThan(0.9);
  });

  test.each([1, 3, 6])('of masked rows by %i codes is V V^T S T^-1, V the first eigenvectors of S T^-1 S', (latent) => {
    const regression = s.mmul(inverse(seenMoments(0.4)));
    const v = leading(spectrumOf(regression.mmul(s)).vectors, latent);
    expect(largestGap(weightsIn(theoryOf(maskOf(0.4), latent)), v.mmul(v.transpose()).mmul(regression))).toBeLessThan(1e-10);
  });

  test('of masked rows by as many codes as inputs is S T^-1, and without 1/p that of marginalised denoising, P Q^-1', () => {
    const p = 0.7;
    expect(largestGap(weightsIn(theoryOf(maskOf(1 - p), inputs)), s.mmul(inverse(seenMoments(1 - p))))).toBeLessThan(1e-11);
    // Chen et al. 2012: E[x x~^T] = p S and E[x~ x~^T] = p^2 S + p (1 - p) D
    const q = Matrix.add(Matrix.mul(s, p * p), diagonalPart(s).mul(p * (1 - p)));
    expect(largestGap(weightsIn(theoryOf(maskOf(1 - p, false), inputs)), Matrix.mul(s, p).mmul(inverse(q)))).toBeLessThan(1e-11);
  });

  test('of dropped coordinates alone regresses each on the others as they are seen: W_ji = -P_ji / P_jj with P = T^-1', () => {
    const found = weightsIn(theoryOf(maskOf(0.4), inputs, { loss: { kind: 'squared', over: 'masked' } }));
    const t = seenMoments(0.4);
    const p = inverse(t);
    for (let j = 0; j < inputs; j++) {
      const others = [0, 1, 2, 3, 4, 5].filter((i) => i !== j);
      const coefficients = inverse(t.selection(others, others)).mmul(s.selection(others, [j]));
      expect(found.get(j, j)).toBe(0);
      others.forEach((i, at) => {
        expect(Math.abs(found.get(j, i) - coefficients.get(at, 0))).toBeLessThan(1e-10);
        expect(Math.abs(found.get(j, i) + p.get(j, i) / p.get(j, j))).toBeLessThan(1e-10);
      });
    }
  });

  test.each([
    ['clean', none],
    ['noisy', noise],
    ['masked', maskOf(0.4)],
  ])('of %s rows gains nothing from more codes than inputs', (_, corruption) => {
    expect(theoryOf(corruption, inputs + 3).optimum).toBe(theoryOf(corruption, inputs).optimum);
    expect(largestGap(weightsIn(theoryOf(corruption, inputs + 3)), weightsIn(theoryOf(corruption, inputs)))).toBe(0);
  });
});

describe('without 1/p', () => {
  test.each(['all', 'masked', 'visible'] as const)('W / p loses what W loses with it, whatever W, over %s', (over) => {
    for (const seed of [1, 2, 3]) {
      const w = randomMatrix(inputs, inputs, seed);
      const wanted = expectedLossOf(w, x, maskOf(0.3), { over });
      expect(expectedLossOf(Matrix.mul(w, 1 / 0.7), x, maskOf(0.3, false), { over })).toBeCloseTo(wanted, 9);
    }
  });

  test('the optimum is the same, its map W / p, which is wrong on clean rows that are not scaled by p', () => {
    const [scaled, unscaled] = [theoryOf(maskOf(0.3), 2), theoryOf(maskOf(0.3, false), 2)];
    expect(unscaled.optimum).toBe(scaled.optimum);
    expect(largestGap(weightsIn(unscaled), weightsIn(scaled).div(0.7))).toBeLessThan(1e-14);
    const lossOfClean = (w: Matrix) => expectedLossOf(w, x, none);
    expect(lossOfClean(weightsIn(unscaled).mul(0.7))).toBeCloseTo(lossOfClean(weightsIn(scaled)), 10);
    expect(lossOfClean(weightsIn(unscaled))).toBeGreaterThan(1.1 * lossOfClean(weightsIn(scaled)));
  });
});

test('rows with the mean mu lose |(I-W) mu - b|^2 more, and under masks ((1-p)/p) sum_j mu_j^2 |W e_j|^2', () => {
  const mu = [1, -2, 0.5, 3, 0, -1];
  const moved = x.clone().addRowVector(mu);
  const [w, bias] = [randomMatrix(inputs, inputs, 5), randomMatrix(1, inputs, 6).to1DArray()];
  const image = w.mmul(Matrix.columnVector(mu)).to1DArray();
  const shifted = sumOver(inputs, (j) => (mu[j]! - image[j]! - bias[j]!) ** 2);
  for (const corruption of [none, noise])
    expect(expectedLossOf(w, moved, corruption, { bias })).toBeCloseTo(expectedLossOf(w, x, corruption) + shifted, 9);
  const spread = (0.4 / 0.6) * sumOver(inputs, (j) => mu[j]! ** 2 * w.getColumnVector(j).norm() ** 2);
  expect(expectedLossOf(w, moved, maskOf(0.4), { bias })).toBeCloseTo(expectedLossOf(w, x, maskOf(0.4)) + shifted + spread, 9);
});

/** Loss and gradient of A [latent, inputs] and B [inputs, latent] on clean rows, in float64; gradients of A and B. */
function linearSlope(a: Matrix, b: Matrix, penalty = 0) {
  const latent = a.rows;
  const { encoder, decoder } = layersOf(experimentWith({ model: { kind: 'linear', latent } }).model, inputs);
  const model = { layers: [...encoder, ...decoder], corruption: none, loss: { kind: 'squared', over: 'all' } as const, penalty };
  const parameters = [...a.transpose().to1DArray(), ...b.transpose().to1DArray()];
  return lossAndGradient(model, parameters, x.to2DArray(), null);
}

describe('every projection on eigenvectors of S is a critical point', () => {
  test.each([[[0, 1]], [[0, 3]], [[2, 5]], [[4]], [[]]])('on those of %j, with the loss tr S less their eigenvalues', (chosen) => {
    const u = new Matrix(inputs, 2);
    chosen.forEach((i, l) => {
      u.setColumn(l, vectors.getColumn(i));
    });
    const { loss, gradient } = linearSlope(u.transpose(), u);
    expect(loss).toBeCloseTo(s.trace() - sumOver(chosen.length, (l) => values[chosen[l]!]!), 9);
    expect(Math.max(...gradient.map(Math.abs))).toBeLessThan(1e-12 * s.trace());
  });

  test('and all but the first are saddles: turned towards a larger one that is left out, the loss falls, to a smaller one it rises', () => {
    const turned = (from: number, to: number) => {
      const angle = 1e-3;
      const direction = Matrix.add(vectors.getColumnVector(from).mul(Math.cos(angle)), vectors.getColumnVector(to).mul(Math.sin(angle)));
      const kept = vectors.getColumnVector(1);
      return expectedLossOf(Matrix.add(kept.mmul(kept.transpose()), direction.mmul(direction.transpose())), x, none);
    };
    const critical = s.trace() - values[1]! - values[3]!;
    expect(turned(3, 0)).toBeLessThan(critical);
    expect(turned(3, 2)).toBeLessThan(critical);
    expect(turned(3, 4)).toBeGreaterThan(critical);
  });
});

test('under g (|A|^2 + |B|^2) the descent ends at A = B^T with B = U sqrt(1 - g/l) O, small g at nearly orthonormal columns', () => {
  const latent = 3;
  // at the first g the third code dies, at the second none
  for (const g of [values[2]! * 1.01, values[5]! * 1e-3]) {
    const split = (at: ArrayLike<number>, from: number, rows: number, columns: number) =>
      Matrix.from1DArray(rows, columns, Array.from(at).slice(from, from + rows * columns)).transpose();
    const parts = (at: ArrayLike<number>) => [split(at, 0, inputs, latent), split(at, inputs * latent, latent, inputs)] as const;
    const objective = (at: Float64Array, into: Float64Array) => {
      const { loss, gradient } = linearSlope(...parts(at), g);
      into.set(gradient);
      return loss;
    };
    const start = Float64Array.from(
      randomMatrix(1, 2 * inputs * latent, 3)
        .mul(0.5)
        .to1DArray(),
    );
    const { value, x: end } = runToEnd(minimise(objective, start, 1e-12, 4000));
    const [a, b] = parts(end);
    const theory = theoryOf(none, latent, { penalty: { weights: g } });
    expect(value / theory.optimum).toBeCloseTo(1, 9);
    expect(largestGap(a, b.transpose())).toBeLessThan(1e-6);
    const squares = spectrumOf(b.transpose().mmul(b)).values;
    squares.forEach((square, i) => {
      expect(square).toBeCloseTo(Math.max(0, 1 - g / values[i]!), 5);
    });
    expect(largestGap(b.mmul(a), weightsIn(theory))).toBeLessThan(1e-5);
  }
});

test('the best denoiser of Gaussian rows moves them by sigma^2 times the slope of the logarithm of the noisy density (Tweedie)', () => {
  const w = weightsIn(theoryOf(noise, inputs));
  const precision = inverse(Matrix.add(s, Matrix.eye(inputs).mul(sigma ** 2)));
  /** log of N(0, S + sigma^2 I), but for a constant. */
  const logDensity = (row: number[]) => -0.5 * Matrix.rowVector(row).mmul(precision).mmul(Matrix.columnVector(row)).get(0, 0);
  for (const seed of [1, 2, 3]) {
    const row = randomMatrix(1, inputs, seed).to1DArray();
    const step = w
      .mmul(Matrix.columnVector(row))
      .to1DArray()
      .map((value, j) => value - row[j]!);
    const h = 1e-4;
    step.forEach((value, j) => {
      const slope = (logDensity(row.with(j, row[j]! + h)) - logDensity(row.with(j, row[j]! - h))) / (2 * h);
      expect(value).toBeCloseTo(sigma ** 2 * slope, 8);
    });
  }
});
