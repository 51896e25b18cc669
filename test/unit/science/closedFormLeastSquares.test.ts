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

const modelOf = (latent: number, more: object = {}) => ({ kind: 'linear', parameterization: 'leastSquares', latent, ...more });
/** The best of two matrices of their own. */
const bestOfSeparate = (corruption: Corruption, latent: number) =>
  theoryFor(experimentWith({ corruption, model: { kind: 'linear', latent } }), data.train.x, data.inputs)!.optimum;

describe('a least-squares autoencoder at ridge 0', () => {
  test.each([
    [2, 0],
    [8, 0],
    [16, 0],
    [8, 1],
  ])('of clean digits with %i codes reaches the variance outside the first components from seed %i', async (latent, seed) => {
    const corruption: Corruption = { kind: 'none' };
    const model = modelOf(latent, { ridge: 0 });
    const metrics = await trainToOptimum(engine, data, { corruption, latent, seed, model, learningRate: 0.01 });
    const gap = metrics['train.loss']! / bestOfSeparate(corruption, latent) - 1;
    expect(gap).toBeGreaterThan(-1e-5);
    expect(gap).toBeLessThan(0.005);
    // components of nearly the same variance turn slowly
    expect(metrics['theory.angle']).toBeLessThan(10);
  });

  test.each([
    [2, 0],
    [8, 0],
    [8, 1],
  ])('of noisy digits with %i codes reaches that and sigma^2 a code, from seed %i', async (latent, seed) => {
    const corruption: Corruption = { kind: 'gaussian', sigma: 0.5 };
    const model = modelOf(latent, { ridge: 0 });
    const metrics = await trainToOptimum(engine, data, { corruption, latent, seed, model, learningRate: 0.01 });
    const infimum = bestOfSeparate({ kind: 'none' }, latent) + latent * 0.5 ** 2;
    expect(infimum / bestOfSeparate(corruption, latent)).toBeGreaterThan(1.001);
    // four noises a row stand for all
    expect(Math.abs(metrics['train.lossCorrupted']! / infimum - 1)).toBeLessThan(0.005);
  });
});

test.each([8, 16])('under masks of a half, at ridge 0.01, %i codes end below the best of two separate matrices', async (latent) => {
  const corruption = experimentWith({ corruption: { kind: 'mask', ratio: 0.5 } }).corruption;
  const metrics = await trainToOptimum(engine, data, { corruption, latent, seed: 0, model: modelOf(latent), learningRate: 0.01 });
  expect(metrics['train.lossCorrupted']! / bestOfSeparate(corruption, latent)).toBeLessThan(0.95);
});
