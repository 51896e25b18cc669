import { describe, expect, test } from 'vitest';
import type { SearchResult } from '../../../src/search/searchResult.ts';
import type { Beam, LengthPenalty } from '../../../src/search/strategy.ts';
import { type RandomModel, randomModel, uniforms } from './randomModels.ts';
import { allTexts, plainBeam, type Text } from './reference.ts';
import { beam, bestFirst, exact, greedy, run } from './runSearch.ts';

const tables = 10_000;
const penalties: LengthPenalty[] = [
  { kind: 'none' },
  { kind: 'power', alpha: 1 },
  { kind: 'power', alpha: -0.5 },
  { kind: 'gnmt', alpha: 0.6 },
  { kind: 'gnmt', alpha: -1 },
  { kind: 'reward', perToken: 0.5 },
  { kind: 'reward', perToken: -0.5 },
  { kind: 'power', alpha: 0.5 },
];

/** Choices that depend on a seed only. */
function chooser(seed: number): <T>(...values: T[]) => T {
  const draw = uniforms(seed + 1_000_000);
  return (...values) => values[Math.floor(draw() * values.length)]!;
}

/** Small tables of every kind: with and without ends, ties and zeros, by prefix and by state. */
function tableOf(seed: number): RandomModel {
  const one = chooser(-seed);
  return { seed, size: one(2, 2, 3, 3, 4), hasEnd: one(true, true, false), most: one(1, 2, 3, 5, 0), order: one(null, 0, 1, 2) };
}

const found = ({ hypotheses }: SearchResult) => hypotheses.map(({ tokens, score, finished }) => ({ tokens, score, finished }));
const plain = (texts: readonly Text[]) => texts.map(({ tokens, score, finished }) => ({ tokens, score, finished }));

/** Runs a check on many tables and tells the seeds of those that fail. */
function failures(check: (seed: number) => boolean): number[] {
  return Array.from({ length: tables }, (_, seed) => seed).filter((seed) => !check(seed));
}
const isSame = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

describe('on 10,000 random tables, ties included', () => {
  test('beam search does what the page says, candidate by candidate, for every stopping rule and kind of slot', () => {
    const wrong = failures((seed) => {
      const table = tableOf(seed);
      const one = chooser(seed);
      const beams = one(1, 2, 3, 4);
      const options: Beam = {
        ...beam,
        beams,
        returned: one(1, 1, beams, Math.ceil(beams / 2)),
        lengthPenalty: one(...penalties),
        stopping: one('optimal', 'first', 'heuristic'),
        finished: one('replenish', 'frozen'),
        forceEnd: one(false, false, true),
      };
      const longest = one(1, 2, 3, 4, 5);
      const expected = plainBeam(randomModel(table), longest, options);
      const result = run(randomModel(table), longest, options);
      return isSame(found(result), plain(expected.texts)) && result.modelCalls === expected.calls;
    });
    expect(wrong).toEqual([]);
  });

  test('exact search gives the best of all texts, in order, for every penalty and sign', () => {
    const wrong = failures((seed) => {
      const table = tableOf(seed);
      const one = chooser(seed);
      const longest = one(1, 2, 3, 4);
      const options = { ...exact, returned: one(1, 2, 3), lengthPenalty: one(...penalties), forceEnd: one(false, false, true) };
      const all = allTexts(randomModel(table), longest, { penalty: options.lengthPenalty, forceEnd: options.forceEnd });
      const result = run(randomModel(table), longest, options);
      return isSame(found(result), plain(all.slice(0, options.returned))) && result.exact!.proven;
    });
    expect(wrong).toEqual([]);
  });

  test('k >= M^(T-1) equals exact when there is no end token or forceEnd is true; otherwise k >= sum over i of (M-1)^i, i = 0..T', () => {
    const wrong = failures((seed) => {
      const table = tableOf(seed);
      const one = chooser(seed);
      const longest = one(1, 2, 3);
      const forceEnd = table.hasEnd && one(true, false);
      const others = table.size - 1;
      const all = Array.from({ length: longest + 1 }, (_, i) => others ** i).reduce((a, b) => a + b, 0);
      const beams = !table.hasEnd || forceEnd ? table.size ** (longest - 1) : all;
      const common = { forceEnd, lengthPenalty: one(...penalties), returned: Math.min(beams, one(1, 2, 3)) };
      const kinds = { stopping: one('optimal', 'first', 'heuristic'), finished: one('replenish', 'frozen') } as const;
      const wide = run(randomModel(table), longest, { ...beam, ...common, ...kinds, beams });
      return isSame(found(wide), found(run(randomModel(table), longest, { ...exact, ...common })));
    });
    expect(wrong).toEqual([]);
  });

  test('k = 1 equals greedy except for replenish + optimal with a penalty that favours length', () => {
    const favoursLength = (penalty: LengthPenalty) =>
      (penalty.kind === 'reward' ? penalty.perToken : 'alpha' in penalty ? penalty.alpha : 0) > 0;
    let exceptions = 0;
    const wrong = failures((seed) => {
      const table = tableOf(seed);
      const choose = chooser(seed);
      const longest = choose(1, 2, 3, 4, 5);
      const lengthPenalty = choose(...penalties);
      const stopping = choose('optimal', 'first', 'heuristic');
      const finished = choose('replenish', 'frozen');
      const forceEnd = choose(false, false, true);
      const one = run(randomModel(table), longest, { ...beam, beams: 1, lengthPenalty, stopping, finished, forceEnd });
      const first = run(randomModel(table), longest, { ...greedy, forceEnd });
      const isEqual = isSame(one.hypotheses[0]?.tokens, first.hypotheses[0]?.tokens) && one.modelCalls === first.modelCalls;
      if (finished === 'replenish' && stopping === 'optimal' && favoursLength(lengthPenalty)) {
        exceptions += Number(!isEqual);
        return true;
      }
      return isEqual;
    });
    expect(wrong).toEqual([]);
    expect(exceptions).toBeGreaterThan(0);
  });

  test('best-first beam gives the results and order of beam with frozen, none, first, with no more calls', () => {
    let fewer = 0;
    const wrong = failures((seed) => {
      const table = tableOf(seed);
      const one = chooser(seed);
      const beams = one(1, 2, 3, 4, 5);
      const common = { beams, returned: one(1, 1, beams, Math.ceil(beams / 2)), forceEnd: one(false, false, true) };
      const longest = one(1, 2, 3, 4, 5, 6);
      const quick = run(randomModel(table), longest, { ...bestFirst, ...common });
      const plainly = run(randomModel(table), longest, { ...beam, ...common, finished: 'frozen', stopping: 'first' });
      fewer += Number(quick.modelCalls < plainly.modelCalls);
      return isSame(found(quick), found(plainly)) && quick.modelCalls <= plainly.modelCalls;
    });
    expect(wrong).toEqual([]);
    expect(fewer).toBeGreaterThan(tables / 10);
  });

  test('against frozen + optimal, where equal scores may be another hypothesis, best-first gives the same ones: earlier finish decides', () => {
    const wrong = failures((seed) => {
      const one = chooser(seed);
      const longest = one(2, 3, 4, 5);
      const common = { beams: 3, returned: one(1, 2, 3) };
      const quick = run(randomModel(tableOf(seed)), longest, { ...bestFirst, ...common });
      const plainly = run(randomModel(tableOf(seed)), longest, { ...beam, ...common, finished: 'frozen', stopping: 'optimal' });
      return isSame(found(quick), found(plainly));
    });
    expect(wrong).toEqual([]);
  });
});
