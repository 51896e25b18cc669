import { beforeAll, describe, expect, test } from 'vitest';
import type { PreparedData } from '../../../src/data/prepareData.ts';
import type { Engine } from '../../../src/engine/engine.ts';
import { digitsWithoutSplit, realEngine, trainToOptimum } from './trainToOptimum.ts';

let engine: Engine;
let data: PreparedData;
beforeAll(async () => {
  [engine, data] = await Promise.all([realEngine(), digitsWithoutSplit()]);
});

/** The closed form of Kunin et al. (2019): directions with less variance than g die, the others shrink by g. */
describe.each([
  [0.02, 8],
  [0.1, 8],
  // of 16 codes some die
  [0.2, 16],
])('a linear autoencoder with the penalty %d (|A|^2 + |B|^2) and %i codes on digits', (weights, latent) => {
  test.each([0, 1, 2])('reaches the closed form within half a percent from seed %i', async (seed) => {
    const metrics = await trainToOptimum(engine, data, { corruption: { kind: 'none' }, latent, seed, penalty: { weights } });
    expect(metrics['theory.gap']).toBeGreaterThan(-1e-5);
    expect(metrics['theory.gap']).toBeLessThan(0.005);
    // train.loss itself is above the best without a penalty, and below the optimum with it
    expect(metrics['train.loss']).toBeLessThan(metrics['theory.optimum']!);
  });
});
