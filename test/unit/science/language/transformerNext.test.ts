import { expect, test } from 'vitest';
import { TransformerNext } from '../../../../src/science/language/transformerNext.ts';
import type { CallableProgram } from '../../../../src/science/runInBatches.ts';

const model = { kind: 'transformer' as const, layers: 4, heads: 4, width: 128, context: 256, tiedEmbeddings: true };
const vocabulary = 50;

/** A program that answers with the token it read, and remembers how much it was given at a time. */
function fakeProgram() {
  const calls: { rows: number; numbers: number }[] = [];
  const call = (name: string, feeds: Record<string, Float32Array>, rows: number): Record<string, Float32Array> => {
    const given = Object.values(feeds).reduce((sum, numbers) => sum + numbers.length, 0);
    calls.push({ rows, numbers: given });
    const places = name === 'window' ? model.context : 1;
    const logProbabilities = new Float32Array(rows * places * vocabulary).fill(-9);
    for (let row = 0; row < rows; row++) {
      const token = feeds.tokens![(row + 1) * (name === 'window' ? model.context : 1) - 1]!;
      logProbabilities[((row + 1) * places - 1) * vocabulary + (token % vocabulary)] = 0;
    }
    const own = model.layers * model.width;
    return { logProbabilities, newKeys: new Float32Array(rows * own), newValues: new Float32Array(rows * own) };
  };
  return { program: { call } as unknown as CallableProgram, calls };
}

const largest = (row: Float64Array): number => row.indexOf(Math.max(...row));

test('however many hypotheses there are, no call of the model takes more than 64 MB, and each gets its own answer', () => {
  const { program, calls } = fakeProgram();
  const next = new TransformerNext({ model, vocabulary, end: null, unit: 'stream' }, program);
  const prefixes = Array.from({ length: 200 }, (_, i) => [i % vocabulary, (7 * i) % vocabulary, i]);
  const rows = next.next(prefixes.map((prefix) => prefix.map((token) => token % vocabulary)));
  expect(rows.map(largest)).toEqual(prefixes.map((prefix) => prefix[2]! % vocabulary));
  expect(Math.max(...calls.map(({ numbers }) => numbers))).toBeLessThanOrEqual(2 ** 24 + 2 * 200);
  expect(calls.some(({ rows: many }) => many > 1)).toBe(true);
});

test('texts longer than the context are read in windows, as many at a time as fit', () => {
  const { program, calls } = fakeProgram();
  const next = new TransformerNext({ model, vocabulary, end: null, unit: 'stream' }, program);
  const prefixes = Array.from({ length: 3000 }, (_, i) => [...Array<number>(300).fill(1), i % vocabulary]);
  expect(next.next(prefixes).map(largest)).toEqual(prefixes.map((prefix) => prefix.at(-1)!));
  expect(calls.length).toBeGreaterThan(1);
});
