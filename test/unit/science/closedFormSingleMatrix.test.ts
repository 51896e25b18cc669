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

const encoders = {
  leastSquares: { kind: 'linear', parameterization: 'leastSquares', ridge: 0.01 },
  unrolled: { kind: 'linear', parameterization: 'unrolled', steps: 10, stepSize: 0.9 },
};

/** One matrix whose encoder knows which inputs are missing does what no two fixed matrices can. */
describe.each(Object.keys(encoders) as (keyof typeof encoders)[])('under masks the encoder "%s"', (name) => {
  test.each([
    [0.25, 8],
    [0.25, 16],
    [0.5, 8],
    [0.5, 16],
  ])('of ratio %d ends 4 percent or more below the best of two separate matrices with %i codes', async (ratio, latent) => {
    const mask = experimentWith({ corruption: { kind: 'mask', ratio } }).corruption as Corruption;
    const best = theoryFor(experimentWith({ corruption: mask, model: { kind: 'linear', latent } }), data.train.x, data.inputs)!.optimum;
    const model = { ...encoders[name], latent };
    const metrics = await trainToOptimum(engine, data, { corruption: mask, latent, seed: 0, model, learningRate: 0.003, batchSize: 128 });
    expect(metrics['train.lossCorrupted']! / best).toBeLessThan(0.96);
  });
});
