import { beforeAll, describe, expect, test } from 'vitest';
import type { Engine } from '../../../src/engine/engine.ts';
import type { AutoencoderExperiment } from '../../../src/experiment/autoencoder.ts';
import { autoencoderProgram } from '../../../src/science/autoencoder.ts';
import { initialParameters } from '../../../src/science/initialise.ts';
import { deficientSamples, leastSquaresMap } from '../../../src/science/leastSquares.ts';
import { drawStored } from '../../../src/science/storedDraws.ts';
import { type FlatBatch, gradientOf, lossDifferences, lossOf, outputsOf } from './leastSquaresReference.ts';
import { normals, relativeError } from './referenceModel.ts';
import { experimentWith, realEngine } from './trainToOptimum.ts';

const inputs = 7;
const latent = 3;
const rows = 12;

let engine: Engine;
beforeAll(async () => {
  engine = await realEngine();
});

const model = { kind: 'linear', parameterization: 'leastSquares', latent };

/** Rows, draws and parameters of one seed. */
function setUp(sections: object, seed = 1): { experiment: AutoencoderExperiment; batch: FlatBatch; parameters: Float32Array } {
  const experiment = experimentWith({ model, ...sections });
  const normal = normals(seed);
  const isMasked = experiment.corruption.kind === 'mask';
  const batch = {
    x: Float32Array.from({ length: rows * inputs }, () => normal()),
    draw: Float32Array.from({ length: rows * inputs }, () => (isMasked ? Number(normal() > -0.25) : normal())),
  };
  return { experiment, batch, parameters: initialParameters(autoencoderProgram(experiment, inputs), seed) };
}

/** Loss and gradient of a step by the engine. */
async function stepOf({ experiment, batch, parameters }: ReturnType<typeof setUp>) {
  const program = autoencoderProgram(experiment, inputs);
  const prepared = await engine.prepare(program, parameters, experiment.optimizer);
  const loss = prepared.step({ ...batch }, batch.x.length / inputs, { step: 1, learningRate: 0 });
  const gradient = prepared.gradients.slice();
  prepared.dispose();
  return { loss, gradient };
}

const mask = { kind: 'mask', ratio: 0.4 };
const cases = [undefined, 0.01, 0].flatMap((ridge) =>
  [false, true].flatMap((bias) =>
    [
      ...['all', 'masked', 'visible'].map((over) => [`a mask, ${over}`, { corruption: mask, loss: { over } }] as const),
      ['no corruption', {}] as const,
      ['Gaussian noise', { corruption: { kind: 'gaussian', sigma: 0.3 } }] as const,
    ].map(([name, sections]) => ({
      name: `${name}, ridge ${ridge ?? 'by default'}${bias ? ', with a bias' : ''}`,
      sections: { ...sections, model: { ...model, bias, ...(ridge !== undefined && { ridge }) } },
    })),
  ),
);

describe('the gradient of a least-squares autoencoder', () => {
  test.each(cases)('by the implicit formula agrees with finite differences, and the engine with it: $name', async ({ sections }) => {
    const all = setUp(sections);
    const { experiment, batch, parameters } = all;
    const exact = gradientOf(experiment, parameters, batch, inputs);
    expect(relativeError(exact, lossDifferences(experiment, parameters, batch, inputs))).toBeLessThan(1e-6);
    const { loss, gradient } = await stepOf(all);
    const wanted = lossOf(experiment, parameters, batch, inputs);
    expect(Math.abs(loss - wanted)).toBeLessThan(1e-5 * wanted);
    expect(relativeError(gradient, exact)).toBeLessThan(1e-5);
  });

  test('of an input that is dropped is that of the decoder alone, 2 (b . l - x) l', async () => {
    const all = setUp({ corruption: mask, model: { ...model, ridge: 0 } });
    const batch = { x: all.batch.x.slice(0, inputs), draw: Float32Array.of(1, 1, 0, 1, 1, 0, 1) };
    const { codes, outputs } = outputsOf(all.experiment, all.parameters, batch, inputs);
    const exact = gradientOf(all.experiment, all.parameters, batch, inputs);
    const { gradient } = await stepOf({ ...all, batch });
    for (const j of [2, 5])
      for (let l = 0; l < latent; l++) {
        const decoderOnly = 2 * (outputs[j]! - batch.x[j]!) * codes[l]!;
        expect(exact[l * inputs + j]).toBe(decoderOnly);
        expect(Math.abs(gradient[l * inputs + j]! - decoderOnly)).toBeLessThan(1e-5 * Math.abs(decoderOnly));
      }
  });

  test('moves no B along itself on clean data: B^T dB = 0 at ridge 0', async () => {
    const all = setUp({ model: { ...model, ridge: 0 } });
    const { gradient } = await stepOf(all);
    const along = (a: ArrayLike<number>, l: number, k: number) =>
      Array.from({ length: inputs }, (_, j) => all.parameters[l * inputs + j]! * a[k * inputs + j]!).reduce((sum, v) => sum + v, 0);
    const size = Math.hypot(...all.parameters) * Math.hypot(...gradient);
    for (let l = 0; l < latent; l++) for (let k = 0; k < latent; k++) expect(Math.abs(along(gradient, l, k))).toBeLessThan(1e-6 * size);
  });
});

describe('a least-squares autoencoder', () => {
  test('starts from B ~ N(0, 0.1^2), with one bias at most', () => {
    const program = autoencoderProgram(experimentWith({ model: { ...model, bias: true } }), 1000);
    expect(program.parameters.map(({ name, shape, isBias }) => [name, shape, isBias])).toEqual([
      ['decoder.0.weights', [latent, 1000], false],
      ['decoder.0.bias', [1000], true],
    ]);
    const weights = initialParameters(program, 0).subarray(0, 3000);
    const deviation = Math.sqrt(weights.reduce((sum, value) => sum + value * value, 0) / 3000);
    expect(deviation).toBeGreaterThan(0.095);
    expect(deviation).toBeLessThan(0.105);
  });

  test('takes no notice of rescale, and solves clean rows from all inputs', async () => {
    const codes = await Promise.all(
      [true, false].map(async (rescale) => {
        const { experiment, batch, parameters } = setUp({ corruption: { ...mask, rescale } });
        const prepared = await engine.prepare(autoencoderProgram(experiment, inputs), parameters, experiment.optimizer);
        return {
          corrupted: prepared.call('encodeCorrupted', { ...batch }, rows).latent!,
          clean: prepared.call('encode', { x: batch.x }, rows).latent!,
          kept: prepared.call('encodeCorrupted', { x: batch.x, draw: new Float32Array(rows * inputs).fill(1) }, rows).latent!,
        };
      }),
    );
    expect(codes[0]).toEqual(codes[1]);
    expect(relativeError(codes[0]!.clean, codes[0]!.kept)).toBeLessThan(1e-6);
    expect(relativeError(codes[0]!.clean, codes[0]!.corrupted)).toBeGreaterThan(0.1);
  });

  test('does the same to clean rows as its map', async () => {
    const { experiment, batch, parameters } = setUp({ model: { ...model, bias: true, ridge: 0.05 } });
    const prepared = await engine.prepare(autoencoderProgram(experiment, inputs), parameters, experiment.optimizer);
    const found = prepared.call('reconstruct', { x: batch.x }, rows).output!;
    const size = latent * inputs;
    const map = leastSquaresMap({ latent, ridge: 0.05 }, parameters.subarray(0, size), parameters.subarray(size));
    const wanted = Float64Array.from(found, (_, i) => {
      let sum = map.bias[i % inputs]!;
      for (let l = 0; l < latent; l++)
        for (let j = 0; j < inputs; j++)
          sum += map.decoder[l * inputs + (i % inputs)]! * map.encoder[j * latent + l]! * batch.x[i - (i % inputs) + j]!;
      return sum;
    });
    expect(relativeError(found, wanted)).toBeLessThan(1e-6);
  });
});

describe('latent.deficientSamples', () => {
  const train = { rows: Uint32Array.from({ length: 400 }, (_, i) => 2 * i), x: new Float32Array(400 * inputs) };
  const measured = (sections: object) => {
    const experiment = experimentWith({ model, seed: 5, ...sections });
    return deficientSamples({ experiment, dataset: { imageShape: null }, data: { train, inputs }, prepared: {} });
  };

  test('counts the training rows of which the stored mask leaves fewer inputs than codes', () => {
    const corruption = experimentWith({ corruption: { kind: 'mask', ratio: 0.5 } }).corruption;
    const draws = drawStored(corruption, train.rows, inputs, { seed: 5, copy: 0 });
    const visible = Array.from({ length: 400 }, (_, row) => draws.subarray(row * inputs, (row + 1) * inputs).reduce((a, b) => a + b, 0));
    const wanted = visible.filter((count) => count < latent).length;
    expect(measured({ corruption })).toEqual({ 'latent.deficientSamples': wanted });
    // 29 of 128 masks
    expect(wanted / 400).toBeCloseTo(29 / 128, 1);
  });

  test('is absent without a mask and for other encoders', () => {
    expect(measured({})).toEqual({});
    expect(measured({ corruption: { kind: 'gaussian' } })).toEqual({});
    expect(measured({ corruption: mask, model: { kind: 'linear', latent } })).toEqual({});
  });
});
