import { describe, expect, test } from 'vitest';
import { autoencoderProgram } from '../../../src/science/autoencoder.ts';
import { initialParameters } from '../../../src/science/initialise.ts';
import { layersOf } from '../../../src/science/layers.ts';
import { networkJacobians } from '../../../src/science/networkJacobian.ts';
import { randomMatrix, sumOver } from './linearReference.ts';
import { forward } from './referenceModel.ts';
import { experimentWith } from './trainToOptimum.ts';

const inputs = 5;
const row = randomMatrix(1, inputs, 3).to1DArray().map(Math.fround);

/** A network, its output at any row in float64, and |J|_F^2 at the row by the product. */
function networkOf(model: object) {
  const experiment = experimentWith({ model: { kind: 'mlp', latent: 3, ...model } });
  const program = autoencoderProgram(experiment, inputs);
  const parameters = initialParameters(program, 4).map((value) => 1.5 * value);
  const { encoder, decoder } = layersOf(experiment.model, inputs);
  const outputOf = (at: readonly number[]) => forward([...encoder, ...decoder], parameters, at).values.at(-1)!;
  const [jacobian] = networkJacobians({ experiment, program, prepared: { parameters }, x: Float32Array.from(row), inputs })!;
  const { encoder: e, decoder: d, latent } = jacobian!;
  const entry = (j: number, i: number) => sumOver(latent, (l) => d[j * latent + l]! * e[l * inputs + i]!);
  return { outputOf, square: sumOver(inputs, (j) => sumOver(inputs, (i) => entry(j, i) ** 2)) };
}

/** Mean of f over rows moved by noise of variance sigma^2, up to sigma^4: 2 m points with the same mean and covariance. */
const meanUnderNoise = (f: (at: number[]) => number, sigma: number) => {
  const far = sigma * Math.sqrt(inputs);
  return sumOver(inputs, (i) => f(row.with(i, row[i]! + far)) + f(row.with(i, row[i]! - far))) / (2 * inputs);
};

describe.each([
  ['tanh', { hidden: [6], activation: 'tanh' }],
  ['softplus and sigmoid', { hidden: [6, 4], activation: 'softplus', latentActivation: 'sigmoid' }],
  ['gelu', { hidden: [6], activation: 'gelu' }],
])('a network of %s under little noise', (_, model) => {
  const { outputOf, square } = networkOf(model);
  const clean = outputOf(row);
  const lossAt = (at: number[]) => sumOver(inputs, (j) => (row[j]! - outputOf(at)[j]!) ** 2);
  const h = 1e-3;
  /** Laplacian of every output. */
  const curvature = clean.map((value, j) =>
    sumOver(inputs, (i) => (outputOf(row.with(i, row[i]! + h))[j]! - 2 * value + outputOf(row.with(i, row[i]! - h))[j]!) / (h * h)),
  );
  const bent = sumOver(inputs, (j) => (row[j]! - clean[j]!) * curvature[j]!);

  test('loses sigma^2 |J|_F^2 more, less sigma^2 times residual times curvature, but for sigma^4 (Bishop 1995)', () => {
    const remainder = (sigma: number) => meanUnderNoise(lossAt, sigma) - lossAt(row) - sigma ** 2 * (square - bent);
    expect(Math.abs(remainder(0.02))).toBeLessThan(0.01 * 0.02 ** 2 * square);
    // half the noise, a sixteenth of what is left out, or less
    expect(remainder(0.1) / remainder(0.05)).toBeGreaterThan(14);
    // without the residual's part it would be wrong by more than that
    expect(Math.abs(bent)).toBeGreaterThan(0.01 * square);
  });
});

test('a network without activations loses exactly sigma^2 |J|_F^2 more, whatever the noise', () => {
  const { outputOf, square } = networkOf({ hidden: [6], activation: 'none' });
  const lossAt = (at: number[]) => sumOver(inputs, (j) => (row[j]! - outputOf(at)[j]!) ** 2);
  for (const sigma of [0.1, 3]) expect((meanUnderNoise(lossAt, sigma) - lossAt(row)) / (sigma ** 2 * square)).toBeCloseTo(1, 9);
});
