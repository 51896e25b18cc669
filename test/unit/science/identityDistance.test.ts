import { expect, test } from 'vitest';
import { autoencoderProgram } from '../../../src/science/autoencoder.ts';
import { identityMeasure } from '../../../src/science/identityDistance.ts';
import { initialParameters } from '../../../src/science/initialise.ts';
import { experimentWith } from './trainToOptimum.ts';

const inputs = 3;
/** Two rows to look around. */
const x = Float32Array.of(1, -2, 0.5, 0.3, 0.2, -1);

function distanceOf(sections: object, parameters?: Float32Array): number | undefined {
  const experiment = experimentWith(sections);
  const program = autoencoderProgram(experiment, inputs);
  return identityMeasure({ experiment, program, prepared: { parameters: parameters ?? initialParameters(program, 1) }, x, inputs })[
    'latent.identityDistance'
  ];
}

const linear = (latent: number, more: object = {}) => ({ model: { kind: 'linear', latent }, ...more });
/** A^T [3, 2] and B^T [2, 3] that give back the first two inputs. */
const twoOfThree = Float32Array.of(1, 0, 0, 1, 0, 0, 1, 0, 0, 0, 1, 0);

test('a map that gives everything back is 0 from the identity, one that gives nothing back 1, two of three directions sqrt(1/3)', () => {
  const everything = Float32Array.of(2, 0, 0, 0, 1, 0, 0, 0, 4, 0.5, 0, 0, 0, 1, 0, 0, 0, 0.25);
  expect(distanceOf(linear(3), everything)).toBe(0);
  expect(distanceOf(linear(2), new Float32Array(12))).toBe(1);
  expect(distanceOf(linear(2), twoOfThree)).toBeCloseTo(Math.sqrt(1 / 3), 12);
});

test('it is |BA - I|_F / sqrt(m), number by number', () => {
  const experiment = experimentWith(linear(2));
  const parameters = initialParameters(autoencoderProgram(experiment, inputs), 7);
  let square = 0;
  for (let j = 0; j < inputs; j++)
    for (let i = 0; i < inputs; i++) {
      const w = [0, 1].reduce((sum, l) => sum + parameters[6 + l * inputs + j]! * parameters[i * 2 + l]!, 0);
      square += (w - Number(i === j)) ** 2;
    }
  expect(distanceOf(linear(2), parameters)).toBeCloseTo(Math.sqrt(square / inputs), 10);
});

test('models that have neither one map nor a Jacobian have none', () => {
  expect(distanceOf(linear(2, { penalty: { latentTopK: 1 } }))).toBeUndefined();
  expect(distanceOf(linear(2, { penalty: { latentTopK: 2 } }))).toBeDefined();
  expect(distanceOf(linear(2, { corruption: { kind: 'mask', flags: true } }))).toBeUndefined();
  expect(distanceOf(linear(2, { loss: { kind: 'binaryCrossEntropy' } }))).toBeUndefined();
  expect(distanceOf(linear(2), twoOfThree.with(0, Number.NaN))).toBeUndefined();
});

test('a network without hidden layers and without biases has that of its one map', () => {
  const network = { model: { kind: 'mlp', hidden: [], latent: 2 } };
  // encoder weights and bias, decoder weights and bias
  const withBiases = Float32Array.of(...twoOfThree.subarray(0, 6), 0, 0, ...twoOfThree.subarray(6), 0, 0, 0);
  expect(distanceOf(network, withBiases)).toBeCloseTo(Math.sqrt(1 / 3), 12);
});
