import fc from 'fast-check';
import { expect, test } from 'vitest';
import { likelyLabel, tableExperiment, textExperiment } from '../../../src/experiment/experimentOfFile.ts';
import { parseExperiment } from '../../../src/experiment/parseExperiment.ts';

test('whatever the file is called and holds, its first experiment has no problem', () => {
  const columns = fc.array(fc.string(), { minLength: 2, maxLength: 1000 });
  const shape = fc.option(fc.tuple(fc.integer({ min: 1, max: 64 }), fc.integer({ min: 1, max: 64 })));
  fc.assert(
    fc.property(fc.string(), fc.nat(1e6), columns, shape, (name, rows, names, imageShape) => {
      const { experiment, problems } = parseExperiment(tableExperiment(name, 'data.csv', { rows, columns: names, imageShape }));
      expect(problems).toEqual([]);
      expect(experiment?.data?.source).toBe('data.csv');
    }),
    { numRuns: 50 },
  );
  fc.assert(
    fc.property(fc.string(), fc.string(), (name, sample) => {
      expect(parseExperiment(textExperiment(name, 'text.txt', sample)).problems).toEqual([]);
    }),
    { numRuns: 50 },
  );
});

test('the column of classes is known by its name, a code is well below the number of inputs', () => {
  expect(likelyLabel(['sepal', 'petal', 'Species'])).toBe('Species');
  expect(likelyLabel(['a', 'b'])).toBe(null);
  const { experiment } = parseExperiment(
    tableExperiment('x', 'x.csv', { rows: 100, columns: ['a', 'b', 'c', 'd', 'class'], imageShape: null }),
  );
  expect(experiment).toMatchObject({ data: { label: 'class' }, model: { latent: 1 } });
});

test('short lines are texts of their own, long ones a stream', () => {
  expect(parseExperiment(textExperiment('x', 'x.txt', 'anna\nbert\n')).experiment?.data).toMatchObject({ unit: 'lines' });
  expect(parseExperiment(textExperiment('x', 'x.txt', 'The man ate the banana. '.repeat(20))).experiment?.data).toMatchObject({
    unit: 'stream',
  });
});
