import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseExperiment } from '../../../src/experiment/parseExperiment.ts';
import { groupTemplates } from '../../../src/experiment/templateOrder.ts';

const folder = 'media/templates';
const templates = readdirSync(folder).filter((file) => file.endsWith('.latent.jsonc'));

test('there are templates for the digits, convolutions, the three linear parameterizations, masks, sparse codes and tables', () => {
  const names = ['convolutional', 'digits', 'leastSquares', 'linear', 'masked', 'sparse', 'table', 'unrolled'];
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

test('every template stands under a heading, the first one first, and none that is not there', () => {
  const names = templates.map((file) => file.replace('.latent.jsonc', ''));
  const groups = groupTemplates(names);
  expect(groups[0]!.names[0]).toBe('digits');
  expect(groups.map(({ title }) => title)).not.toContain('More');
  expect(groups.flatMap((group) => group.names).sort()).toEqual(names.sort());
  expect(groupTemplates(['table', 'of mine', 'digits'])).toEqual([
    { title: 'To start from', names: ['digits', 'table'] },
    { title: 'More', names: ['of mine'] },
  ]);
});
