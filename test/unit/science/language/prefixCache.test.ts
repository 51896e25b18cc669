import { expect, test } from 'vitest';
import { longestKnown, PrefixCache } from '../../../../src/science/language/prefixCache.ts';

test('of prefixes the one that was used least recently is given up', () => {
  const cache = new PrefixCache<string>(2);
  cache.set([1], 'a');
  cache.set([1, 2], 'b');
  cache.get([1]);
  cache.set([12], 'c');
  expect([[1], [1, 2], [12]].map((prefix) => cache.get(prefix))).toEqual(['a', undefined, 'c']);
});

test('a prefix is known by its longest known beginning', () => {
  const cache = new PrefixCache<string>(9);
  cache.set([1], 'a');
  cache.set([1, 2, 3], 'c');
  expect(longestKnown(cache, [1, 2, 3, 4], 'none')).toEqual({ prefix: [1, 2, 3, 4], known: 'c', read: 3 });
  expect(longestKnown(cache, [1, 2], 'none')).toMatchObject({ known: 'a', read: 1 });
  expect(longestKnown(cache, [2], 'none')).toMatchObject({ known: 'none', read: 0 });
});
