import { describe, expect, test } from 'vitest';
import { autoencoderProgram } from '../../../src/science/autoencoder.ts';
import { initialParameters } from '../../../src/science/initialise.ts';
import { namedParameters } from '../../../src/science/linearMap.ts';
import { experimentWith } from './trainToOptimum.ts';

const start = (sections: object, seed = 0, inputs = 9) => {
  const program = autoencoderProgram(experimentWith(sections), inputs);
  const parameters = initialParameters(program, seed);
  return { program, parameters, named: namedParameters(program, parameters) };
};
const model = { kind: 'mlp', hidden: [40], latent: 5 };

describe('initial parameters', () => {
  test('are the same bits for the same seed and others for another', () => {
    expect(start({ model }).parameters).toEqual(start({ model }).parameters);
    expect(start({ model }, 1).parameters).not.toEqual(start({ model }).parameters);
  });

  test.each([
    { corruption: { kind: 'gaussian', sigma: 1 } },
    { corruption: { kind: 'mask', ratio: 0.9 } },
    { loss: { kind: 'binaryCrossEntropy' } },
    { optimizer: { kind: 'sgd', learningRate: 1 } },
    { penalty: { weights: 1 } },
  ])('are untouched by %o', (other) => {
    expect(start({ model, ...other }).parameters).toEqual(start({ model }).parameters);
  });

  test('of the other layers are untouched by flags, which widen only the first', () => {
    const plain = start({ model }).named;
    const flagged = start({ model, corruption: { kind: 'mask', flags: true } }).named;
    expect(flagged['encoder.0.weights']!.length).toBe(2 * plain['encoder.0.weights']!.length);
    for (const name of Object.keys(plain)) if (!name.startsWith('encoder.0')) expect(flagged[name], name).toEqual(plain[name]);
  });

  test('are uniform on +-1/sqrt(fan-in), biases too', () => {
    const { program, named } = start({ model }, 3, 400);
    for (const { name, fanIn } of program.parameters) {
      const values = named[name]!;
      const bound = 1 / Math.sqrt(fanIn);
      expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(Math.fround(bound));
      if (values.length < 1000) continue;
      const variance = values.reduce((sum, v) => sum + v * v, 0) / values.length;
      expect(variance / (bound ** 2 / 3)).toBeGreaterThan(0.95);
      expect(variance / (bound ** 2 / 3)).toBeLessThan(1.05);
    }
  });

  test('differ between arrays of one shape', () => {
    const { named } = start({ model: { kind: 'mlp', hidden: [9, 9], latent: 9 } });
    expect(named['encoder.0.weights']).not.toEqual(named['encoder.1.weights']);
  });
});

describe('an autoencoder program', () => {
  test('names its parameters, the decoder mirroring the encoder', () => {
    const { program } = start({ model: { kind: 'mlp', hidden: [8, 4], latent: 2 } });
    const weights = program.parameters.filter(({ isBias }) => !isBias).map(({ name, shape }) => `${name} ${shape.join('x')}`);
    expect(weights).toEqual([
      'encoder.0.weights 9x8',
      'encoder.1.weights 8x4',
      'encoder.2.weights 4x2',
      'decoder.0.weights 2x4',
      'decoder.1.weights 4x8',
      'decoder.2.weights 8x9',
    ]);
    expect(program.parameters.filter(({ isBias }) => isBias)).toHaveLength(6);
  });

  test.each([
    [{ loss: { over: 'masked' } }, 'loss.over "masked" needs a mask'],
    [{ model: { kind: 'custom' } }, 'not built yet: model with "custom"'],
    [{ model: { kind: 'convolutional' } }, 'model.kind "convolutional" needs images'],
    [{ model: { kind: 'mlp', outputActivation: 'tanh' }, loss: { kind: 'binaryCrossEntropy' } }, 'outputActivation is "tanh"'],
    [{ penalty: { latentKl: { weight: 1 } } }, 'penalty.latentKl needs codes between 0 and 1'],
    [
      { model: { kind: 'linear', parameterization: 'unrolled' }, penalty: { contractive: 1 } },
      'penalty.contractive needs an encoder of dense layers',
    ],
  ])('refuses %o with a sentence', (sections, sentence) => {
    expect(() => start(sections)).toThrow(sentence);
  });
});
