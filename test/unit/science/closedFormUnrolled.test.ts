import { beforeAll, describe, expect, test } from 'vitest';
import type { PreparedData } from '../../../src/data/prepareData.ts';
import type { Engine } from '../../../src/engine/engine.ts';
import type { Corruption } from '../../../src/experiment/autoencoder.ts';
import { digitsWithoutSplit, realEngine, trainToOptimum } from './trainToOptimum.ts';

let engine: Engine;
let data: PreparedData;
beforeAll(async () => {
  [engine, data] = await Promise.all([realEngine(), digitsWithoutSplit()]);
});

const clean: Corruption = { kind: 'none' };
const noisy: Corruption = { kind: 'gaussian', sigma: 0.25 };

describe('an unrolled autoencoder on digits', () => {
  // under noise many steps a code make the descent slow: 10 of them are 0.8 percent away with 8 codes by then
  test.each<[string, Corruption, { steps: number; latent: number; seed: number }]>([
    ['clean', clean, { steps: 10, latent: 2, seed: 0 }],
    ['clean', clean, { steps: 10, latent: 8, seed: 0 }],
    ['clean', clean, { steps: 10, latent: 16, seed: 0 }],
    ['clean', clean, { steps: 10, latent: 8, seed: 1 }],
    ['noisy', noisy, { steps: 10, latent: 2, seed: 0 }],
    ['noisy', noisy, { steps: 1, latent: 8, seed: 0 }],
    ['noisy', noisy, { steps: 1, latent: 16, seed: 1 }],
  ])('reaches the closed form within half a percent: %s, %o, %o', async (_, corruption, { steps, latent, seed }) => {
    const model = { kind: 'linear', parameterization: 'unrolled', latent, steps, stepSize: 0.9 };
    const metrics = await trainToOptimum(engine, data, { corruption, latent, seed, model, learningRate: 0.01 });
    expect(metrics['theory.gap']).toBeGreaterThan(-1e-5);
    expect(metrics['theory.gap']).toBeLessThan(0.005);
  });
});
