import { expect, test } from 'vitest';
import { copyWarning } from '../../../src/trainer/copyWarning.ts';
import type { TrainingSetup } from '../../../src/trainer/trainingSetup.ts';
import { experimentWith } from '../science/trainToOptimum.ts';

/** What is said of a model of 64 inputs. */
const said = (sections: object, metrics: Record<string, number>) =>
  copyWarning({ experiment: experimentWith(sections), data: { inputs: 64 } } as unknown as TrainingSetup, metrics);
const wide = { model: { kind: 'convolutional', channels: [4], latent: 80 } };

test('a model with a map or a Jacobian is judged by its distance to the identity, whatever it does to noise', () => {
  for (const model of [
    { kind: 'linear', latent: 64 },
    { kind: 'mlp', latent: 64 },
  ]) {
    expect(said({ model }, { 'latent.identityDistance': 0.02, 'latent.noiseError': 1 })).toMatch(
      /^the autoencoder copies its input: with 64 codes for 64 inputs it is within 0\.020 of the identity, /,
    );
    expect(said({ model }, { 'latent.identityDistance': 0.05, 'latent.noiseError': 0 })).toBeNull();
  }
});

test('another is judged by the white noise that it gives back', () => {
  expect(said(wide, { 'latent.noiseError': 0.001 })).toMatch(
    /with 80 codes for 64 inputs it gives back even white noise, all but 0\.10 %,/,
  );
  expect(said(wide, { 'latent.noiseError': 0.0026 })).toBeNull();
  expect(said(wide, {})).toBeNull();
});

test('with fewer codes than inputs, or a corruption, copying is no danger', () => {
  expect(said({ model: { ...wide.model, latent: 63 } }, { 'latent.noiseError': 0 })).toBeNull();
  expect(said({ ...wide, corruption: { kind: 'gaussian', sigma: 0.1 } }, { 'latent.noiseError': 0 })).toBeNull();
});
