import { describe, expect, test } from 'vitest';
import { parseExperiment } from '../../../src/experiment/parseExperiment.ts';

function problems(text: string) {
  return parseExperiment(text, [], { allowUnbuilt: true }).problems.map(({ path, message, severity }) => ({ path, message, severity }));
}

const autoencoder = (more: string, source = '"digits"', data = '') =>
  problems(`{ "version": 1, "task": "autoencoder", "data": { "source": ${source}${data} } ${more === '' ? '' : `, ${more}`} }`);
const language = (more: string, source = '"names"') =>
  problems(`{ "version": 1, "task": "languageModel", "data": { "source": ${source} }, ${more} }`);
const withoutData = (more: string) => problems(`{ "version": 1, "task": "languageModel", ${more} }`);

describe('an autoencoder is refused when', () => {
  test.each([
    ['"loss": { "over": "masked" }', 'loss.over', 'needs a mask'],
    ['"loss": { "over": "visible" }, "corruption": { "kind": "gaussian" }', 'loss.over', 'needs a mask'],
    ['"loss": { "kind": "binaryCrossEntropy" }', 'loss.kind', 'set data.center to false'],
    ['"penalty": { "latentTopK": 9 }, "model": { "latent": 8 }', 'penalty.latentTopK', 'keeps 9 codes of only 8'],
    ['"training": { "steps": 10, "epochs": 10 }', 'training.steps', 'remove one of the two'],
  ])('%s', (more, path, words) => {
    expect(autoencoder(more)).toEqual([{ path, severity: 'error', message: expect.stringContaining(words) }]);
  });

  test.each([
    [', "split": { "validation": 0.5, "test": 0.5 }', 'data.split', 'leaves no training rows'],
    [', "split": { "validation": 1.5 }', 'data.split.validation', 'a fraction below 1 or a whole count'],
  ])('its data say %s', (data, path, words) => {
    expect(autoencoder('', '"digits"', data)).toEqual([{ path, severity: 'error', message: expect.stringContaining(words) }]);
  });

  test.each([
    ['{ "generator": "lowRankGaussian", "dimensions": 3, "rank": 4 }', 'data.source.rank', 'at most dimensions 3, got 4'],
    ['{ "generator": "sparseDictionary", "atoms": 2 }', 'data.source.active', 'at most atoms 2, got 3'],
    [
      '{ "generator": "gaussian", "covariance": [[1, 0], [0]] }',
      'data.source.covariance',
      'must be square: it has 2 rows, and row 2 has 1',
    ],
    ['{ "generator": "gaussian", "covariance": [[1, 0.5], [0.4, 1]] }', 'data.source.covariance', 'row 2, column 1 is 0.4'],
    ['{ "generator": "gaussian", "covariance": [[-1]] }', 'data.source.covariance', 'negative variances'],
    ['{ "generator": "gaussian", "covariance": [[1, 2], [2, 1]] }', 'data.source.covariance', 'positive semidefinite'],
    ['"table.xlsx"', 'data.source', 'got "table.xlsx"'],
    ['"story.txt"', 'data.source', 'got "story.txt"'],
  ])('its source is %s', (source, path, words) => {
    expect(autoencoder('', source)).toEqual([{ path, severity: 'error', message: expect.stringContaining(words) }]);
  });

  test('its cross-entropy meets standardized inputs', () => {
    const found = autoencoder('"loss": { "kind": "binaryCrossEntropy" }', '"digits"', ', "center": false, "scale": "standardize"');
    expect(found).toEqual([{ path: 'data.scale', severity: 'error', message: expect.stringContaining('use "unit"') }]);
  });
});

describe('an autoencoder is taken when', () => {
  test.each([
    '"loss": { "over": "masked" }, "corruption": { "kind": "mask" }',
    '"penalty": { "latentTopK": 8 }, "model": { "latent": 8 }',
    '"training": { "steps": 10 }',
    '"optimizer": { "kind": "adamw", "weightDecay": 0.1 }',
  ])('%s', (more) => expect(autoencoder(more)).toEqual([]));

  test.each(['"fashion"', '"a/b.CSV"', '"x.idx.gz"', '"pictures/"', '"../pictures"', '"x.tsv.gz"'])('its source is %s', (source) => {
    expect(autoencoder('', source)).toEqual([]);
  });

  test('its split holds out counts, which only the data can exceed', () => {
    expect(autoencoder('', '"digits"', ', "split": { "validation": 100, "test": 0.5 }')).toEqual([]);
  });
});

describe('settings that nothing reads warn', () => {
  test.each([
    ['"optimizer": { "weightDecay": 0.1 }', 'optimizer.weightDecay', 'only "adamw" reads it'],
    ['"optimizer": { "kind": "sgd", "momentum": 0.5 }', 'optimizer.momentum', 'optimizer.kind is "sgd"'],
    ['"model": { "kind": "linear", "ridge": 0.1 }', 'model.ridge', 'only "leastSquares" reads it'],
    ['"corruption": { "kind": "mask", "blockSize": 3 }', 'corruption.blockSize', 'only "blocks" reads it'],
  ])('%s', (more, path, words) => {
    expect(autoencoder(more)).toEqual([{ path, severity: 'warning', message: expect.stringContaining(words) }]);
  });

  test('and so does patience without validation rows', () => {
    expect(autoencoder('"training": { "patience": 3 }', '"digits"', ', "split": "none"')).toMatchObject([
      { path: 'training.patience', severity: 'warning' },
    ]);
  });
});

test('a contradiction with a setting that is faulty itself is not told', () => {
  expect(autoencoder('"loss": { "over": "masked" }, "corruption": { "kind": "masc" }')).toMatchObject([{ path: 'corruption.kind' }]);
  expect(autoencoder('"loss": { "over": "masked" }, "corruption": 3')).toMatchObject([{ path: 'corruption' }]);
});

describe('a language model is refused when', () => {
  test.each([
    ['"model": { "kind": "transformer", "heads": 3 }', 'model.heads', '64 into 3'],
    ['"model": { "kind": "table" }', 'data', 'remove it'],
    ['"objective": { "kind": "maskedToken", "replace": { "mask": 0.5 } }', 'objective.replace', 'sum to 0.7'],
    ['"objective": { "kind": "maskedToken" }, "model": { "kind": "ngram" }', 'objective.kind', 'needs a trained model'],
    ['"objective": { "kind": "maskedToken" }, "model": { "kind": "gru" }', 'model.kind', 'use "mlp" or "transformer"'],
    ['"decoding": { "strategy": { "returned": 5 } }', 'decoding.strategy.returned', 'at most decoding.strategy.beams 4, got 5'],
    ['"decoding": { "strategy": { "kind": "bestFirst", "beams": 1, "returned": 2 } }', 'decoding.strategy.returned', 'beams 1, got 2'],
  ])('%s', (more, path, words) => {
    expect(language(more)).toEqual([{ path, severity: 'error', message: expect.stringContaining(words) }]);
  });

  test.each([
    ['{ "generator": "markovChain", "transitions": { "a": { "a": 0.5 } } }', 'data.source.transitions.a', 'sums to 0.5'],
    ['{ "generator": "markovChain", "transitions": { "a": { "b": 1 } } }', 'data.source.transitions.a', 'leads to "b"'],
    ['{ "generator": "grammar", "start": "X" }', 'data.source.start', 'has no rule'],
    ['"digits"', 'data.source', 'got "digits"'],
  ])('its source is %s', (source, path, words) => {
    expect(language('"seed": 1', source)).toEqual([{ path, severity: 'error', message: expect.stringContaining(words) }]);
  });

  test('it has neither data nor a table', () => {
    expect(withoutData('"model": { "kind": "ngram" }')).toMatchObject([{ path: 'data', severity: 'error' }]);
  });

  test('a row of its table holds more than certainty', () => {
    expect(withoutData('"model": { "kind": "table", "next": { "": { "a": 0.7, "b": 0.6 } } }')).toEqual([
      { path: 'model.next.', severity: 'error', message: 'model.next: the row "" must sum to at most 1, sums to 1.3' },
    ]);
  });
});
