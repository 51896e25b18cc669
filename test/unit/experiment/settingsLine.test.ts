import { expect, test } from 'vitest';
import type { AutoencoderExperiment } from '../../../src/experiment/autoencoder.ts';
import { experimentName } from '../../../src/experiment/experimentName.ts';
import { parseExperiment } from '../../../src/experiment/parseExperiment.ts';
import { settingsLine } from '../../../src/experiment/settingsLine.ts';

function line(more: string, inputs?: number): string {
  const text = `{ "version": 1, "task": "autoencoder", "data": { "source": "digits", "center": false }, ${more} }`;
  return settingsLine(parseExperiment(text, [], { allowUnbuilt: true }).experiment as AutoencoderExperiment, inputs);
}

test('the settings of a run stand in one line', () => {
  expect(line('"corruption": { "kind": "gaussian" }', 64)).toBe('mlp 64-[64]-16 · gaussian 0.25 · adam 0.001');
  expect(line('"model": { "hidden": [] }', 64)).toBe('mlp 64-16 · adam 0.001');
  expect(line('"model": { "hidden": [32, 8], "latent": 2 }')).toBe('mlp [32, 8]-2 · adam 0.001');
  expect(line('"model": { "kind": "linear" }, "corruption": { "kind": "mask", "flags": true }, "loss": { "over": "masked" }', 64)).toBe(
    'linear 64-16 · mask 0.5 with flags · over masked · adam 0.001',
  );
  expect(line('"model": { "kind": "convolutional", "latent": 8 }', 64)).toBe('convolutional 64-[16, 32]-8 · adam 0.001');
  expect(line('"model": { "kind": "linear", "parameterization": "unrolled" }')).toBe('linear unrolled 16 · adam 0.001');
  expect(line('"model": { "kind": "linear" }, "loss": { "kind": "binaryCrossEntropy" }')).toBe('linear 16 · cross-entropy · adam 0.001');
});

test('tied weights, blocks and penalties are told in it', () => {
  expect(line('"model": { "hidden": [], "tied": true }, "penalty": { "latentTopK": 4, "weights": 0.001 }', 64)).toBe(
    'mlp 64-16 tied · weights 0.001 · top 4 · adam 0.001',
  );
  const mask = '"corruption": { "kind": "mask", "shape": "blocks", "blockSize": 3 }';
  const model = '"model": { "latentActivation": "sigmoid" }';
  expect(line(`${mask}, ${model}, "penalty": { "latentL1": 0.1, "latentKl": { "weight": 2 }, "contractive": 0.5 }`)).toBe(
    'mlp [64]-16 · mask 0.5 in blocks of 3 · L1 0.1 · KL 2 · contractive 0.5 · adam 0.001',
  );
});

test('an experiment is called by its name, else by its file', () => {
  expect(experimentName('/a/b/digits.latent.jsonc', { name: ' Mine ' })).toBe('Mine');
  expect(experimentName('/a/b/digits.latent.jsonc', null)).toBe('digits');
  expect(experimentName('C:\\a\\digits.LATENT.jsonc', { name: '  ' })).toBe('digits');
  expect(experimentName('plain.json', {})).toBe('plain');
  expect(experimentName('.latent.jsonc', {})).toBe('.latent.jsonc');
});
