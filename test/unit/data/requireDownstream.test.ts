import { describe, expect, test } from 'vitest';
import { prepareData } from '../../../src/data/prepareData.ts';
import { requireDownstream } from '../../../src/data/requireDownstream.ts';
import { UserError } from '../../../src/experiment/problem.ts';
import { experimentWith } from '../science/trainToOptimum.ts';

/** Rows 0, 1, 2, ... with these labels, a fifth of them held out. */
function refusal(labels: readonly number[] | null, downstream: object, split: object = { validation: 0, test: 0.2 }): UserError | null {
  const rows = labels?.length ?? 20;
  const experiment = experimentWith({ downstream, data: { source: 'a.csv', split } });
  const dataset = {
    rows,
    inputs: 1,
    columns: ['a'],
    allColumns: ['a'],
    values: Float32Array.from({ length: rows }, (_, i) => i),
    labels: labels && Int32Array.from(labels),
    labelNames: ['x', 'y', 'z'],
    imageShape: null,
    format: 'table' as const,
    maximum: 1,
    hash: '',
  };
  try {
    requireDownstream(experiment, prepareData(dataset, experiment.data, 0));
    return null;
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
}

const twoClasses = Array.from({ length: 50 }, (_, i) => i % 2);

describe('a comparison is refused where', () => {
  test.each<[string, readonly number[] | null, object, string, string]>([
    ['there are no labels', null, {}, 'downstream', 'the data have none'],
    ['no row has a label', new Array(20).fill(-1), {}, 'data.split', 'of 4 none has a label'],
    ['there is one class', new Array(20).fill(2), { labels: [3] }, 'downstream', 'the 16 training rows with a label have 1;'],
    [
      'a budget is larger than the rows',
      twoClasses,
      { labels: [10, 41, 50] },
      'downstream.labels.1',
      'at most 40, the training rows with a label, got 41',
    ],
    [
      'labels are missing for many rows',
      twoClasses.map((label, i) => (i % 5 < 3 ? -1 : label)),
      { labels: [20] },
      'downstream.labels.0',
      'at most 16, the training rows with a label, got 20',
    ],
  ])('%s', (_, labels, downstream, path, words) => {
    const found = refusal(labels, downstream);
    expect(found?.path).toBe(path);
    expect(found?.message).toContain(words);
  });

  test('no test row is held out by the numbers', () => {
    const found = refusal(twoClasses, { labels: [10] }, { validation: 0, test: 0.001 });
    expect(found).toMatchObject({ path: 'data.split', message: expect.stringContaining('of 0 none has a label') });
  });
});

test('fewer labels than classes, a class of one row and every labelled row at once are fine', () => {
  expect(refusal([...twoClasses, 2], { labels: [1, 2, 40] })).toBeNull();
});
