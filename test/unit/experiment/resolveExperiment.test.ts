import { expect, test } from 'vitest';
import type { AutoencoderExperiment } from '../../../src/experiment/autoencoder.ts';
import { parseExperiment } from '../../../src/experiment/parseExperiment.ts';
import { resolveExperiment } from '../../../src/experiment/resolveExperiment.ts';

const image = { format: 'image', rows: 1797, inputs: 64, trainRows: 1258 } as const;

function experiment(more = ''): AutoencoderExperiment {
  const text = `{ "version": 1, "task": "autoencoder", "data": { "source": "digits" }${more === '' ? '' : `, ${more}`} }`;
  return parseExperiment(text, [], { allowUnbuilt: true }).experiment as AutoencoderExperiment;
}

test('epochs are counted in steps, the last smaller batch among them', () => {
  expect(resolveExperiment(experiment(), image).plan).toEqual({
    batchSize: 64,
    stepsPerEpoch: 20,
    totalSteps: 1000,
    totalEpochs: 50,
    evaluateEverySteps: 20,
    checkpointEverySteps: 200,
    logEvery: 1,
  });
});

test('where steps are given, everything counts steps, and evaluations are a fiftieth of them', () => {
  const plan = (more: string) => resolveExperiment(experiment(`"training": { "steps": 1010${more} }`), image).plan;
  expect(plan('')).toMatchObject({ totalSteps: 1010, totalEpochs: 50.5, evaluateEverySteps: 21, checkpointEverySteps: 21 });
  expect(plan(', "evaluateEvery": 7, "checkpointEvery": 9')).toMatchObject({ evaluateEverySteps: 7, checkpointEverySteps: 9 });
});

test('a batch is never larger than the training rows', () => {
  const plan = (batchSize: string, trainRows: number) =>
    resolveExperiment(experiment(`"training": { "batchSize": ${batchSize} }`), { ...image, trainRows }).plan;
  expect(plan('"full"', 1258)).toMatchObject({ batchSize: 1258, stepsPerEpoch: 1 });
  expect(plan('64', 10)).toMatchObject({ batchSize: 10, stepsPerEpoch: 1 });
});

test('at most ten thousand losses are logged unless the file says otherwise', () => {
  const plan = (training: string) => resolveExperiment(experiment(`"training": { ${training} }`), image).plan;
  expect(plan('"steps": 100001')).toMatchObject({ logEvery: 11 });
  expect(plan('"steps": 100001, "logEvery": 1')).toMatchObject({ logEvery: 1 });
});

test('the scale follows the format where the file does not say it', () => {
  const scale = (more: string, format: 'image' | 'table' | 'generator') =>
    resolveExperiment(experiment(more), { ...image, format }).data.scale;
  expect([scale('', 'image'), scale('', 'table'), scale('', 'generator')]).toEqual(['unit', 'none', 'none']);
  expect(scale('"data": { "source": "digits", "scale": "standardize" }', 'image')).toBe('standardize');
});

test('the ridge of least squares follows the mask where the file does not say it', () => {
  const ridge = (model: string, more: string) =>
    resolveExperiment(experiment(`"model": { "kind": "linear", "parameterization": "leastSquares"${model} }${more}`), image).model;
  expect(ridge('', '')).toMatchObject({ ridge: 1e-6 });
  expect(ridge('', ', "corruption": { "kind": "mask" }')).toMatchObject({ ridge: 0.01 });
  expect(ridge(', "ridge": 0', '')).toMatchObject({ ridge: 0 });
});
