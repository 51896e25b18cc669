import { describe, expect, test } from 'vitest';
import { fillNormal } from '../../../src/math/random.ts';
import {
  bestStepsMeasure,
  type Descent,
  depthGrid,
  depthProfile,
  descentOf,
  measuredDepths,
  predictedDepths,
} from '../../../src/science/depthProfile.ts';
import { experimentWith } from './trainToOptimum.ts';

const normal = (count: number, step: number, factor = 1): Float32Array => {
  const out = new Float32Array(count);
  fillNormal(out, { seed: 9, stream: 'data', step });
  return out.map((value) => factor * value);
};

/** A random B with singular values well inside the step size, and a bias. */
function descentWith(inputs: number, latent: number): Descent {
  const weights = Float64Array.from(normal(inputs * latent, 1, 0.8 / Math.sqrt(Math.max(inputs, latent))));
  return { weights, latent, bias: Float64Array.from(normal(inputs, 2)), stepSize: 0.4 };
}

/** B l_d + b of one row, step by step as the lecture writes it. */
function reconstruct(
  { weights, latent, bias, stepSize }: Descent,
  row: ArrayLike<number>,
  mask: ArrayLike<number> | null,
  d: number,
): number[] {
  const inputs = bias.length;
  const code = new Array<number>(latent).fill(0);
  const draw = () =>
    Array.from({ length: inputs }, (_, j) => code.reduce((sum, value, l) => sum + value * weights[l * inputs + j]!, bias[j]!));
  for (let step = 0; step < d; step++) {
    const drawn = draw();
    const residual = drawn.map((value, j) => (mask && mask[j] === 0 ? 0 : row[j]! - value));
    for (let l = 0; l < latent; l++)
      for (let j = 0; j < inputs; j++) code[l] = code[l]! + stepSize * weights[l * inputs + j]! * residual[j]!;
  }
  return draw();
}

const squares = (a: readonly number[], b: ArrayLike<number>) => a.reduce((sum, value, j) => sum + (value - b[j]!) ** 2, 0);
const rowOf = (x: Float32Array, row: number, inputs: number) => x.subarray(row * inputs, (row + 1) * inputs);

describe.each([
  [5, 3],
  [4, 4],
  [3, 6],
])('with %i inputs and %i codes', (inputs, latent) => {
  const descent = descentWith(inputs, latent);
  const clean = normal(12 * inputs, 3, 2);

  test('the measured losses are those of the steps taken one by one, with and without a mask', () => {
    const seen = clean.map((value, i) => value + normal(12 * inputs, 4)[i]!);
    const mask = normal(12 * inputs, 5).map((value) => Number(value > -0.3));
    const depths = [0, 1, 2, 7, 30];
    for (const kept of [null, mask]) {
      const found = measuredDepths(descent, { clean, seen, mask: kept }, depths);
      depths.forEach((d, i) => {
        let sum = 0;
        for (let row = 0; row < 12; row++)
          sum += squares(reconstruct(descent, rowOf(seen, row, inputs), kept && rowOf(kept, row, inputs), d), rowOf(clean, row, inputs));
        expect(found[i]).toBeCloseTo(sum / 12, 9);
      });
    }
  });

  test('without noise the prediction is what is measured, to 1e-9', () => {
    const depths = depthGrid(60);
    const measured = measuredDepths(descent, { clean, seen: clean, mask: null }, depths);
    predictedDepths(descent, clean, { sigma: 0, depths }).forEach((value, i) => {
      expect(Math.abs(value - measured[i]!)).toBeLessThan(1e-9 * measured[0]!);
    });
  });

  test('under noise the prediction is the mean over draws, within four standard errors', () => {
    const depths = [0, 1, 3, 10, 50];
    const sigma = 0.7;
    const predicted = predictedDepths(descent, clean, { sigma, depths });
    const draws = 400;
    const found = Array.from({ length: draws }, (_, draw) => {
      const noise = normal(12 * inputs, 100 + draw, sigma);
      return measuredDepths(descent, { clean, seen: clean.map((value, i) => value + noise[i]!), mask: null }, depths);
    });
    depths.forEach((_, i) => {
      const mean = found.reduce((sum, losses) => sum + losses[i]!, 0) / draws;
      const variance = found.reduce((sum, losses) => sum + (losses[i]! - mean) ** 2, 0) / (draws - 1);
      expect(Math.abs(mean - predicted[i]!)).toBeLessThan(4 * Math.sqrt(variance / draws) + 1e-9);
    });
  });
});

describe('known places of the prediction', () => {
  const [inputs, latent, rows] = [5, 3, 40];
  const clean = normal(rows * inputs, 7, 2);
  const sigma = 0.6;
  const meanOf = (of: (row: Float32Array) => number) =>
    Array.from({ length: rows }, (_, row) => of(rowOf(clean, row, inputs))).reduce((sum, value) => sum + value, 0) / rows;

  test('no step loses tr S, one step is the tied autoencoder eta B B^T under noise', () => {
    const descent = descentWith(inputs, latent);
    const { weights, bias, stepSize } = descent;
    const [none, one] = predictedDepths(descent, clean, { sigma, depths: [0, 1] });
    expect(none).toBeCloseTo(
      meanOf((row) => squares([...bias], row)),
      9,
    );
    // W = eta B B^T: |(I - W) (x - b)|^2 and sigma^2 |W|^2
    const w = (i: number, j: number) =>
      Array.from({ length: latent }, (_, l) => stepSize * weights[l * inputs + i]! * weights[l * inputs + j]!).reduce((a, b) => a + b, 0);
    let noise = 0;
    for (let i = 0; i < inputs; i++) for (let j = 0; j < inputs; j++) noise += (sigma * w(i, j)) ** 2;
    const lost = meanOf((row) =>
      squares(
        Array.from({ length: inputs }, (_, i) => bias.reduce((sum, value, j) => sum + w(i, j) * (row[j]! - value), bias[i]!)),
        row,
      ),
    );
    expect(one).toBeCloseTo(lost + noise, 9);
  });

  test('with orthonormal columns and a step size of 1 a single step is the projection, and more change nothing', () => {
    // the first and the last unit vector
    const weights = Float64Array.of(1, 0, 0, 0, 0, 0, 0, 0, 0, 1);
    const descent = { weights, latent: 2, bias: new Float64Array(inputs), stepSize: 1 };
    const wanted = meanOf((row) => row[1]! ** 2 + row[2]! ** 2 + row[3]! ** 2) + 2 * sigma ** 2;
    for (const value of predictedDepths(descent, clean, { sigma, depths: [1, 2, 9, 100] })) expect(value).toBeCloseTo(wanted, 10);
  });

  test('more codes than inputs keep all of the noise in the end, and less of it before', () => {
    const wide = descentWith(3, 6);
    const weak = clean.map((value) => 0.2 * value).subarray(0, 120);
    const depths = depthGrid(4000);
    const found = predictedDepths({ ...wide, bias: new Float64Array(3) }, weak, { sigma, depths });
    expect(found.at(-1)).toBeCloseTo(3 * sigma ** 2, 3);
    expect(Math.min(...found)).toBeLessThan(0.6 * found.at(-1)!);
  });
});

test('where nothing is lost the measured loss is 0, not a rounding error below it', () => {
  const descent = { weights: Float64Array.of(1, 0, 0, 1), latent: 2, bias: Float64Array.of(1000, -3000), stepSize: 1 };
  const clean = normal(2000, 8, 5);
  const [, ...after] = measuredDepths(descent, { clean, seen: clean, mask: null }, [0, 1, 2, 3]);
  for (const loss of after) {
    expect(loss).toBeGreaterThanOrEqual(0);
    expect(loss).toBeLessThan(1e-6);
  }
});

describe('the profile of a model', () => {
  const inputs = 4;
  // one strong and three weak directions, as many codes as inputs: there is room for all of the noise
  const x = normal(300 * inputs, 6).map((value, i) => value * (i % inputs === 0 ? 3 : 0.3));
  const split = { rows: Uint32Array.from({ length: 300 }, (_, i) => i), x };
  const diagonal = Float32Array.from({ length: 16 }, (_, i) => (i % 5 === 0 ? [1, 0.5, 0.5, 0.5][i / 5]! : 0));
  const subjectOf = (sections: object, weights = diagonal) => ({
    experiment: experimentWith({
      model: { kind: 'linear', parameterization: 'unrolled', latent: 4, steps: 10, stepSize: 0.9 },
      corruption: { kind: 'gaussian', sigma: 0.8 },
      ...sections,
    }),
    program: { parameters: [{ name: 'decoder.0.weights', shape: [4, 4], fanIn: 4, isBias: false }] },
    prepared: { parameters: weights },
    split,
  });

  test('has its least loss inside: stopping early denoises although there are as many codes as inputs', () => {
    const { depths, predicted, measured } = depthProfile(subjectOf({}))!;
    const best = predicted!.indexOf(Math.min(...predicted!));
    expect(depths[best]).toBeGreaterThan(0);
    expect(depths[best]).toBeLessThan(10);
    expect(predicted!.at(-1)).toBeGreaterThan(1.3 * predicted![best]!);
    expect(Math.abs(measured.indexOf(Math.min(...measured)) - best)).toBeLessThanOrEqual(1);
    expect(bestStepsMeasure(subjectOf({}))).toEqual({ 'encoder.bestSteps': depths[best] });
  });

  test('is measured under masks and not predicted', () => {
    const profile = depthProfile(subjectOf({ corruption: { kind: 'mask', ratio: 0.5 } }))!;
    expect(profile.predicted).toBeNull();
    expect(profile.measured.at(-1)).toBeLessThan(profile.measured[0]!);
    expect(bestStepsMeasure(subjectOf({ corruption: { kind: 'mask', ratio: 0.5 } }))).toEqual({});
  });

  test('exists for a given B of least squares, whose steps lead to its solution', () => {
    const model = { kind: 'linear', parameterization: 'leastSquares', latent: 4 };
    expect(descentOf(subjectOf({ model }))!.stepSize).toBeCloseTo(1, 10);
    expect(depthProfile(subjectOf({ model }))!.depths.at(-1)).toBe(50);
  });

  test('exists for no model without steps, nor where they grow, nor for numbers that are not finite', () => {
    expect(depthProfile(subjectOf({ model: { kind: 'linear', latent: 4 } }))).toBeNull();
    expect(depthProfile(subjectOf({ corruption: { kind: 'none' } }))).toBeNull();
    expect(
      depthProfile(
        subjectOf(
          {},
          diagonal.map((value) => 2 * value),
        ),
      ),
    ).toBeNull();
    expect(depthProfile(subjectOf({}, diagonal.with(0, Number.NaN)))).toBeNull();
    const sparse = { kind: 'linear', parameterization: 'unrolled', latent: 4, threshold: 0.1 };
    expect(depthProfile(subjectOf({ model: sparse }))).toBeNull();
  });
});

test('the grid holds every number of steps up to 20 and ends where it should', () => {
  expect(depthGrid(3)).toEqual([0, 1, 2, 3]);
  const long = depthGrid(400);
  expect(long.slice(0, 22)).toEqual([...Array.from({ length: 21 }, (_, i) => i), 22]);
  expect(long.at(-1)).toBe(400);
  expect(long.length).toBeLessThan(60);
});
