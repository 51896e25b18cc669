import { describe, expect, test } from 'vitest';
import { parseExperiment } from '../../../src/experiment/parseExperiment.ts';

const problems = (more: string) => {
  const text = `{ "version": 1, "task": "autoencoder", "data": { "source": "digits" }, ${more} }`;
  return parseExperiment(text, [], { allowUnbuilt: true }).problems.map(({ path, message, severity }) => ({ path, message, severity }));
};

describe('a penalty is refused when', () => {
  test.each([
    ['"penalty": { "latentKl": { "weight": 1 } }', 'penalty.latentKl.weight', 'set model.latentActivation to "sigmoid", it is "none"'],
    ['"model": { "latentActivation": "tanh" }, "penalty": { "latentKl": { "weight": 1 } }', 'penalty.latentKl.weight', 'it is "tanh"'],
    ['"model": { "kind": "linear" }, "penalty": { "latentKl": { "weight": 1 } }', 'penalty.latentKl.weight', 'needs model.kind "mlp"'],
    ['"model": { "latent": 8 }, "penalty": { "latentTopK": 9 }', 'penalty.latentTopK', 'keeps 9 codes of only 8'],
    [
      '"model": { "kind": "linear", "parameterization": "unrolled" }, "penalty": { "contractive": 1 }',
      'penalty.contractive',
      'that of "unrolled" has none',
    ],
    [
      '"model": { "kind": "linear", "parameterization": "leastSquares" }, "penalty": { "contractive": 1 }',
      'penalty.contractive',
      'that of "leastSquares" has none',
    ],
    ['"model": { "kind": "convolutional" }, "penalty": { "contractive": 1 }', 'penalty.contractive', 'through dense layers only'],
    ['"model": { "kind": "convolutional" }, "penalty": { "latentKl": { "weight": 1 } }', 'penalty.latentKl.weight', 'it is "none"'],
  ])('%s', (more, path, words) => {
    expect(problems(more)).toEqual([{ path, severity: 'error', message: expect.stringContaining(words) }]);
  });
});

test.each([
  '"model": { "latentActivation": "sigmoid" }, "penalty": { "latentKl": { "weight": 1 } }',
  '"penalty": { "latentKl": { "target": 0.2 } }',
  '"model": { "kind": "convolutional", "latentActivation": "sigmoid" }, "penalty": { "latentKl": { "weight": 1 }, "latentTopK": 2 }',
  '"model": { "kind": "linear" }, "penalty": { "contractive": 1, "latentL1": 1, "latentTopK": 16 }',
  '"model": { "kind": "linear", "parameterization": "unrolled" }, "penalty": { "latentL1": 1, "latentTopK": 3 }',
])('a penalty is taken when %s', (more) => expect(problems(more)).toEqual([]));
