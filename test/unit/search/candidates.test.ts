import { describe, expect, test } from 'vitest';
import { BinaryHeap } from '../../../src/math/binaryHeap.ts';
import type { NextTokens } from '../../../src/math/nextTokens.ts';
import { bestTokens, countPossible } from '../../../src/search/bestTokens.ts';
import { repeatedTokens } from '../../../src/search/repeatedTokens.ts';
import { randomModel, uniforms } from './randomModels.ts';
import { beam, run } from './runSearch.ts';

/** A row with ties and zeros. */
function randomRow(draw: () => number, size: number): Float64Array {
  return Float64Array.from({ length: size }, () => Math.log(Math.floor(draw() * 5) / 5));
}

describe('the best tokens', () => {
  test('are the first of a full sort: larger sums first, then smaller tokens, what cannot follow never', () => {
    const draw = uniforms(1);
    for (let i = 0; i < 3000; i++) {
      const size = 1 + Math.floor(draw() * 40);
      const row = randomRow(draw, size);
      const count = 1 + Math.floor(draw() * 45);
      const accepts = draw() < 0.5 ? null : (token: number) => token % 3 !== 0;
      const expected = [...row.keys()]
        .filter((token) => row[token]! > Number.NEGATIVE_INFINITY && (accepts?.(token) ?? true))
        .sort((a, b) => row[b]! - row[a]! || a - b);
      expect([...bestTokens({ row, base: -1, count, accepts })]).toEqual(expected.slice(0, count));
      expect(countPossible(row)).toBe(row.filter((value) => value > Number.NEGATIVE_INFINITY).length);
    }
  });

  test('tie where the sums tie although the log-probabilities do not', () => {
    const row = Float64Array.of(-1 - 1e-16 * 4, -1);
    expect([...bestTokens({ row, base: 0, count: 2, accepts: null })]).toEqual([1, 0]);
    expect([...bestTokens({ row, base: -1000, count: 2, accepts: null })]).toEqual([0, 1]);
  });
});

describe('the lemma of the lecture', () => {
  /** Whether the best k of all extensions of some parents are among the best `each` of every parent; with replenishing ends, the kept ones. */
  function isInside(draw: () => number, k: number, { each, end }: { each: number; end: number | null }): boolean {
    const size = 5;
    const parents = Array.from({ length: k }, () => ({ base: -draw(), row: randomRow(draw, size) }));
    const all = parents
      .flatMap(({ base, row }, parent) => [...row].map((value, token) => ({ parent, token, sum: base + value })))
      .filter(({ sum }) => sum > Number.NEGATIVE_INFINITY)
      .sort((a, b) => b.sum - a.sum || a.parent - b.parent || a.token - b.token);
    const wanted = all.filter(({ token }) => token !== end).slice(0, k);
    const inside = parents.map(({ base, row }) => new Set(bestTokens({ row, base, count: each, accepts: null })));
    return wanted.every(({ parent, token }) => inside[parent]!.has(token));
  }

  test('the best k of all k M extensions are always inside the k^2 best of each parent, ties broken the same way', () => {
    const draw = uniforms(2);
    for (let i = 0; i < 5000; i++) expect(isInside(draw, 1 + (i % 4), { each: 1 + (i % 4), end: null })).toBe(true);
  });

  test('with ends that are replenished, k of each parent are too few and k + 1 are enough', () => {
    const draw = uniforms(3);
    let misses = 0;
    for (let i = 0; i < 5000; i++) {
      const k = 1 + (i % 4);
      expect(isInside(draw, k, { each: k + 1, end: 4 })).toBe(true);
      misses += Number(!isInside(draw, k, { each: k, end: 4 }));
    }
    expect(misses).toBeGreaterThan(0);
  });
});

describe('the published best-first beam', () => {
  /** The first complete pop is the answer (Meister et al. 2020). */
  function firstCompletePop(model: NextTokens, longest: number, beams: number): number[] {
    const queue = new BinaryHeap<{ tokens: number[]; sum: number }>(
      (a, b) => a.sum > b.sum || (a.sum === b.sum && a.tokens.length < b.tokens.length),
    );
    const pops = new Int32Array(longest + 1);
    queue.push({ tokens: [], sum: 0 });
    for (let item = queue.pop(); item !== undefined; item = queue.pop()) {
      const { tokens, sum } = item;
      if (pops[tokens.length]! >= beams) continue;
      pops[tokens.length]!++;
      if (tokens.length === longest || (tokens.length > 0 && tokens[tokens.length - 1] === model.end)) return tokens;
      for (const [token, value] of model.next([tokens])[0]!.entries())
        if (value > Number.NEGATIVE_INFINITY) queue.push({ tokens: [...tokens, token], sum: sum + value });
    }
    return [];
  }

  test('with "the first complete pop is the answer" differs from the frozen beam on some tables, so that ours goes to the last length', () => {
    let different = 0;
    for (let seed = 0; seed < 2000; seed++) {
      const model = randomModel({ seed, size: 3, hasEnd: true, most: 3, order: null });
      const [text] = run(model, 5, { ...beam, beams: 2, finished: 'frozen', stopping: 'first' }).hypotheses;
      different += Number(text !== undefined && text.tokens.join() !== firstCompletePop(model, 5, 2).join());
    }
    expect(different).toBeGreaterThan(20);
  });
});

describe('repeated tokens', () => {
  test('are those that would complete a run which is there already', () => {
    expect([...repeatedTokens([1, 2, 3, 1, 2], 3)]).toEqual([3]);
    expect([...repeatedTokens([1, 2, 1, 3, 1], 2)]).toEqual([2, 3]);
    expect([...repeatedTokens([1, 2, 1], 1)]).toEqual([1, 2]);
    expect([...repeatedTokens([1, 1, 1], 3)]).toEqual([1]);
    expect([...repeatedTokens([1, 1], 3)]).toEqual([]);
    expect([...repeatedTokens([], 1)]).toEqual([]);
    expect([...repeatedTokens([1], 4)]).toEqual([]);
  });
});
