import { beforeAll, describe, expect, test } from 'vitest';
import type { PreparedData } from '../../../src/data/prepareData.ts';
import type { Engine } from '../../../src/engine/engine.ts';
import type { Corruption } from '../../../src/experiment/autoencoder.ts';
import { theoryFor } from '../../../src/science/linearTheory.ts';
import { digitsWithoutSplit, experimentWith, realEngine, trainToOptimum } from './trainToOptimum.ts';

let engine: Engine;
let data: PreparedData;
beforeAll(async () => {
  [engine, data] = await Promise.all([realEngine(), digitsWithoutSplit()]);
});

/** Layers without activations are two matrices with biases, whatever lies between them. */
describe.each([
  ['no hidden layer', []],
  ['a wider hidden layer', [96]],
])('a network without activations and with %s, 8 codes, on digits', (_, hidden) => {
  const model = { kind: 'mlp', hidden, latent: 8, activation: 'none' };
  const optimum = (corruption: Corruption) =>
    theoryFor(experimentWith({ corruption, model: { kind: 'linear', latent: 8, bias: true } }), data.train.x, data.inputs)!.optimum;

  test('reaches the closed form of two matrices within half a percent', async () => {
    const corruption: Corruption = { kind: 'none' };
    const metrics = await trainToOptimum(engine, data, { corruption, latent: 8, seed: 0, model, learningRate: 0.005 });
    const gap = metrics['train.loss']! / optimum(corruption) - 1;
    expect(gap).toBeGreaterThan(-1e-5);
    expect(gap).toBeLessThan(0.005);
  });

  test.each<[string, Corruption]>([
    ['noise', { kind: 'gaussian', sigma: 0.25 }],
    ['masks', experimentWith({ corruption: { kind: 'mask', ratio: 0.5 } }).corruption],
  ])('under %s too, as four stored corruptions a row tell it', async (_, corruption) => {
    const metrics = await trainToOptimum(engine, data, { corruption, latent: 8, seed: 0, model, learningRate: 0.005 });
    expect(Math.abs(metrics['train.lossCorrupted']! / optimum(corruption) - 1)).toBeLessThan(0.01);
  });
});
