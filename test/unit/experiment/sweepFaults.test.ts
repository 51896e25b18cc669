import { describe, expect, test } from 'vitest';
import { parseExperiment } from '../../../src/experiment/parseExperiment.ts';

function problemsOf(over: string, more = '') {
  const text = `{ "version": 1, "task": "autoencoder", "data": { "source": "digits" }, "model": { "kind": "mlp", "latent": 4 }${more}, "sweep": { "over": ${over} } }`;
  return parseExperiment(text).problems.map(({ message, offset, length }) => [text.slice(offset, offset + length), message]);
}

describe('the values of a sweep are held against the schema where the file is written', () => {
  test('a sweep of good values has no problem', () => {
    expect(
      problemsOf('{ "model.latent": [2, 8], "seed": [0, 1], "corruption": [{ "kind": "none" }, { "kind": "gaussian", "sigma": 0.5 }] }'),
    ).toEqual([]);
  });

  test.each([
    ['{ "model.laten": [2] }', /sweep\.over\.model\.laten = 2: .*latent/],
    ['{ "model.latent": [2, -1] }', /sweep\.over\.model\.latent = -1: /],
    ['{ "model.latent": [2, 2] }', /has 2 twice/],
    ['{ "task": ["languageModel"] }', /varies settings, and task is none/],
    ['{ "sweep.how": ["grid"] }', /varies settings/],
    ['{}', /names no setting/],
  ])('%s', (over, message) => {
    const found = problemsOf(over);
    expect(found.length).toBe(1);
    expect(found[0]![1]).toMatch(message);
  });

  test('what is wrong without the sweep is told once, in its own place', () => {
    const found = problemsOf('{ "seed": [0, 1] }', ', "training": { "epochs": -1 }');
    expect(found.map(([marked]) => marked)).toEqual(['-1']);
  });
});
