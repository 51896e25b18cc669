import { expect, test } from 'vitest';
import { theoryFor } from '../../../src/science/linearTheory.ts';
import { digitsWithoutSplit, experimentWith, realEngine, trainToOptimum } from './trainToOptimum.ts';

/** Why masks have a ridge of 0.01 by default: with next to none, rows with few visible inputs have wild codes. */
test.each([0, 1])('under masks of a half a ridge of 1e-6 ends above the best of two matrices with 16 codes, from seed %i', async (seed) => {
  const [engine, data] = await Promise.all([realEngine(), digitsWithoutSplit()]);
  const { corruption } = experimentWith({ corruption: { kind: 'mask', ratio: 0.5 } });
  const best = theoryFor(experimentWith({ corruption, model: { kind: 'linear', latent: 16 } }), data.train.x, data.inputs)!.optimum;
  const model = { kind: 'linear', parameterization: 'leastSquares', latent: 16, ridge: 1e-6 };
  const metrics = await trainToOptimum(engine, data, { corruption, latent: 16, seed, model, learningRate: 0.01 });
  expect(metrics['train.lossCorrupted']! / best).toBeGreaterThan(1.05);
});
