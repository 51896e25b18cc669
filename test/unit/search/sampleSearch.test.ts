import { describe, expect, test } from 'vitest';
import { filterTokens } from '../../../src/search/filterTokens.ts';
import type { Sample } from '../../../src/search/strategy.ts';
import { randomModel } from './randomModels.ts';
import { run, sample } from './runSearch.ts';
import { tableNext } from './tableNext.ts';

const logs = (...probabilities: number[]) => Float64Array.from(probabilities, (p) => Math.log(p));

/** Tokens left and their chances. */
function left(row: Float64Array, options: Partial<Sample>): [token: number, chance: number][] {
  const { tokens, cumulative } = filterTokens(row, { ...sample, ...options }, null);
  const total = cumulative[cumulative.length - 1]!;
  return [...tokens].map((token, i) => [token, Number(((cumulative[i]! - (cumulative[i - 1] ?? 0)) / total).toFixed(6))]);
}

describe('what temperature and filters leave', () => {
  const row = logs(0.1, 0.4, 0.3, 0.2);

  test('is the distribution itself by default', () => {
    expect(left(row, {})).toEqual([
      [1, 0.4],
      [2, 0.3],
      [3, 0.2],
      [0, 0.1],
    ]);
  });

  test('temperature: p^(1/temperature)', () => {
    const squares = [0.16, 0.09, 0.04, 0.01].map((p) => Number((p / 0.3).toFixed(6)));
    expect(left(row, { temperature: 0.5 }).map(([, chance]) => chance)).toEqual(squares);
    expect(left(row, { temperature: 1e-6 })[0]).toEqual([1, 1]);
    expect(left(row, { temperature: 1e9 }).map(([, chance]) => chance)).toEqual([0.25, 0.25, 0.25, 0.25]);
  });

  test('topK: exactly so many, ties by the smaller token', () => {
    expect(left(row, { topK: 2 }).map(([token]) => token)).toEqual([1, 2]);
    expect(left(logs(0.25, 0.25, 0.25, 0.25), { topK: 3 }).map(([token]) => token)).toEqual([0, 1, 2]);
    expect(left(row, { topK: 99 })).toHaveLength(4);
  });

  test('topP: the smallest prefix of the sorted list that reaches it', () => {
    expect(left(row, { topP: 0.39 }).map(([token]) => token)).toEqual([1]);
    expect(left(row, { topP: 0.41 }).map(([token]) => token)).toEqual([1, 2]);
    expect(left(row, { topP: 1e-9 }).map(([token]) => token)).toEqual([1]);
  });

  test('minP: at least this share of the most probable', () => {
    expect(left(row, { minP: 0.5 }).map(([token]) => token)).toEqual([1, 2, 3]);
    expect(left(row, { minP: 0.51 }).map(([token]) => token)).toEqual([1, 2]);
    expect(left(row, { minP: 1 }).map(([token]) => token)).toEqual([1]);
  });

  test('in the order temperature, topK, topP, minP, each on what is left', () => {
    // of the two best, 4/7 and 3/7, the first reaches .5; of the whole row it would not
    expect(left(row, { topK: 2, topP: 0.5 }).map(([token]) => token)).toEqual([1]);
    // squared, the first has .16/.30 of all
    expect(left(row, { temperature: 0.5, topP: 0.5 }).map(([token]) => token)).toEqual([1]);
    expect(left(row, { temperature: 0.5, minP: 0.5 }).map(([token]) => token)).toEqual([1, 2]);
  });

  test('never a token of probability 0', () => {
    expect(left(logs(0, 1, 0), { temperature: 1e9 }).map(([token]) => token)).toEqual([1]);
    expect(left(logs(0, 0), {})).toEqual([]);
  });
});

describe('sampling', () => {
  const model = () => randomModel({ seed: 3, size: 5, hasEnd: true, most: 0, order: null });

  test('draws the same texts for the same seed, others for another, and text i whatever the number of texts', () => {
    const texts = (seed: number, returned: number) =>
      run(model(), 6, { ...sample, returned }, { seed }).hypotheses.map(({ tokens }) => tokens.join(' '));
    expect(texts(1, 20)).toEqual(texts(1, 20));
    expect(texts(1, 20)).not.toEqual(texts(2, 20));
    const many = texts(1, 20);
    for (const text of texts(1, 5)) expect(many).toContain(text);
  });

  test('reports the log-probabilities of the model, not renormalised', () => {
    const table = tableNext('""{a .5,b .3,c .2} a{E 1} b{E 1} c{E 1}');
    const { hypotheses } = run(table, 2, { ...sample, returned: 30, topK: 2, temperature: 0.7 });
    const values = new Set(hypotheses.map(({ logProbability }) => Math.exp(logProbability).toFixed(6)));
    expect([...values].sort()).toEqual(['0.300000', '0.500000']);
  });

  test('draws each text as often as its probability says', () => {
    const table = tableNext('""{a .5,b .3,E .2} a{a .5,E .5} b{E 1} aa{E 1}');
    const { hypotheses, modelCalls } = run(table, 3, { ...sample, returned: 20_000 }, { seed: 7 });
    const share = (text: string) => hypotheses.filter(({ tokens }) => table.textOf(tokens) === text).length / 20_000;
    for (const [text, p] of [
      ['E', 0.2],
      ['bE', 0.3],
      ['aE', 0.25],
      ['aaE', 0.25],
    ] as const)
      expect(Math.abs(share(text) - p)).toBeLessThan(4 * Math.sqrt((p * (1 - p)) / 20_000));
    expect(modelCalls).toBe(4);
  });

  test('orders the texts as every result', () => {
    const { hypotheses } = run(model(), 6, { ...sample, returned: 20 });
    const finished = hypotheses.map((each) => each.finished);
    expect(finished).toEqual([...finished].sort((a, b) => Number(b) - Number(a)));
    const scores = hypotheses.filter((each) => each.finished).map(({ score }) => score);
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
  });

  test('drops a text after which nothing can follow', () => {
    const table = tableNext('""{a .5,b .5} a{E 1} b{}');
    const { hypotheses } = run(table, 3, { ...sample, returned: 30 });
    expect(hypotheses.length).toBeLessThan(30);
    expect(hypotheses.every(({ tokens }) => table.textOf(tokens) === 'aE')).toBe(true);
  });
});
