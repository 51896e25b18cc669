import { Matrix } from 'ml-matrix';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Engine } from '../../../src/engine/engine.ts';
import type { Corruption } from '../../../src/experiment/autoencoder.ts';
import { autoencoderProgram } from '../../../src/science/autoencoder.ts';
import { namedParameters } from '../../../src/science/linearMap.ts';
import { correlatedRows, diagonalPart, everyMask, expectedLossOf, maskOf, momentsOf, randomMatrix } from './linearReference.ts';
import { relativeError } from './referenceModel.ts';
import { experimentWith, realEngine } from './trainToOptimum.ts';

const inputs = 5;
const latent = 2;
const x = correlatedRows(6, inputs, { seed: 2 });
const s = momentsOf(x);
const sigma = 0.7;

/** Draws that stand for all: at p = 1/2 every mask is as likely as any other; of Gaussian noise a gradient of second order sees mean and covariance only. */
const draws: Record<string, { corruption: Corruption; draws: Matrix; seen: Matrix }> = {
  'every mask': { corruption: maskOf(0.5), draws: everyMask(inputs), seen: Matrix.add(s, diagonalPart(s)) },
  'noise of either sign along every axis': {
    corruption: { kind: 'gaussian', sigma },
    draws: new Matrix(
      [1, -1].flatMap((sign) =>
        Matrix.eye(inputs)
          .mul(sign * Math.sqrt(inputs))
          .to2DArray(),
      ),
    ),
    seen: Matrix.add(s, Matrix.eye(inputs).mul(sigma ** 2)),
  },
};

let engine: Engine;
beforeAll(async () => {
  engine = await realEngine();
});

describe.each(Object.entries(draws))('over %s', (_, { corruption, draws: each, seen }) => {
  const a = randomMatrix(latent, inputs, 3);
  const b = randomMatrix(inputs, latent, 4);
  const w = b.mmul(a);

  test('loss and gradients of a step are tr((I-W)S(I-W)^T) and more, dB = -2 (S - W T) A^T and dA = -2 B^T (S - W T)', async () => {
    const experiment = experimentWith({ model: { kind: 'linear', latent }, corruption });
    const program = autoencoderProgram(experiment, inputs);
    const parameters = Float32Array.from([...a.transpose().to1DArray(), ...b.transpose().to1DArray()]);
    const prepared = await engine.prepare(program, parameters, experiment.optimizer);
    const pairs = x.to2DArray().flatMap((row) => each.to2DArray().map((draw) => [row, draw] as const));
    const feeds = { x: Float32Array.from(pairs.flatMap(([row]) => row)), draw: Float32Array.from(pairs.flatMap(([, draw]) => draw)) };
    const loss = prepared.step(feeds, pairs.length, { step: 1, learningRate: 0 });
    const found = namedParameters(program, prepared.gradients);
    prepared.dispose();

    expect(loss / expectedLossOf(w, x, corruption)).toBeCloseTo(1, 5);
    const rest = Matrix.sub(s, w.mmul(seen));
    const dB = rest.mmul(a.transpose()).mul(-2);
    const dA = b.transpose().mmul(rest).mul(-2);
    expect(relativeError(found['decoder.0.weights']!, dB.transpose().to1DArray())).toBeLessThan(1e-5);
    expect(relativeError(found['encoder.0.weights']!, dA.transpose().to1DArray())).toBeLessThan(1e-5);
  });
});
