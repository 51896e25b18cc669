import { beforeAll, describe, expect, test } from 'vitest';
import type { Engine } from '../../../src/engine/engine.ts';
import type { Corruption } from '../../../src/experiment/autoencoder.ts';
import { autoencoderProgram } from '../../../src/science/autoencoder.ts';
import { hasFlags } from '../../../src/science/corruption.ts';
import { initialParameters } from '../../../src/science/initialise.ts';
import { layersOf } from '../../../src/science/layers.ts';
import { namedParameters } from '../../../src/science/linearMap.ts';
import { differences, lossAndGradient, normals, type ReferenceModel, relativeError } from './referenceModel.ts';
import { experimentWith, realEngine } from './trainToOptimum.ts';

const inputs = 7;
const rows = 5;

const models: Record<string, object> = {
  linear: { kind: 'linear', latent: 3 },
  'linear with biases': { kind: 'linear', latent: 3, bias: true },
  'mlp without hidden layers': { kind: 'mlp', hidden: [], latent: 4 },
  'mlp relu': { kind: 'mlp', hidden: [6], latent: 3 },
  'mlp of two hidden tanh layers': { kind: 'mlp', hidden: [6, 5], latent: 2, activation: 'tanh', latentActivation: 'sigmoid' },
  'mlp gelu': { kind: 'mlp', hidden: [6], latent: 3, activation: 'gelu' },
  'mlp elu': { kind: 'mlp', hidden: [6], latent: 3, activation: 'elu', latentActivation: 'tanh' },
  'mlp softplus': { kind: 'mlp', hidden: [6], latent: 3, activation: 'softplus' },
  'mlp sigmoid out': { kind: 'mlp', hidden: [6], latent: 3, activation: 'none', outputActivation: 'sigmoid' },
};
const mask = { kind: 'mask', ratio: 0.4, rescale: true, flags: false };
const corruptions: Record<string, object> = {
  'no corruption': { kind: 'none' },
  'Gaussian noise': { kind: 'gaussian', sigma: 0.3 },
  'a mask': mask,
  'a mask without 1/p': { ...mask, rescale: false },
  'a mask with flags': { ...mask, flags: true },
};
const losses: Record<string, object> = {
  'squared, all': { kind: 'squared', over: 'all' },
  'squared, masked': { kind: 'squared', over: 'masked' },
  'squared, visible': { kind: 'squared', over: 'visible' },
  'cross-entropy, all': { kind: 'binaryCrossEntropy', over: 'all' },
  'cross-entropy, masked': { kind: 'binaryCrossEntropy', over: 'masked' },
  'cross-entropy, visible': { kind: 'binaryCrossEntropy', over: 'visible' },
};

function casesOf(model: object) {
  return Object.entries(corruptions).flatMap(([corruptionName, corruption]) =>
    Object.entries(losses)
      .filter(([, loss]) => (loss as { over: string }).over === 'all' || (corruption as { kind: string }).kind === 'mask')
      .map(([lossName, loss]) => ({ name: `${corruptionName}, ${lossName}`, sections: { model, corruption, loss } })),
  );
}

let engine: Engine;
beforeAll(async () => {
  engine = await realEngine();
});

/** Everything one comparison needs, from one seed; targets of the cross-entropy lie in [0, 1]. */
function setUp(sections: object, seed: number) {
  const experiment = experimentWith(sections);
  const program = autoencoderProgram(experiment, inputs);
  const { encoder, decoder } = layersOf(experiment.model, inputs, hasFlags(experiment.corruption) ? 2 * inputs : inputs);
  if (experiment.loss.kind === 'binaryCrossEntropy') decoder.at(-1)!.activation = 'none';
  const { corruption, loss } = experiment;
  const reference: ReferenceModel = { layers: [...encoder, ...decoder], corruption, loss, penalty: experiment.penalty.weights };
  const normal = normals(seed);
  const value = () => (loss.kind === 'squared' ? normal() : 1 / (1 + Math.exp(-2 * normal())));
  const x = Array.from({ length: rows }, () => Array.from({ length: inputs }, () => Math.fround(value())));
  const drawn = () => (corruption.kind === 'mask' ? Number(normal() > -0.25) : Math.fround(normal()));
  const draws = Array.from({ length: rows }, () => Array.from({ length: inputs }, drawn));
  return { experiment, program, reference, x, draws, parameters: initialParameters(program, seed) };
}

describe.each(Object.entries(models))('the gradient of an autoencoder, %s', (_, model) => {
  test.each(casesOf(model))('agrees with float64 backpropagation and finite differences: $name', async ({ sections }) => {
    const { experiment, program, reference, x, draws, parameters } = setUp(sections, 1);
    const exact = lossAndGradient(reference, parameters, x, draws);
    const numeric = differences(reference, Float64Array.from(parameters), x, draws);
    expect(relativeError(exact.gradient, numeric)).toBeLessThan(1e-6);

    const prepared = await engine.prepare(program, parameters, experiment.optimizer);
    const feeds = { x: Float32Array.from(x.flat()), draw: Float32Array.from(draws.flat()) };
    const loss = prepared.step(feeds, rows, { step: 1, learningRate: 0 });
    expect(Math.abs(loss - exact.loss)).toBeLessThan(1e-5 * exact.loss);
    const found = namedParameters(program, prepared.gradients);
    const wanted = namedParameters(program, Float32Array.from(exact.gradient));
    for (const { name } of program.parameters) expect(relativeError(found[name]!, wanted[name]!), name).toBeLessThan(1e-5);
    prepared.dispose();
  });
});

test('the weight penalty g(|A|^2 + |B|^2) is in loss and gradient, without biases and without 1/2', async () => {
  const sections = { model: { kind: 'linear', latent: 3, bias: true }, penalty: { weights: 0.7 } };
  const { experiment, program, reference, x, parameters } = setUp(sections, 2);
  const exact = lossAndGradient(reference, parameters, x, null);
  const prepared = await engine.prepare(program, parameters, experiment.optimizer);
  const loss = prepared.step({ x: Float32Array.from(x.flat()) }, rows, { step: 1, learningRate: 0 });
  expect(Math.abs(loss - exact.loss)).toBeLessThan(1e-5 * exact.loss);
  expect(relativeError(prepared.gradients, exact.gradient)).toBeLessThan(1e-5);
});

test('cross-entropy stays finite, with the right gradient, at logits far beyond float32 sigmoids and at exactly 0', async () => {
  const sections = { model: { kind: 'linear', latent: 1, bias: true }, loss: { kind: 'binaryCrossEntropy' } };
  const program = autoencoderProgram(experimentWith(sections), 3);
  // A = 0, B = 0: the logits are the decoder's biases
  const parameters = Float32Array.of(0, 0, 0, 0, 0, 0, 0, 200, -200, 0);
  const prepared = await engine.prepare(program, parameters, experimentWith({}).optimizer);
  const loss = prepared.step({ x: Float32Array.of(0, 1, 0.25) }, 1, { step: 1, learningRate: 0 });
  expect(loss).toBeCloseTo(400 + Math.LN2, 3);
  [1, -1, 0.25].forEach((want, j) => {
    expect(prepared.gradients[7 + j]).toBeCloseTo(want, 6);
  });
});

describe('the closed form of the linear gradient (dB = (2/n) R^T C(X) A^T, dA = (2/n) B^T R^T C(X))', () => {
  const corruption: Corruption = { kind: 'mask', ratio: 0.4, rescale: true, flags: false, shape: 'coordinates', blockSize: 2 };
  const { reference, x, draws, parameters } = setUp({ model: { kind: 'linear', latent: 3 }, corruption }, 3);
  const latent = 3;
  const exact = lossAndGradient(reference, parameters, x, draws).gradient;
  const a = (l: number, i: number) => parameters[i * latent + l]!;
  const b = (j: number, l: number) => parameters[inputs * latent + l * inputs + j]!;

  test('is what backpropagation finds', () => {
    const seen = x.map((row, r) => row.map((v, j) => (v * draws[r]![j]!) / 0.6));
    const codes = seen.map((row) => Array.from({ length: latent }, (_, l) => row.reduce((s, v, i) => s + a(l, i) * v, 0)));
    const residual = x.map((row, r) => row.map((v, j) => codes[r]!.reduce((s, c, l) => s + b(j, l) * c, 0) - v));
    for (let l = 0; l < latent; l++)
      for (let j = 0; j < inputs; j++) {
        const dB = (2 / rows) * x.reduce((s, _, r) => s + residual[r]![j]! * codes[r]![l]!, 0);
        const back = (r: number) => residual[r]!.reduce((s, e, o) => s + e * b(o, l), 0);
        const dA = (2 / rows) * x.reduce((s, _, r) => s + back(r) * seen[r]![j]!, 0);
        expect(exact[inputs * latent + l * inputs + j]).toBeCloseTo(dB, 12);
        expect(exact[j * latent + l]).toBeCloseTo(dA, 12);
      }
  });

  test('has the expectation -2 (S - W T) A^T over all masks, T = S + ((1-p)/p) D', () => {
    const mean = new Float64Array(exact.length);
    for (let bits = 0; bits < 2 ** inputs; bits++) {
      const draw = Array.from({ length: inputs }, (_, j) => (bits >> j) & 1);
      const kept = draw.reduce((s, d) => s + d, 0);
      const chance = 0.6 ** kept * 0.4 ** (inputs - kept);
      const each = x.map(() => draw);
      lossAndGradient(reference, parameters, x, each).gradient.forEach((g, i) => {
        mean[i]! += chance * g;
      });
    }
    const s = (i: number, j: number) => x.reduce((sum, row) => sum + row[i]! * row[j]!, 0) / rows;
    const t = (i: number, j: number) => s(i, j) * (i === j ? 1 + 0.4 / 0.6 : 1);
    const all = Array.from({ length: inputs }, (_, i) => i);
    const w = (i: number, j: number) => Array.from({ length: latent }, (_, l) => b(i, l) * a(l, j)).reduce((sum, v) => sum + v, 0);
    for (const j of all)
      for (let l = 0; l < latent; l++) {
        const entry = (i: number) => s(j, i) - all.reduce((sum, o) => sum + w(j, o) * t(o, i), 0);
        const wanted = -2 * all.reduce((sum, i) => sum + entry(i) * a(l, i), 0);
        expect(mean[inputs * latent + l * inputs + j]).toBeCloseTo(wanted, 10);
      }
  });
});
