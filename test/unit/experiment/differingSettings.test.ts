import { expect, test } from 'vitest';
import { differingSettings } from '../../../src/experiment/differingSettings.ts';

const digits = {
  version: 1,
  name: 'one',
  seed: 0,
  model: { kind: 'mlp', hidden: [64], latent: 16 },
  corruption: { kind: 'none' },
  plan: { totalSteps: 100 },
};

test('equal experiments differ in nothing, whatever they are called and however long that makes them', () => {
  expect(differingSettings([digits, { ...digits, name: 'two', plan: { totalSteps: 7 }, expect: ['train.loss < 1'] }])).toEqual([]);
});

test('settings that differ stand with their value in each run, and lists are one value', () => {
  const wide = { ...digits, seed: 3, model: { ...digits.model, hidden: [64, 32] } };
  expect(differingSettings([digits, wide, digits])).toEqual([
    { path: 'seed', values: [0, 3, 0] },
    { path: 'model.hidden', values: [[64], [64, 32], [64]] },
  ]);
});

test('a setting that only some have is undefined in the others', () => {
  expect(differingSettings([digits, { ...digits, corruption: { kind: 'gaussian', sigma: 0.5 } }])).toEqual([
    { path: 'corruption.kind', values: ['none', 'gaussian'] },
    { path: 'corruption.sigma', values: [undefined, 0.5] },
  ]);
  expect(differingSettings([{ probe: false }, { probe: { every: 5 } }])).toEqual([
    { path: 'probe', values: [false, undefined] },
    { path: 'probe.every', values: [undefined, 5] },
  ]);
});

test('an experiment that is not known differs from none', () => {
  expect(differingSettings([digits, null])).toEqual([]);
  expect(differingSettings([null, digits, { ...digits, seed: 1 }])).toEqual([{ path: 'seed', values: [undefined, 0, 1] }]);
});
