import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseExperiment } from '../../../src/experiment/parseExperiment.ts';

const folder = 'media/templates';
const templates = readdirSync(folder).filter((file) => file.endsWith('.latent.jsonc'));

test('there are templates for the digits, the three linear parameterizations, masks, sparse codes and tables', () => {
  const names = ['digits', 'leastSquares', 'linear', 'masked', 'sparse', 'table', 'unrolled'];
  expect(templates).toEqual(expect.arrayContaining(names.map((name) => `${name}.latent.jsonc`)));
});

test.each(templates)('%s can be trained as it is and says what to look at', (file) => {
  const text = readFileSync(`${folder}/${file}`, 'utf8');
  const parsed = parseExperiment(text);
  expect(parsed.problems).toEqual([]);
  expect(parsed.experiment?.name).toBeTruthy();
  expect(text).toContain('What to look at');
  expect(text).not.toContain('$schema');
});

test('the digits template is the denoising autoencoder that the first start trains', () => {
  const { experiment } = parseExperiment(readFileSync(`${folder}/digits.latent.jsonc`, 'utf8'));
  expect(experiment).toMatchObject({
    data: { source: 'digits', label: 'digit' },
    model: { kind: 'mlp', hidden: [64], latent: 16 },
    corruption: { kind: 'gaussian', sigma: 0.25 },
    training: { epochs: 50 },
  });
});
