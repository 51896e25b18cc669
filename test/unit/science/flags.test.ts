import type { Matrix } from 'ml-matrix';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Engine } from '../../../src/engine/engine.ts';
import { minimise } from '../../../src/math/lbfgs.ts';
import { autoencoderProgram } from '../../../src/science/autoencoder.ts';
import { layersOf } from '../../../src/science/layers.ts';
import { theoryFor } from '../../../src/science/linearTheory.ts';
import { correlatedRows, everyMask, maskOf, randomMatrix } from './linearReference.ts';
import { lossAndGradient } from './referenceModel.ts';
import { runToEnd } from './runToEnd.ts';
import { experimentWith, realEngine } from './trainToOptimum.ts';

const inputs = 4;
const latent = 2;
const centred = correlatedRows(8, inputs, { seed: 3 });
/** Half of all inputs are dropped: every mask is as likely as any other. */
const corruption = { ...maskOf(0.5), flags: true };
const sections = { model: { kind: 'linear', latent, bias: true }, corruption };

/** Rows under every mask. */
function underEveryMask(rows: Matrix): { x: number[][]; draws: number[][] } {
  const masks = everyMask(inputs).to2DArray();
  const pairs = rows.to2DArray().flatMap((row) => masks.map((mask) => [row, mask] as const));
  return { x: pairs.map(([row]) => row), draws: pairs.map(([, mask]) => mask) };
}

/** The least expected loss of a linear autoencoder with biases, found by descent in float64, and where. */
function bestOf(rows: Matrix, flags: boolean): { value: number; parameters: Float64Array } {
  const { model } = experimentWith(sections);
  const { encoder, decoder } = layersOf(model, inputs, flags ? 2 * inputs : inputs);
  const reference = {
    layers: [...encoder, ...decoder],
    corruption: { ...corruption, flags },
    loss: { kind: 'squared', over: 'all' } as const,
  };
  const { x, draws } = underEveryMask(rows);
  const objective = (at: Float64Array, into: Float64Array) => {
    const { loss, gradient } = lossAndGradient(reference, at, x, draws);
    into.set(gradient);
    return loss;
  };
  const size = reference.layers.reduce((sum, { from, to }) => sum + (from + 1) * to, 0);
  const start = Float64Array.from(randomMatrix(1, size, 5).mul(0.3).to1DArray());
  const { value, x: parameters } = runToEnd(minimise(objective, start, 1e-8, 3000));
  return { value, parameters };
}

/** The product's closed form of two matrices with biases under this mask, without flags. */
const closedFormOf = (rows: Matrix) =>
  theoryFor(experimentWith({ ...sections, corruption: maskOf(0.5) }), rows.to1DArray(), inputs)!.optimum;

let engine: Engine;
beforeAll(async () => {
  engine = await realEngine();
});

describe('flags of what is kept, beside the inputs of a linear autoencoder with biases,', () => {
  const moved = centred.clone().addRowVector([1, -2, 0.5, 3]);
  const best = closedFormOf(centred);

  test('change nothing on centred rows', () => {
    expect(bestOf(centred, false).value / best).toBeCloseTo(1, 8);
    expect(bestOf(centred, true).value / best).toBeCloseTo(1, 8);
  });

  test('fill in the mean on rows that are not centred: their optimum is that of centred rows, far below that without flags', async () => {
    const without = bestOf(moved, false);
    expect(without.value / closedFormOf(moved)).toBeCloseTo(1, 8);
    expect(without.value).toBeGreaterThan(1.3 * best);
    const { value, parameters } = bestOf(moved, true);
    expect(value / best).toBeCloseTo(1, 8);

    // the program that is trained has that loss there too
    const experiment = experimentWith(sections);
    const prepared = await engine.prepare(autoencoderProgram(experiment, inputs), Float32Array.from(parameters), experiment.optimizer);
    const { x, draws } = underEveryMask(moved);
    const feeds = { x: Float32Array.from(x.flat()), draw: Float32Array.from(draws.flat()) };
    expect(prepared.step(feeds, x.length, { step: 1, learningRate: 0 }) / best).toBeCloseTo(1, 5);
    prepared.dispose();
  });
});
