import { Matrix } from 'ml-matrix';
import { describe, expect, test } from 'vitest';
import { modeStrength } from '../../../src/science/learningCurve.ts';
import { modesOf, startAlongModes, strengthsOfMatrix } from '../../../src/science/modes.ts';
import { correlatedRows, largestGap, momentsOf } from './linearReference.ts';

const inputs = 4;
const x = correlatedRows(30, inputs, { seed: 4 });
const s = momentsOf(x);
const modes = modesOf(x.to1DArray(), inputs, false)!;
const strength = 0.01;
const u = Matrix.from1DArray(inputs, inputs, Array.from(modes.vectors));

/** A and B, [latent, inputs] and [inputs, latent]. */
type Pair = readonly [a: Matrix, b: Matrix];

/** Down the slope of the expected loss: A' = 2 B^T (S - W T), B' = 2 (S - W T) A^T with T = S + sigma^2 I. */
function slope([a, b]: Pair, sigma: number): Pair {
  const rest = Matrix.sub(s, b.mmul(a).mmul(Matrix.add(s, Matrix.eye(inputs).mul(sigma ** 2))));
  return [b.transpose().mmul(rest).mul(2), rest.mmul(a.transpose()).mul(2)];
}

const moved = (from: Pair, by: Pair, factor: number): Pair => [
  Matrix.add(from[0], Matrix.mul(by[0], factor)),
  Matrix.add(from[1], Matrix.mul(by[1], factor)),
];

/** One step of the classical Runge-Kutta method. */
function flowed(from: Pair, h: number, sigma: number): Pair {
  const first = slope(from, sigma);
  const second = slope(moved(from, first, h / 2), sigma);
  const third = slope(moved(from, second, h / 2), sigma);
  const fourth = slope(moved(from, third, h), sigma);
  const sum = [0, 1].map((i) => Matrix.add(Matrix.add(first[i]!, fourth[i]!), Matrix.add(second[i]!, third[i]!).mul(2)));
  return moved(from, [sum[0]!, sum[1]!], h / 6);
}

/** Balanced weights along the modes, as a run starts. */
function start(latent: number): Pair {
  const parameters = {
    'encoder.0.weights': new Float32Array(inputs * latent),
    'decoder.0.weights': new Float32Array(inputs * latent),
  };
  startAlongModes(modes, parameters, { latent, strength });
  return [
    Matrix.from1DArray(inputs, latent, Array.from(parameters['encoder.0.weights'])).transpose(),
    Matrix.from1DArray(latent, inputs, Array.from(parameters['decoder.0.weights'])).transpose(),
  ];
}

describe('gradient flow from balanced weights along the modes', () => {
  test.each([
    [2, 0],
    [2, 0.9],
    [4, 0],
    [4, 0.9],
    [6, 0],
  ])('of %i codes with noise %f keeps the modes apart, each on its logistic curve, the large ones first', (latent, sigma) => {
    // until the weakest mode has grown too
    const end = 2.5 / modes.values.at(-1)!;
    const h = 0.02 / modes.values[0]!;
    let at = start(latent);
    let time = 0;
    let largest = 0;
    const halfway: number[] = [];
    while (time < Math.min(end, 3000 * h)) {
      at = flowed(at, h, sigma);
      time += h;
      const w = at[1].mmul(at[0]);
      const predicted = [0, 1, 2, 3].map((i) => (i < latent ? modeStrength(modes.values[i]!, { start: strength, sigma, time }) : 0));
      largest = Math.max(largest, largestGap(w, u.mmul(Matrix.diag(predicted)).mmul(u.transpose())));
      strengthsOfMatrix(modes, Float64Array.from(w.to1DArray()), inputs).forEach((value, i) => {
        if (value > 0.25) halfway[i] ??= time;
      });
    }
    // the start is rounded to float32
    expect(largest).toBeLessThan(1e-5);
    expect(halfway.length).toBeGreaterThan(1);
    expect(halfway).toEqual(halfway.toSorted((a, b) => a - b));
  });
});
