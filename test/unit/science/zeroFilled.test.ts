import { beforeAll, expect, test } from 'vitest';
import type { Engine } from '../../../src/engine/engine.ts';
import { autoencoderProgram } from '../../../src/science/autoencoder.ts';
import { zeroFilledMeasure } from '../../../src/science/zeroFilled.ts';
import { experimentWith, realEngine } from './trainToOptimum.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await realEngine();
});

/** 200 rows on the line through (1, 1, 1): one visible coordinate tells the others. */
const x = Float32Array.from({ length: 600 }, (_, i) => Math.sin(Math.floor(i / 3)));
const split = { rows: Uint32Array.from({ length: 200 }, (_, i) => i), x };
const direction = Float32Array.of(1, 1, 1).map((value) => value / Math.sqrt(3));

async function measured(model: object, corruption: object): Promise<Record<string, number>> {
  const experiment = experimentWith({ model: { kind: 'linear', latent: 1, ...model }, corruption });
  const prepared = await engine.prepare(autoencoderProgram(experiment, 3), direction, experiment.optimizer, 8);
  const found = zeroFilledMeasure({ experiment, prepared, split });
  prepared.dispose();
  return found;
}

test('an encoder that leaves dropped inputs out draws them, one that takes zeros for measured ones shrinks', async () => {
  const found = await measured({ parameterization: 'leastSquares', ridge: 0 }, { kind: 'mask', ratio: 0.3 });
  // rows with nothing visible are lost whole: about 0.3^3 of them
  const total = x.reduce((sum, value) => sum + value * value, 0) / 200;
  expect(found['encoder.clampedLoss']).toBeLessThan(0.08 * total);
  expect(found['encoder.zeroFilledLoss']).toBeGreaterThan(0.1 * total);
});

test('there is nothing to compare without a mask', async () => {
  expect(await measured({ parameterization: 'unrolled' }, { kind: 'gaussian' })).toEqual({});
});
