import { beforeAll, expect, test } from 'vitest';
import type { Engine } from '../../../src/engine/engine.ts';
import { autoencoderProgram } from '../../../src/science/autoencoder.ts';
import { columnMeans } from '../../../src/science/evaluate.ts';
import { identityMeasure } from '../../../src/science/identityDistance.ts';
import { initialParameters } from '../../../src/science/initialise.ts';
import { whiteNoiseMeasure } from '../../../src/science/whiteNoise.ts';
import { normals } from './referenceModel.ts';
import { experimentWith, realEngine } from './trainToOptimum.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await realEngine();
});

const inputs = 4;

/** `latent.noiseError`, beside what the distance to the identity would make it. */
async function measured(sections: object, parameters?: Float32Array, at = 0) {
  const experiment = experimentWith(sections);
  const program = autoencoderProgram(experiment, inputs);
  const own = parameters ?? initialParameters(program, 3);
  const prepared = await engine.prepare(program, own, experiment.optimizer, 8);
  const normal = normals(6);
  const x = Float32Array.from({ length: 100 * inputs }, () => 3 * normal() + at);
  const found = whiteNoiseMeasure({ experiment, prepared, x, trainMean: columnMeans(x, inputs) });
  prepared.dispose();
  const distance = identityMeasure({ experiment, program, prepared: { parameters: own }, x, inputs })['latent.identityDistance'];
  return { error: found['latent.noiseError'], square: distance! ** 2 };
}

const identity = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];

test('what copies its input copies noise, wherever the data lie', async () => {
  const { error } = await measured({ model: { kind: 'linear', latent: 4 } }, Float32Array.of(...identity, ...identity), 7);
  expect(error).toBeLessThan(1e-10);
});

test('of a linear map it is the square of its distance to the identity, within the noise of 1024 rows', async () => {
  for (const latent of [1, 2, 3]) {
    const { error, square } = await measured({ model: { kind: 'linear', latent } });
    // the standard error of |z - W z|^2 over |z|^2 is at most sqrt(2 (1 - 1/4) / 1024) of it, 4 %
    expect(Math.abs(error! / square - 1)).toBeLessThan(0.08);
  }
});

test('one code of four can give back a quarter of the noise', async () => {
  const { error } = await measured({ model: { kind: 'linear', latent: 1 } }, Float32Array.of(1, 0, 0, 0, 1, 0, 0, 0));
  expect(Math.abs(error! - 0.75)).toBeLessThan(0.05);
});

test('probabilities are not asked, nor rows that do not vary', async () => {
  expect((await measured({ model: { latent: 2 }, loss: { kind: 'binaryCrossEntropy' } })).error).toBeUndefined();
  const experiment = experimentWith({ model: { kind: 'linear', latent: 1 } });
  const still = { experiment, prepared: { parameters: new Float32Array(8), call: () => ({}) }, x: new Float32Array(8) };
  expect(whiteNoiseMeasure({ ...still, trainMean: new Float64Array(inputs) })).toEqual({});
});
