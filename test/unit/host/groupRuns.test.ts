import fc from 'fast-check';
import { expect, test } from 'vitest';
import { groupRuns } from '../../../src/host/groupRuns.ts';
import { listingWith, summaryWith } from './listing.ts';

test('the experiment that was trained last comes first, and its newest run first', () => {
  const run = (id: string, experimentPath: string) => listingWith({ id, summary: summaryWith({ experimentPath }) });
  const groups = groupRuns([run('1', 'a'), run('4', 'b'), run('3', 'a'), run('2', 'b')]);
  expect(groups.map(({ experimentPath, runs }) => [experimentPath, ...runs.map(({ id }) => id)])).toEqual([
    ['b', '4', '2'],
    ['a', '3', '1'],
  ]);
});

test('equal paths of different runs folders are different experiments', () => {
  const groups = groupRuns([listingWith({ id: '1', folder: '/a/.latent/runs/1' }), listingWith({ id: '2', folder: '/b/.latent/runs/2' })]);
  expect(groups.map(({ runsFolder }) => runsFolder)).toEqual(['/b/.latent/runs', '/a/.latent/runs']);
  expect(new Set(groups.map(({ key }) => key)).size).toBe(2);
});

test('runs without a summary stand together', () => {
  expect(groupRuns([listingWith({ id: '1', summary: null }), listingWith({ id: '2', summary: null })])).toMatchObject([
    { experimentPath: null, runs: [{ id: '2' }, { id: '1' }] },
  ]);
});

test('every run is in exactly one group, whatever order they come in', () => {
  const runs = fc.uniqueArray(fc.record({ id: fc.string({ minLength: 1 }), experimentPath: fc.constantFrom('a', 'b', '__proto__') }), {
    selector: ({ id }) => id,
  });
  fc.assert(
    fc.property(runs, (facts) => {
      const listings = facts.map(({ id, experimentPath }) =>
        listingWith({ id, folder: '/w/.latent/runs/x', summary: summaryWith({ experimentPath }) }),
      );
      const groups = groupRuns(listings);
      expect(groups.flatMap(({ runs }) => runs.map(({ id }) => id)).sort()).toEqual(facts.map(({ id }) => id).sort());
      expect(groupRuns([...listings].reverse())).toEqual(groups);
    }),
  );
});
