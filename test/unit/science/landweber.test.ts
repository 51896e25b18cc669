import { Matrix } from 'ml-matrix';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Engine } from '../../../src/engine/engine.ts';
import { createWasmEngine } from '../../../src/engine/wasmEngine.ts';
import type { Corruption } from '../../../src/experiment/autoencoder.ts';
import { leastSquaresCodes } from '../../../src/math/leastSquares.ts';
import { autoencoderProgram } from '../../../src/science/autoencoder.ts';
import { measuredDepths } from '../../../src/science/depthProfile.ts';
import { theoryFor } from '../../../src/science/linearTheory.ts';
import type { LinearModel } from '../../../src/science/singleMatrix.ts';
import { largestSingularValue } from '../../../src/science/singularValue.ts';
import { stepLoad, unrolledMap } from '../../../src/science/unrolled.ts';
import { correlatedRows, expectedLossOf, largestGap, momentsOf, randomMatrix, spectrumOf, sumOver, weightsOf } from './linearReference.ts';
import { relativeError } from './referenceModel.ts';
import { engineFolder, experimentWith } from './trainToOptimum.ts';

const inputs = 5;
const x = correlatedRows(20, inputs, { seed: 6 });
const { values, vectors } = spectrumOf(momentsOf(x));
const none: Corruption = { kind: 'none' };
const sigma = 0.9;
const noise: Corruption = { kind: 'gaussian', sigma };

const unrolled = (latent: number, steps: number, stepSize: number | 'auto', threshold = 0) =>
  experimentWith({ model: { kind: 'linear', parameterization: 'unrolled', latent, steps, stepSize, threshold } });
/** The product's map of B = U_k diag(s) V^T after d steps. */
function mapOfSpectrum(singular: readonly number[], steps: number, stepSize: number | 'auto'): Matrix {
  const latent = singular.length;
  const v = spectrumOf(momentsOf(randomMatrix(9, latent, 2))).vectors;
  const b = vectors
    .subMatrix(0, inputs - 1, 0, latent - 1)
    .mmul(Matrix.diag([...singular]))
    .mmul(v.transpose());
  return weightsOf(unrolledMap(unrolled(latent, steps, stepSize).model as LinearModel, b.transpose().to1DArray()));
}
/** u_i^T W u_i */
const filterOf = (w: Matrix, i: number) => vectors.getColumnVector(i).transpose().mmul(w).mmul(vectors.getColumnVector(i)).get(0, 0);
const optimumOf = (corruption: Corruption, latent: number) =>
  theoryFor(experimentWith({ corruption, model: { kind: 'linear', latent } }), x.to1DArray(), inputs)!.optimum;

let engine: Engine;
beforeAll(async () => {
  // many steps are many operations, which the compiled engine would first compile
  engine = await createWasmEngine(engineFolder);
});

describe('steps of size eta along a direction of singular value s', () => {
  test('overshoot after an odd number of them where eta s^2 is between 1 and 2, and fall short after an even one', () => {
    for (const load of [1.1, 1.5, 1.9])
      for (const steps of [1, 2, 3, 4, 9, 10]) {
        const kept = filterOf(mapOfSpectrum([Math.sqrt(load / 0.5)], steps, 0.5), 0);
        if (steps % 2 === 1) expect(kept).toBeGreaterThan(1);
        else expect(kept).toBeLessThan(1);
        expect(kept).toBeCloseTo(1 - (1 - load) ** steps, 10);
      }
  });

  test('never do so where it is at most 1, with 1 / |B|_F^2 for one, and with "auto" the first direction is kept whole at any depth', () => {
    for (const seed of [1, 2, 3]) {
      const b = randomMatrix(inputs, 3, seed);
      const stepSize = 1 / b.norm('frobenius') ** 2;
      const model = (steps: number) => unrolled(3, steps, stepSize).model as LinearModel;
      expect(stepLoad(model(1), b.transpose().to1DArray())).toBeLessThanOrEqual(1);
      for (const steps of [1, 3, 7]) {
        const filter = spectrumOf(weightsOf(unrolledMap(model(steps), b.transpose().to1DArray()))).values;
        for (const value of filter) expect(value).toBeLessThan(1 + 1e-12);
      }
    }
    for (const steps of [1, 2, 5]) expect(filterOf(mapOfSpectrum([3, 1], steps, 'auto'), 0)).toBeCloseTo(1, 12);
  });

  test('grow without limit where it is above 2, under any mask too: dropping rows of B makes no singular value larger', () => {
    const b = randomMatrix(inputs, 3, 4);
    const weights = Float64Array.from(b.transpose().to1DArray());
    const clean = Float32Array.from(x.to1DArray());
    const whole = largestSingularValue(weights, inputs);
    const losses = (load: number, mask: Float32Array | null) =>
      measuredDepths(
        { weights, latent: 3, bias: new Float64Array(inputs), stepSize: load / whole ** 2 },
        { clean, seen: clean, mask },
        [0, 400, 800],
      );
    expect(losses(2.05, null)[1]).toBeGreaterThan(1e6 * losses(2.05, null)[0]!);
    for (let dropped = 0; dropped < inputs; dropped++) {
      const kept = weights.map((value, at) => (at % inputs === dropped ? 0 : value));
      expect(largestSingularValue(kept, inputs)).toBeLessThanOrEqual(whole);
      const mask = clean.map((_, at) => Number(at % inputs !== dropped));
      const [start, , end] = losses(1.95, mask);
      expect(end).toBeLessThan(start! * 10);
      expect(end).toBeCloseTo(losses(1.95, mask)[1]!, 6);
    }
  });
});

test('under a mask very many clamped steps end at least squares of what is visible, zero-filled ones at that of the zeros', async () => {
  const latent = 2;
  const rows = 6;
  const b = randomMatrix(inputs, latent, 7);
  const weights = Float32Array.from(b.transpose().to1DArray());
  const mask = Float32Array.from({ length: rows * inputs }, (_, i) => Number((i * 7) % 5 < 3));
  const some = Float32Array.from(x.to1DArray().slice(0, rows * inputs));
  const experiment = experimentWith({
    model: { kind: 'linear', parameterization: 'unrolled', latent, steps: 1000, stepSize: 1 / largestSingularValue(weights, inputs) ** 2 },
    corruption: { kind: 'mask', ratio: 0.4 },
  });
  const prepared = await engine.prepare(autoencoderProgram(experiment, inputs), weights, experiment.optimizer);
  const clamped = prepared.call('encodeCorrupted', { x: some, draw: mask }, rows).latent!;
  const filled = some.map((value, i) => value * mask[i]!);
  const filledCodes = prepared.call('encode', { x: filled }, rows).latent!;
  prepared.dispose();
  const solve = (seen: Float32Array, by: Float32Array | null) => leastSquaresCodes({ weights, x: seen, mask: by, latent, ridge: 0 });
  expect(relativeError(clamped, solve(some, mask))).toBeLessThan(1e-4);
  expect(relativeError(filledCodes, solve(filled, null))).toBeLessThan(1e-4);
  expect(relativeError(filledCodes, solve(some, mask))).toBeGreaterThan(0.1);
});

describe('the best B at a fixed step size', () => {
  test.each([1, 2, 5, 10])('with %i steps has s_i^2 = 1 / eta on clean rows: one projection', (steps) => {
    const w = mapOfSpectrum([2, 2], steps, 0.25);
    expect(expectedLossOf(w, x, none)).toBeCloseTo(
      sumOver(3, (i) => values[2 + i]!),
      10,
    );
    expect(expectedLossOf(w, x, none)).toBeCloseTo(optimumOf(none, 2), 10);
  });

  test.each([1, 2, 5, 10])('with %i steps has eta s_i^2 = 1 - (1 - w_i)^(1/d) under noise, w_i = l_i / (l_i + sigma^2)', (steps) => {
    const singular = values.slice(0, 3).map((value) => Math.sqrt((1 - (1 - value / (value + sigma ** 2)) ** (1 / steps)) / 0.25));
    expect(expectedLossOf(mapOfSpectrum(singular, steps, 0.25), x, noise)).toBeCloseTo(optimumOf(noise, 3), 10);
  });

  test('"auto" cannot reach the best under noise: it pays sigma^4 / (l + sigma^2) for a direction that it keeps whole', () => {
    // the best with one code has nothing but its direction to choose
    const paid = sigma ** 4 / (values[0]! + sigma ** 2);
    expect(expectedLossOf(mapOfSpectrum([1.7], 3, 'auto'), x, noise) - optimumOf(noise, 1)).toBeCloseTo(paid, 10);
  });
});

describe('with a soft threshold', () => {
  /** Codes of the engine after so many steps, [rows, latent]. */
  async function codesOf(b: Matrix, rows: Matrix, settings: { steps: number; stepSize: number; threshold: number }): Promise<Matrix> {
    const experiment = unrolled(b.columns, settings.steps, settings.stepSize, settings.threshold);
    const program = autoencoderProgram(experiment, inputs);
    const prepared = await engine.prepare(program, Float32Array.from(b.transpose().to1DArray()), experiment.optimizer);
    const { latent } = prepared.call('encode', { x: Float32Array.from(rows.to1DArray()) }, rows.rows);
    prepared.dispose();
    return Matrix.from1DArray(rows.rows, b.columns, Array.from(latent!));
  }
  const soft = (z: Matrix, by: number) =>
    new Matrix(z.to2DArray().map((row) => row.map((value) => Math.sign(value) * Math.max(Math.abs(value) - by, 0))));

  test('one step of size 1 from orthonormal columns ends at soft(B^T x), and no further step changes it', async () => {
    const b = vectors.subMatrix(0, inputs - 1, 0, 2);
    const wanted = soft(x.mmul(b), 0.8);
    expect(wanted.to1DArray().filter((value) => value === 0).length).toBeGreaterThan(3);
    for (const steps of [1, 2, 20])
      expect(largestGap(await codesOf(b, x, { steps, stepSize: 1, threshold: 0.8 }), wanted)).toBeLessThan(1e-5);
  });

  test('no step of size 1 / s_1^2 or less makes |x - B l|^2 / 2 + alpha |l|_1 larger', async () => {
    const alpha = 0.5;
    const b = randomMatrix(inputs, 7, 9);
    const limit = 1 / largestSingularValue(b.transpose().to1DArray(), inputs) ** 2;
    const objective = (codes: Matrix) =>
      0.5 * Matrix.sub(x, codes.mmul(b.transpose())).norm('frobenius') ** 2 + alpha * codes.clone().abs().sum();
    for (const stepSize of [limit, 0.3 * limit]) {
      let before = objective(Matrix.zeros(x.rows, 7));
      for (const steps of [1, 2, 3, 4, 6, 9, 15, 30, 100]) {
        const after = objective(await codesOf(b, x, { steps, stepSize, threshold: alpha }));
        expect(after).toBeLessThan(before * (1 + 1e-6));
        before = after;
      }
      expect(before).toBeLessThan(0.5 * objective(Matrix.zeros(x.rows, 7)));
    }
  });
});
