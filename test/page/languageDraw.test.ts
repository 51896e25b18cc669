import { expect, test } from 'vitest';
import { visibleToken } from '../../src/run/visibleToken.ts';
import { acrossOf, headPlaces, headWeights, mapLayout, shadeCount, shadeOf, shadePaths } from '../../webview/draw/attentionPicture.ts';
import { sayHabit, sayLook } from '../../webview/draw/attentionWords.ts';
import { isLossCurve, mainCurve, metricFacts } from '../../webview/draw/metricFacts.ts';

test('tokens that take no room are seen, and long ones are cut', () => {
  expect(['a', ' ', '\n', '', ' the', '</s>', '\u200b', '\u0000'].map((token) => visibleToken(token))).toEqual([
    'a',
    '␣',
    '⏎',
    '∅',
    '␣the',
    '</s>',
    '�',
    '�',
  ]);
  expect(visibleToken('incomprehensibilities', 10)).toBe('incompreh…');
});

test('a weight of nothing is not drawn, one of everything fully, and a tenth is seen', () => {
  expect([0, 1, 2, -1, Number.NaN].map(shadeOf)).toEqual([0, shadeCount, shadeCount, 0, 0]);
  expect(shadeOf(0.1)).toBeGreaterThan(2);
});

test('cells of one shade beside each other are one piece of a path', () => {
  const paths = shadePaths(Float32Array.of(1, 0, 0, 0.25, 0.25, 0, 0, 1, 0), 3);
  expect(paths[shadeCount - 1]).toBe('M0 0h1v1h-1zM1 2h1v1h-1z');
  expect(paths[shadeOf(0.25) - 1]).toBe('M0 1h2v1h-2z');
  expect(paths.filter((path) => path !== '')).toHaveLength(2);
});

test('heads are found in their place', () => {
  const values = Float32Array.from({ length: 2 * 2 * 4 }, (_, i) => i);
  const maps = { layers: 2, heads: 2, tokens: ['a', 'b'], values };
  expect(headPlaces(maps)).toEqual([
    { layer: 0, head: 0 },
    { layer: 0, head: 1 },
    { layer: 1, head: 0 },
    { layer: 1, head: 1 },
  ]);
  expect([...headWeights(maps, { layer: 1, head: 0 })]).toEqual([8, 9, 10, 11]);
});

test('a look is said with tokens, weight, layer and head', () => {
  const maps = { layers: 2, heads: 3, tokens: ['a', 'n', ' '], values: null };
  expect(sayLook(maps, { layer: 1, head: 2 }, { row: 0, column: 1 }, 0.4217)).toBe('‘a’ looks at ‘n’: 0.42 (layer 2, head 3)');
  expect(sayLook(maps, { layer: 0, head: 0 }, { row: 1, column: 2 }, 1)).toBe('‘n’ looks at ‘␣’: 1.0 (layer 1, head 1)');
});

test('the habit of a head is where it looks most, or over how many tokens it spreads', () => {
  const size = 8;
  const headOf = (weight: (row: number, column: number) => number): Float32Array =>
    Float32Array.from({ length: size * size }, (_, i) => weight(Math.floor(i / size), i % size));
  const one = (column: (row: number) => number): Float32Array => headOf((row, at) => (at === column(row) ? 1 : 0));
  expect(
    sayHabit(
      one((row) => row),
      size,
    ),
  ).toBe('mostly itself, 1.0');
  expect(
    sayHabit(
      one((row) => Math.max(0, row - 1)),
      size,
    ),
  ).toBe('mostly the token before, 1.0');
  expect(
    sayHabit(
      one(() => 0),
      size,
    ),
  ).toBe('mostly the first token, 1.0');
  expect(
    sayHabit(
      one((row) => row + 1),
      size,
    ),
  ).toMatch(/^mostly the token after, 0\.86$/);
  expect(
    sayHabit(
      headOf(() => 1 / size),
      size,
    ),
  ).toBe('spread over 8 tokens');
  expect(sayHabit(Float32Array.of(1), 1)).toBe('a single token');
});

test('maps have whole pixels a cell, and names where a line fits', () => {
  const letters = [...'abcdefgh'];
  expect(mapLayout(letters, 200, 26)).toEqual({ cell: 23, room: 15, side: 199 });
  expect(mapLayout(letters, 60, 26)).toEqual({ cell: 7, room: 0, side: 56 });
  expect(
    mapLayout(
      Array.from({ length: 64 }, () => 'a'),
      40,
      26,
    ),
  ).toMatchObject({ cell: 1, room: 0 });
  expect(mapLayout([], 100, 26).cell).toBeGreaterThan(0);
});

test('layers fill their lines', () => {
  expect(
    [
      [4, 9],
      [4, 3],
      [8, 9],
      [6, 9],
      [5, 9],
      [1, 9],
      [4, 0],
    ].map(([heads, room]) => acrossOf(heads!, room!)),
  ).toEqual([4, 2, 4, 3, 4, 1, 1]);
});

test('the metrics of language models have names and definitions, and nats stand for the run', () => {
  expect(metricFacts('validation.nats')).toMatchObject({ label: 'validation', alone: 'validation nats' });
  expect(metricFacts('train.perplexity').label).toBe('train perplexity');
  expect(metricFacts('validation.bitsPerCharacter').definition).toContain('ln 2');
  expect(metricFacts('theory.bigram').label).toBe('bigram');
  expect(mainCurve(['batch.loss', 'train.nats', 'validation.nats'])).toBe('validation.nats');
  expect(['validation.nats', 'theory.bigram', 'validation.perplexity'].map(isLossCurve)).toEqual([true, false, false]);
});
