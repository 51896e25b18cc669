import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { halvingRungs, sweepTrials, trialWords } from '../../../src/run/sweepTrials.ts';

type Sweep = Parameters<typeof sweepTrials>[0]['sweep'];
const over = fc.dictionary(
  fc.constantFrom('model.latent', 'seed', 'optimizer.learningRate', 'corruption.sigma'),
  fc.uniqueArray(fc.integer(), { minLength: 1, maxLength: 5 }),
  {
    minKeys: 1,
  },
);

describe('the trials of a sweep', () => {
  test('of a grid are all combinations, the last setting varying fastest', () => {
    const sweep: Sweep = { over: { 'model.latent': [2, 8], seed: [0, 1, 2] }, how: 'grid' };
    expect(sweepTrials({ sweep, seed: 0 }).map(({ number, settings }) => [number, settings['model.latent'], settings.seed])).toEqual([
      [1, 2, 0],
      [2, 2, 1],
      [3, 2, 2],
      [4, 8, 0],
      [5, 8, 1],
      [6, 8, 2],
    ]);
  });

  test('are different, no more than asked for, and all of them where no more are asked for', () => {
    fc.assert(
      fc.property(
        over,
        fc.constantFrom('grid' as const, 'random' as const, 'successiveHalving' as const),
        fc.option(fc.integer({ min: 1, max: 700 })),
        fc.nat(),
        (values, how, trials, seed) => {
          const sweep: Sweep = { over: values, how, ...(trials === null ? {} : { trials }) };
          const found = sweepTrials({ sweep, seed });
          const all = Object.values(values).reduce((product, list) => product * list.length, 1);
          expect(found.length).toBe(Math.min(all, trials ?? (how === 'grid' ? all : 9)));
          expect(new Set(found.map(({ settings }) => JSON.stringify(settings))).size).toBe(found.length);
          for (const { settings } of found) {
            expect(Object.keys(settings)).toEqual(Object.keys(values));
            for (const [path, value] of Object.entries(settings)) expect(values[path]).toContain(value);
          }
        },
      ),
    );
  });

  test('that are drawn depend on the seed and on nothing else', () => {
    const sweep: Sweep = { over: { a: Array.from({ length: 40 }, (_, i) => i), b: [1, 2, 3] }, how: 'random', trials: 5 };
    expect(sweepTrials({ sweep, seed: 3 })).toEqual(sweepTrials({ sweep, seed: 3 }));
    expect(sweepTrials({ sweep, seed: 3 })).not.toEqual(sweepTrials({ sweep, seed: 4 }));
  });

  test('are told by what differs, by the whole path where two settings end alike', () => {
    expect(trialWords({ 'model.latent': 8, seed: 1 })).toBe('latent 8, seed 1');
    expect(trialWords({ 'model.kind': 'mlp', 'corruption.kind': 'none' })).toBe('model.kind mlp, corruption.kind none');
    expect(trialWords({ 'model.hidden': [64, 32] })).toBe('hidden [64,32]');
  });
});

describe('the rungs of successive halving', () => {
  test('halve the runs and double the training, the last one goes to its end', () => {
    expect(halvingRungs(9)).toEqual([
      { runs: 9, share: 1 / 16 },
      { runs: 5, share: 1 / 8 },
      { runs: 3, share: 1 / 4 },
      { runs: 2, share: 1 / 2 },
      { runs: 1, share: 1 },
    ]);
    expect(halvingRungs(1)).toEqual([{ runs: 1, share: 1 }]);
  });
});
