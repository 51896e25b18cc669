import { describe, expect, test } from 'vitest';
import { findMisfit } from '../../../src/experiment/convolutionContradictions.ts';
import { parseExperiment } from '../../../src/experiment/parseExperiment.ts';

function problems(model: object, source = '"digits"') {
  const written = JSON.stringify({ kind: 'convolutional', ...model });
  const text = `{ "version": 1, "task": "autoencoder", "data": { "source": ${source} }, "model": ${written} }`;
  return parseExperiment(text, [], { allowUnbuilt: true }).problems.map(({ path, message, severity, offset, length }) => ({
    path,
    message,
    severity,
    marked: text.slice(offset, offset + length),
  }));
}

describe('a convolutional model is refused at its line when', () => {
  test.each<[string, object, string | undefined, string, string, string]>([
    [
      'its rows are those of a table',
      {},
      '"a.csv"',
      'model.kind',
      '"convolutional"',
      'the rows of a table are none: use "mlp" or "linear"',
    ],
    ['its rows are generated', {}, '{ "generator": "gaussian" }', 'model.kind', '"convolutional"', 'rows from a generator are none'],
    ['it has no layer', { channels: [] }, undefined, 'model.channels', '[]', 'model.channels must'],
    ['a layer has no channel', { channels: [4, 0] }, undefined, 'model.channels.1', '0', 'got 0'],
    [
      'its kernels are larger than a fashion image',
      { kernelSize: 29 },
      '"fashion"',
      'model.kernelSize',
      '29',
      'which have 28x28 pixels, got 29',
    ],
    ['its kernels are larger than a digit', { kernelSize: 9 }, undefined, 'model.kernelSize', '9', 'which have 8x8 pixels, got 9'],
    [
      'a digit is a single pixel before its last layer',
      { channels: [4, 4, 4, 4, 4] },
      undefined,
      'model.channels',
      '[4,4,4,4,4]',
      'model.channels must have at most 3 layers for images of 8x8 pixels, which are then a single pixel, got 5',
    ],
    [
      'a fashion image is a single pixel before its last layer',
      { channels: [2, 2, 2, 2, 2, 2] },
      '"fashion"',
      'model.channels',
      '[2,2,2,2,2,2]',
      'at most 5 layers',
    ],
  ])('%s', (_, model, source, path, marked, words) => {
    expect(problems(model, source)).toEqual([{ path, marked, severity: 'error', message: expect.stringContaining(words) }]);
  });
});

test.each<[object, string?]>([
  [{}],
  [{ channels: [4, 4, 4], kernelSize: 8 }],
  [{ channels: [2, 2, 2, 2, 2], kernelSize: 28 }, '"fashion"'],
  [{}, '"images.npy"'],
])('a convolutional model %o is taken', (model, source) => expect(problems(model, source)).toEqual([]));

test('layers come down to one pixel, by the longer side', () => {
  const model = (channels: number) => ({ kernelSize: 1, channels: new Array(channels).fill(2) }) as Parameters<typeof findMisfit>[0];
  expect([1, 2, 3, 4].map((layers) => findMisfit(model(layers), [2, 7]) === null)).toEqual([true, true, true, false]);
  expect(findMisfit(model(1), [1, 1])?.message).toContain('at most 0 layers for images of 1x1 pixels');
});
