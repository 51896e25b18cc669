import { beforeAll, describe, expect, test } from 'vitest';
import type { Engine } from '../../../src/engine/engine.ts';
import type { AutoencoderExperiment } from '../../../src/experiment/autoencoder.ts';
import { autoencoderProgram } from '../../../src/science/autoencoder.ts';
import { hasFlags } from '../../../src/science/corruption.ts';
import { columnMeans, evaluateSplit } from '../../../src/science/evaluate.ts';
import { initialParameters } from '../../../src/science/initialise.ts';
import { layersOf } from '../../../src/science/layers.ts';
import { encodeRows, rowRanges, rowsPerCall } from '../../../src/science/runInBatches.ts';
import { drawStored } from '../../../src/science/storedDraws.ts';
import { errorOf, forward, normals, seenRow } from './referenceModel.ts';
import { experimentWith, realEngine } from './trainToOptimum.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await realEngine();
});

const inputs = 6;
/** Row numbers in the data set with gaps, as a split has them. */
const rows = Uint32Array.from({ length: 30 }, (_, i) => 2 * i + (i % 3));

function drawSplit(low = false) {
  const normal = normals(8);
  return { rows, x: Float32Array.from({ length: rows.length * inputs }, () => (low ? 1 / (1 + Math.exp(-normal())) : normal() + 0.5)) };
}

async function evaluate(experiment: AutoencoderExperiment, low = false) {
  const program = autoencoderProgram(experiment, inputs);
  const parameters = initialParameters(program, 1);
  const prepared = await engine.prepare(program, parameters, experiment.optimizer);
  const split = drawSplit(low);
  const trainMean = columnMeans(split.x, inputs);
  const measuring = evaluateSplit({ prepared, program, experiment, split, trainMean });
  let pauses = 0;
  let next = measuring.next();
  for (; !next.done; next = measuring.next()) pauses++;
  return { metrics: next.value, parameters, split, trainMean, pauses };
}

/** Every metric from its definition, in float64. */
function reference(experiment: AutoencoderExperiment, parameters: Float32Array, x: Float32Array) {
  const { model, corruption, loss } = experiment;
  const { encoder, decoder } = layersOf(model, inputs, hasFlags(corruption) ? 2 * inputs : inputs);
  const layers = [...encoder, ...decoder];
  const ratio = corruption.kind === 'mask' ? corruption.ratio : 0;
  const rowOf = (values: Float32Array, r: number) => [...values.subarray(r * inputs, (r + 1) * inputs)];
  const errors = (row: number[], draw: number[] | null) => {
    const y = forward(layers, parameters, seenRow(row, draw, corruption)).values.at(-1)!;
    return row.map((v, j) => errorOf(loss.kind, v, y[j]!));
  };
  const sum = (values: number[]) => values.reduce((a, b) => a + b, 0);
  const n = rows.length;
  const all = Array.from({ length: n }, (_, r) => r);
  const clean = sum(all.map((r) => sum(errors(rowOf(x, r), null)))) / n;
  let masked = 0;
  let visible = 0;
  for (let copy = 0; copy < 4; copy++) {
    const draws = drawStored(corruption, rows, inputs, { seed: experiment.seed, copy });
    for (const r of all)
      errors(rowOf(x, r), rowOf(draws, r)).forEach((error, j) => {
        if (corruption.kind === 'mask' && draws[r * inputs + j] === 0) masked += error;
        else visible += error;
      });
  }
  return {
    loss: clean,
    lossAll: (masked + visible) / (4 * n),
    lossMasked: masked / (4 * n) / ratio,
    lossVisible: visible / (4 * n) / (1 - ratio),
  };
}

const mlp = { kind: 'mlp', hidden: [5], latent: 3, activation: 'tanh' };
const mask = { kind: 'mask', ratio: 0.4 };

describe('an evaluation', () => {
  test.each([
    ['of a linear model', { model: { kind: 'linear', latent: 3, bias: true } }],
    ['of an mlp', { model: mlp }],
    ['under noise', { model: mlp, corruption: { kind: 'gaussian', sigma: 0.4 } }],
    ['under a mask', { model: mlp, corruption: mask }],
    ['under a mask with flags', { model: mlp, corruption: { ...mask, flags: true } }],
    ['under a mask without 1/p', { model: { kind: 'linear', latent: 2 }, corruption: { ...mask, rescale: false } }],
    ['over masked coordinates', { model: mlp, corruption: mask, loss: { over: 'masked' } }],
    ['over visible coordinates', { model: mlp, corruption: mask, loss: { over: 'visible' } }],
    ['of cross-entropy', { model: mlp, corruption: mask, loss: { kind: 'binaryCrossEntropy' } }],
  ])('%s gives the losses of their definitions', async (_, sections) => {
    const experiment = experimentWith({ ...sections, seed: 5 });
    const { metrics, parameters, split } = await evaluate(experiment, experiment.loss.kind === 'binaryCrossEntropy');
    const wanted = reference(experiment, parameters, split.x);
    expect(metrics.loss).toBeCloseTo(wanted.loss, 5);
    if (experiment.corruption.kind === 'none') expect(metrics).not.toHaveProperty('lossCorrupted');
    if (experiment.corruption.kind === 'gaussian') expect(metrics.lossCorrupted).toBeCloseTo(wanted.lossAll, 5);
    if (experiment.corruption.kind !== 'mask') return;
    expect(metrics.lossMasked).toBeCloseTo(wanted.lossMasked, 5);
    expect(metrics.lossVisible).toBeCloseTo(wanted.lossVisible, 5);
    const scoped = { all: wanted.lossAll, masked: wanted.lossMasked, visible: wanted.lossVisible };
    expect(metrics.lossCorrupted).toBeCloseTo(scoped[experiment.loss.over], 5);
  });

  test('under a mask has loss(all) = nu lossMasked + p lossVisible exactly', async () => {
    const { metrics } = await evaluate(experimentWith({ model: mlp, corruption: mask }));
    expect(0.4 * metrics.lossMasked! + 0.6 * metrics.lossVisible!).toBeCloseTo(metrics.lossCorrupted!, 12);
  });

  test('has mse = loss / inputs for squared errors, and r2 against the training mean', async () => {
    const { metrics, split, trainMean } = await evaluate(experimentWith({ model: mlp }));
    expect(metrics.mse).toBeCloseTo(metrics.loss! / inputs, 12);
    const spread = split.x.reduce((sum, v, i) => sum + (v - trainMean[i % inputs]!) ** 2, 0);
    expect(metrics.r2).toBeCloseTo(1 - (metrics.loss! * rows.length) / spread, 10);
  });

  test('of cross-entropy measures mse on probabilities', async () => {
    const { metrics } = await evaluate(experimentWith({ model: mlp, loss: { kind: 'binaryCrossEntropy' } }), true);
    expect(metrics.mse).toBeGreaterThan(0);
    expect(metrics.mse).toBeLessThan(0.25);
  });

  test.each([
    ['Gaussian noise', { kind: 'gaussian', sigma: 0.4 }, 'all'],
    ['a mask', mask, 'all'],
    ['a mask without 1/p', { ...mask, rescale: false }, 'masked'],
    ['a mask, visible only', mask, 'visible'],
  ])('of a linear model under %s has an exact expectation that the stored corruptions scatter about', async (_, corruption, over) => {
    const experiment = experimentWith({ model: { kind: 'linear', latent: 3, bias: true }, corruption, loss: { over } });
    const { metrics } = await evaluate(experiment);
    expect(metrics.lossExpected! / metrics.lossCorrupted!).toBeGreaterThan(0.85);
    expect(metrics.lossExpected! / metrics.lossCorrupted!).toBeLessThan(1.15);
  });

  test.each([
    ['an mlp', { model: { kind: 'mlp', hidden: [], latent: 3, activation: 'none' }, corruption: mask }],
    ['flags', { model: { kind: 'linear', latent: 3 }, corruption: { ...mask, flags: true } }],
    ['cross-entropy', { model: { kind: 'linear', latent: 3 }, corruption: mask, loss: { kind: 'binaryCrossEntropy' } }],
    ['no corruption', { model: { kind: 'linear', latent: 3 } }],
  ])('claims no expectation for %s', async (_, sections) => {
    const { metrics } = await evaluate(experimentWith(sections), true);
    expect(metrics).not.toHaveProperty('lossExpected');
  });

  test('pauses after every call of the engine, so that orders are heard', async () => {
    expect((await evaluate(experimentWith({ model: mlp }))).pauses).toBe(1);
    expect((await evaluate(experimentWith({ model: mlp, corruption: mask }))).pauses).toBe(5);
  });

  test('of an empty split has no metrics', () => {
    const experiment = experimentWith({ model: mlp });
    const program = autoencoderProgram(experiment, inputs);
    const prepared = { parameters: initialParameters(program, 0), call: () => expect.unreachable('nothing to call') };
    const split = { rows: new Uint32Array(), x: new Float32Array() };
    const measuring = evaluateSplit({ prepared, program, experiment, split, trainMean: new Float64Array(inputs) });
    expect(measuring.next()).toEqual({ done: true, value: {} });
  });
});

test('large models are measured in calls of few rows, small ones in calls of many', () => {
  expect(rowsPerCall({ parameters: new Float32Array(10_000) })).toBe(4096);
  expect(rowsPerCall({ parameters: new Float32Array(1_000_000) })).toBe(100);
  expect(rowsPerCall({ parameters: new Float32Array(20_000_000) })).toBe(16);
  expect([...rowRanges(5, 2)]).toEqual([
    { from: 0, to: 2 },
    { from: 2, to: 4 },
    { from: 4, to: 5 },
  ]);
});

test('codes of many rows are those of single rows', async () => {
  const experiment = experimentWith({ model: { kind: 'mlp', hidden: [], latent: 3 } });
  const program = autoencoderProgram(experiment, inputs);
  const prepared = await engine.prepare(program, initialParameters(program, 2), experiment.optimizer);
  const many = 9000;
  const x = Float32Array.from({ length: many * inputs }, normals(1));
  const encoding = encodeRows(prepared, x, many);
  let next = encoding.next();
  let pauses = 0;
  for (; !next.done; next = encoding.next()) pauses++;
  expect(pauses).toBe(3);
  expect(next.value).toHaveLength(many * 3);
  for (const row of [0, 4095, 4096, 8999]) {
    const alone = prepared.call('encode', { x: x.subarray(row * inputs, (row + 1) * inputs) }, 1).latent!;
    alone.forEach((code, l) => {
      expect(next.value![row * 3 + l]).toBeCloseTo(code, 5);
    });
  }
});
