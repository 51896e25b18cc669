import { Matrix, SingularValueDecomposition } from 'ml-matrix';
import { describe, expect, test } from 'vitest';
import { fillNormal } from '../../../src/math/random.ts';
import { hasLearningCurves, modeStrength } from '../../../src/science/learningCurve.ts';
import type { LinearMap } from '../../../src/science/linearMap.ts';
import { mapSpectra } from '../../../src/science/mapSpectra.ts';
import { modesOf, startAlongModes, strengthsOfMap, strengthsOfMatrix } from '../../../src/science/modes.ts';
import { experimentWith } from './trainToOptimum.ts';

const normal = (count: number, step: number): Float32Array => {
  const out = new Float32Array(count);
  fillNormal(out, { seed: 4, stream: 'data', step });
  return out;
};

/** A map of random matrices, and W = B A multiplied out, [inputs, inputs]. */
function randomMap(inputs: number, latent: number): { map: LinearMap; weights: Float64Array } {
  const encoder = normal(inputs * latent, 1); // A^T
  const decoder = normal(inputs * latent, 2); // B^T
  const weights = new Float64Array(inputs * inputs);
  for (let i = 0; i < inputs; i++)
    for (let j = 0; j < inputs; j++)
      for (let l = 0; l < latent; l++)
        weights[i * inputs + j] = weights[i * inputs + j]! + decoder[l * inputs + i]! * encoder[j * latent + l]!;
  return { map: { inputs, latent, encoder, decoder, bias: new Float64Array(inputs) }, weights };
}

/** 50 rows of five inputs with unequal variances. */
const rows = normal(250, 3).map((value, i) => value * (1 + (i % 5)));

describe('the modes of rows', () => {
  test('are the eigenvectors of their second moments, and of their covariance where a bias takes the mean away', () => {
    const shifted = rows.map((value) => value + 7);
    const centred = modesOf(shifted, 5, true)!;
    const moments = modesOf(shifted, 5, false)!;
    expect(moments.values[0]).toBeGreaterThan(5 * 49);
    const mean = [0, 1, 2, 3, 4].map((j) => shifted.filter((_, i) => i % 5 === j).reduce((sum, value) => sum + value, 0) / 50);
    const along = (vectors: Float64Array, mode: number, row: number) =>
      [0, 1, 2, 3, 4].reduce((sum, j) => sum + vectors[j * 5 + mode]! * (shifted[row * 5 + j]! - mean[j]!), 0);
    for (let mode = 0; mode < 5; mode++) {
      let variance = 0;
      for (let row = 0; row < 50; row++) variance += along(centred.vectors, mode, row) ** 2 / 50;
      expect(variance).toBeCloseTo(centred.values[mode]!, 5);
    }
  });

  test('are not looked for without rows, nor in inputs too wide for it', () => {
    expect(modesOf(new Float32Array(0), 5, false)).toBeNull();
    expect(modesOf(new Float32Array(2 * 257), 257, false)).toBeNull();
  });

  test.each([2, 5, 8])('have the same strengths in a map of %i codes and in its matrix', (latent) => {
    const modes = modesOf(rows, 5, false)!;
    const { map, weights } = randomMap(5, latent);
    const [ofMap, ofMatrix] = [strengthsOfMap(modes, map, 9), strengthsOfMatrix(modes, weights, 9)];
    expect(ofMap).toHaveLength(5);
    ofMap.forEach((value, i) => {
      expect(value).toBeCloseTo(ofMatrix[i]!, 10);
    });
  });

  test.each([2, 7])('are where a run of %i codes starts, each with the strength asked for', (latent) => {
    const modes = modesOf(rows, 5, false)!;
    const parameters = {
      'encoder.0.weights': normal(5 * latent, 5),
      'encoder.0.bias': normal(latent, 6),
      'decoder.0.weights': normal(5 * latent, 7),
    };
    startAlongModes(modes, parameters, { latent, strength: 0.01 });
    const map = {
      inputs: 5,
      latent,
      encoder: parameters['encoder.0.weights'],
      decoder: parameters['decoder.0.weights'],
      bias: new Float64Array(5),
    };
    expect([...parameters['encoder.0.bias']]).toEqual(new Array(latent).fill(0));
    strengthsOfMap(modes, map, 5).forEach((strength, i) => {
      expect(strength).toBeCloseTo(i < latent ? 0.01 : 0, 8);
    });
  });
});

describe('the singular values of A, B and W', () => {
  test.each([
    [9, 3],
    [4, 4],
    [3, 7],
  ])('of %i inputs and %i codes are those of a singular value decomposition', (inputs, latent) => {
    const { map, weights } = randomMap(inputs, latent);
    const found = mapSpectra(map)!;
    const exact = (values: ArrayLike<number>, height: number, width: number) =>
      new SingularValueDecomposition(Matrix.from1DArray(height, width, Array.from(values)), { autoTranspose: true }).diagonal;
    const count = Math.min(inputs, latent);
    for (const [got, wanted] of [
      [found.encoder, exact(map.encoder, inputs, latent)],
      [found.decoder, exact(map.decoder, latent, inputs)],
      [found.map, exact(weights, inputs, inputs)],
    ] as const)
      for (let i = 0; i < count; i++) expect(got[i]).toBeCloseTo(wanted[i]!, 6);
  });

  test('are not looked for where a number is not finite', () => {
    const { map } = randomMap(4, 2);
    expect(mapSpectra({ ...map, encoder: Float32Array.from(map.encoder, (value, i) => (i === 3 ? Number.NaN : value)) })).toBeNull();
  });
});

describe('the learning curve of a mode', () => {
  test.each([0, 0.5])('solves ds/dt = 4 s (l - (l + sigma^2) s) with noise %f, from its start to its limit', (sigma) => {
    const variance = 1.7;
    const at = (time: number) => modeStrength(variance, { start: 0.01, sigma, time });
    expect(at(0)).toBeCloseTo(0.01, 12);
    expect(at(50)).toBeCloseTo(variance / (variance + sigma ** 2), 12);
    for (const time of [0.1, 0.5, 1, 2]) {
      const slope = (at(time + 1e-6) - at(time - 1e-6)) / 2e-6;
      const s = at(time);
      expect(slope).toBeCloseTo(4 * s * (variance - (variance + sigma ** 2) * s), 6);
    }
  });

  test('of a direction without variance stays, and fades under noise', () => {
    expect(modeStrength(0, { start: 0.1, sigma: 0, time: 9 })).toBe(0.1);
    expect(modeStrength(0, { start: 0.1, sigma: 1, time: 1 })).toBeLessThan(0.1);
  });

  test('is drawn for plain gradient descent from aligned weights only', () => {
    const model = { kind: 'linear', latent: 4, initialStrength: 0.01 };
    const optimizer = { kind: 'sgd', learningRate: 0.1 };
    expect(hasLearningCurves(experimentWith({ model, optimizer }))).toBe(true);
    expect(hasLearningCurves(experimentWith({ model, optimizer, corruption: { kind: 'gaussian' } }))).toBe(true);
    for (const change of [
      { optimizer: { kind: 'adam' } },
      { model: { kind: 'linear', latent: 4 } },
      { model: { kind: 'mlp', latent: 4 } },
      { corruption: { kind: 'mask' } },
      { penalty: { weights: 0.1 } },
    ])
      expect(hasLearningCurves(experimentWith({ model, optimizer, ...change }))).toBe(false);
  });
});
