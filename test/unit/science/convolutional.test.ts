import { beforeAll, describe, expect, test } from 'vitest';
import { countConvolutionalParameters } from '../../../src/data/requireConvolutions.ts';
import type { Engine } from '../../../src/engine/engine.ts';
import { autoencoderProgram } from '../../../src/science/autoencoder.ts';
import { hasFlags } from '../../../src/science/corruption.ts';
import { initialParameters } from '../../../src/science/initialise.ts';
import { namedParameters } from '../../../src/science/linearMap.ts';
import { rowsPerCall } from '../../../src/science/runInBatches.ts';
import { type ConvolutionalCase, convolutionalCases } from './convolutionalCases.ts';
import { ConvolutionalReference } from './convolutionalReference.ts';
import { normals, relativeError } from './referenceModel.ts';
import { experimentWith, realEngine } from './trainToOptimum.ts';

const rows = 3;

let engine: Engine;
beforeAll(async () => {
  engine = await realEngine();
});

/** A case, its reference and a batch, all from one seed; targets of the cross-entropy lie in [0, 1]. */
function setUp({ sections, imageShape }: ConvolutionalCase, seed = 1) {
  const experiment = experimentWith(sections);
  const { model, corruption, loss } = experiment;
  if (model.kind !== 'convolutional') throw new Error('expected a convolutional model');
  const inputs = imageShape[0] * imageShape[1];
  const program = autoencoderProgram(experiment, inputs, imageShape);
  const normal = normals(seed);
  const value = () => (loss.kind === 'squared' ? normal() : 1 / (1 + Math.exp(-2 * normal())));
  const drawn = () => (corruption.kind === 'mask' ? Number(normal() > -0.25) : Math.fround(normal()));
  const filled = (of: () => number) => Array.from({ length: rows }, () => Array.from({ length: inputs }, () => Math.fround(of())));
  const [x, draws] = [filled(value), filled(drawn)];
  const feeds = { x: Float32Array.from(x.flat()), draw: Float32Array.from(draws.flat()) };
  const reference = new ConvolutionalReference(model, imageShape, experiment);
  const parameters = initialParameters(program, seed);
  return { experiment, model, program, reference, feeds, x, draws: corruption.kind === 'none' ? null : draws, parameters };
}

describe('the gradient of a convolutional autoencoder agrees with float64 backpropagation and finite differences', () => {
  test.each(Object.entries(convolutionalCases))('%s', async (_, one) => {
    const { experiment, program, reference, feeds, x, draws, parameters } = setUp(one);
    const exact = reference.lossAndGradient(parameters, x, draws);
    expect(relativeError(exact.gradient, reference.differences(Float64Array.from(parameters), x, draws))).toBeLessThan(1e-6);

    const prepared = await engine.prepare(program, parameters, experiment.optimizer, rows);
    const loss = prepared.step(feeds, rows, { step: 1, learningRate: 0 });
    expect(Math.abs(loss - exact.loss)).toBeLessThan(1e-5 * exact.loss);
    const found = namedParameters(program, prepared.gradients);
    const wanted = namedParameters(program, Float32Array.from(exact.gradient));
    for (const { name } of program.parameters) expect(relativeError(found[name]!, wanted[name]!), name).toBeLessThan(1e-5);
    prepared.dispose();
  });
});

describe('a convolutional autoencoder', () => {
  test('has the kernels of both sides, the decoder mirrored, with their fan-in', () => {
    const model = { kind: 'convolutional', channels: [16, 32], latent: 8 };
    const corruption = { kind: 'mask', flags: true };
    const { parameters } = autoencoderProgram(experimentWith({ model, corruption }), 784, [28, 28]);
    expect(parameters.map(({ name, shape, fanIn }) => `${name} ${shape.join('x')} ${fanIn}`)).toEqual([
      'encoder.0.weights 16x2x3x3 18',
      'encoder.0.bias 16 18',
      'encoder.1.weights 32x16x3x3 144',
      'encoder.1.bias 32 144',
      'encoder.2.weights 1568x8 1568',
      'encoder.2.bias 8 1568',
      'decoder.0.weights 8x1568 8',
      'decoder.0.bias 1568 8',
      'decoder.1.weights 32x16x3x3 288',
      'decoder.1.bias 16 288',
      'decoder.2.weights 16x1x3x3 144',
      'decoder.2.bias 1 144',
    ]);
    expect(parameters.every(({ name, isBias }) => isBias === name.endsWith('.bias'))).toBe(true);
  });

  test.each(Object.entries(convolutionalCases))('has as many parameters as are counted before it is made: %s', (_, one) => {
    const { experiment, model, parameters } = setUp(one);
    const seen = hasFlags(experiment.corruption) ? 2 : 1;
    expect(countConvolutionalParameters(model, one.imageShape, seen)).toBe(parameters.length);
  });

  test.each([
    [8, 8],
    [7, 5],
    [1, 3],
    [2, 1],
    [1, 1],
  ])('comes back to images of %i x %i pixels', async (height, width) => {
    const one = { sections: { model: { kind: 'convolutional', channels: [2], kernelSize: 1, latent: 2 } }, imageShape: [height, width] };
    const { experiment, program, parameters, feeds } = setUp(one as ConvolutionalCase);
    const prepared = await engine.prepare(program, parameters, experiment.optimizer, rows);
    for (const count of [1, rows]) {
      const { output } = prepared.call('reconstruct', feeds, count);
      expect(output).toHaveLength(count * height * width);
      expect(output!.every(Number.isFinite)).toBe(true);
    }
    expect(prepared.step(feeds, rows, { step: 1, learningRate: 0.01 })).toBeGreaterThan(0);
    prepared.dispose();
  });

  test('without activations is an affine map of the image, code and reconstruction alike', async () => {
    const { experiment, program, parameters, feeds } = setUp(convolutionalCases['no activation']!);
    const prepared = await engine.prepare(program, parameters, experiment.optimizer, rows);
    const [a, b] = [feeds.x.subarray(0, 25), feeds.x.subarray(25, 50)];
    const call = (name: 'encode' | 'reconstruct', x: Float32Array) => Object.values(prepared.call(name, { x }, 1))[0]!;
    for (const name of ['encode', 'reconstruct'] as const) {
      // f(2a - 3b) = 2 f(a) - 3 f(b) + 2 f(0): the weights of an affine combination sum to 1
      const mixed = call(
        name,
        a.map((value, i) => 2 * value - 3 * b[i]!),
      );
      const [fa, fb, origin] = [call(name, a), call(name, b), call(name, new Float32Array(25))];
      expect(
        relativeError(
          mixed,
          fa.map((value, i) => 2 * value - 3 * fb[i]! + 2 * origin[i]!),
        ),
        name,
      ).toBeLessThan(1e-5);
      expect(relativeError(fa, fb), name).toBeGreaterThan(1e-2);
    }
    prepared.dispose();
  });

  test('asks for fewer rows a call than its parameters alone would', () => {
    const { program, parameters } = setUp({ sections: { model: { kind: 'convolutional', latent: 32 } }, imageShape: [28, 28] });
    // 9 16 196 + 9 16 32 49 + 1568 32, twice
    expect(program.multiplications).toBe(2 * (28_224 + 225_792 + 50_176));
    expect(rowsPerCall({ parameters, multiplications: program.multiplications })).toBe(164);
    expect(rowsPerCall({ parameters })).toBe(897);
  });
});
