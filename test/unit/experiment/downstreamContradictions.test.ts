import { expect, test } from 'vitest';
import { parseExperiment } from '../../../src/experiment/parseExperiment.ts';

function problems(downstream: string, split = '{}') {
  const text = `{ "version": 1, "task": "autoencoder", "data": { "source": "digits", "split": ${split} }, "downstream": ${downstream} }`;
  return parseExperiment(text).problems.map(({ path, message, offset, length }) => ({
    path,
    message,
    marked: text.slice(offset, offset + length),
  }));
}

test('a comparison with every default is fine', () => {
  expect(problems('{}')).toEqual([]);
  expect(problems('{ "transductive": true, "head": { "hidden": [16], "loss": "hinge" } }')).toEqual([]);
});

test.each([
  ['{ "labels": [10, 50, 10] }', '{}', 'downstream.labels.2', 'downstream.labels names 10 twice: remove one of the two', '10'],
  ['{ "arms": ["raw", "raw"] }', '{}', 'downstream.arms.1', 'downstream.arms names "raw" twice: remove one of the two', '"raw"'],
  [
    '{}',
    '"none"',
    'downstream',
    'downstream compares on test rows, and data.split holds out none: set data.split.test, or remove downstream',
    '{}',
  ],
  [
    '{ "draws": 1 }',
    '{ "test": 0 }',
    'downstream',
    'downstream compares on test rows, and data.split holds out none: set data.split.test, or remove downstream',
    '{ "draws": 1 }',
  ],
])('%s with the split %s is refused', (downstream, split, path, message, marked) => {
  expect(problems(downstream, split)).toEqual([{ path, message, marked }]);
});
