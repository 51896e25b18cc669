import { beforeAll, expect, test } from 'vitest';
import type { Engine } from '../../../src/engine/engine.ts';
import { autoencoderProgram } from '../../../src/science/autoencoder.ts';
import { columnMeans, evaluateSplit } from '../../../src/science/evaluate.ts';
import { explainedVariance } from '../../../src/science/explainedVariance.ts';
import { initialParameters } from '../../../src/science/initialise.ts';
import { normals } from './referenceModel.ts';
import { runToEnd } from './runToEnd.ts';
import { experimentWith, realEngine } from './trainToOptimum.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await realEngine();
});

const [inputs, rows] = [3, 200];
const normal = normals(4);
/** Rows around (0.5, 2.5, 4.5) whose coordinates vary by 1, 2 and 3. */
const x = Float32Array.from({ length: rows * inputs }, (_, i) => ((i % 3) + 1) * normal() + 2 * (i % 3) + 0.5);
const split = { rows: Uint32Array.from({ length: rows }, (_, i) => i), x };

/** Explained variance and mean squared error of a model with these parameters, or with its first ones. */
async function measured(sections: object, parameters?: Float32Array, of = split) {
  const experiment = experimentWith(sections);
  const program = autoencoderProgram(experiment, inputs);
  const prepared = await engine.prepare(program, parameters ?? initialParameters(program, 2), experiment.optimizer, 8);
  const { mse } = runToEnd(evaluateSplit({ prepared, program, experiment, split: of, trainMean: columnMeans(of.x, inputs) }));
  const explained = runToEnd(explainedVariance({ prepared, split: of, mse: mse! }));
  const output = prepared.call('reconstruct', { x: of.x }, of.rows.length).output!;
  prepared.dispose();
  return { explained, mse: mse!, output };
}

/** Variance about the mean of every coordinate, summed; from its definition. */
function variance(values: ArrayLike<number>): number {
  let sum = 0;
  for (let j = 0; j < inputs; j++) {
    const column = Array.from({ length: rows }, (_, row) => values[row * inputs + j]!);
    const mean = column.reduce((a, b) => a + b, 0) / rows;
    sum += column.reduce((a, b) => a + (b - mean) ** 2, 0) / rows;
  }
  return sum;
}

test.each([
  ['a network', { model: { hidden: [5], latent: 2, activation: 'tanh' } }],
  ['a linear model', { model: { kind: 'linear', latent: 2 } }],
  ['probabilities', { model: { hidden: [5], latent: 2 }, loss: { kind: 'binaryCrossEntropy' } }],
])('of %s it is 1 - Var(x - output) / Var(x)', async (_, sections) => {
  const { explained, output } = await measured(sections);
  expect(explained).toBeCloseTo(1 - variance(x.map((value, i) => value - output[i]!)) / variance(x), 6);
});

test('a model that is wrong by the same amount everywhere explains everything, which its error does not say', async () => {
  // a linear model with biases whose map is the identity, and an output that is 1, 2 and 3 too high
  const identity = [1, 0, 0, 0, 1, 0, 0, 0, 1];
  const { explained, mse } = await measured(
    { model: { kind: 'mlp', hidden: [], latent: 3 } },
    Float32Array.of(...identity, 0, 0, 0, ...identity, 1, 2, 3),
  );
  expect(explained).toBeCloseTo(1, 6);
  expect(mse).toBeCloseTo(14 / 3, 4);
});

test('there is none without rows, nor of rows that do not vary', async () => {
  const still = { ...split, x: new Float32Array(x.length).fill(2) };
  expect((await measured({ model: { kind: 'linear', latent: 2 } }, undefined, still)).explained).toBeNull();
  const none = { rows: new Uint32Array(), x: new Float32Array() };
  expect(runToEnd(explainedVariance({ prepared: { parameters: x, call: () => ({}) }, split: none, mse: 0 }))).toBeNull();
});
