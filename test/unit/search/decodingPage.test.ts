import { describe, expect, test } from 'vitest';
import { type Decoding, type DecodingStrategy, decodingSchema } from '../../../src/experiment/decoding.ts';
import { finish } from '../../../src/search/finish.ts';
import { search } from '../../../src/search/search.ts';
import type { Strategy } from '../../../src/search/strategy.ts';
import { beam, bestFirst, exact, greedy, run, sample } from './runSearch.ts';
import { tableNext } from './tableNext.ts';

const read = (strategy: object) => decodingSchema.parse({ strategy }).strategy;
/** Every strategy, asked for as many as it can give. */
const all: Strategy[] = [greedy, sample, beam, bestFirst, exact];

describe('the names of the experiment file', () => {
  test('mean here what they mean there, with the same defaults', () => {
    const there: DecodingStrategy = beam satisfies Strategy as Strategy;
    const here: Strategy = there;
    expect(here).toBe(there);
    for (const strategy of all) expect(read({ kind: strategy.kind })).toEqual(strategy);
  });

  test('default to beams 4, returned 1, lengthPenalty none, stopping optimal, finished replenish, forceEnd false, prompts [""]', () => {
    const decoding: Decoding = decodingSchema.parse({});
    expect(decoding.prompts).toEqual(['']);
    expect(decoding.strategy).toEqual({
      kind: 'beam',
      beams: 4,
      returned: 1,
      lengthPenalty: { kind: 'none' },
      stopping: 'optimal',
      finished: 'replenish',
      forceEnd: false,
      noRepeatNgram: 0,
    });
    expect(read({ kind: 'exact' })).toMatchObject({ maxNodes: 10_000_000 });
  });

  test('more returned than beams is an error that names both', () => {
    const model = tableNext('""{a 1} a{E 1}');
    for (const strategy of [
      { ...beam, beams: 2, returned: 3 },
      { ...bestFirst, beams: 2, returned: 3 },
    ])
      expect(() => run(model, 3, strategy)).toThrow('returned must be at most beams 2, got 3');
  });

  test('greedy takes only maxNewTokens and forceEnd, best-first no length penalty', () => {
    expect(decodingSchema.safeParse({ strategy: { kind: 'greedy', beams: 2 } }).success).toBe(false);
    expect(decodingSchema.safeParse({ strategy: { kind: 'bestFirst', lengthPenalty: { kind: 'none' } } }).success).toBe(false);
  });
});

describe('length and scores', () => {
  const model = () => tableNext('""{p 1} p{a .5,b .5} pa{E 1} pb{E .5,a .5} pba{E 1}');

  test('length counts generated tokens with the end token and without the prompt', () => {
    const table = model();
    const strategy = { ...beam, lengthPenalty: { kind: 'power', alpha: 1 } } as const;
    const [best] = run(table, 5, strategy, { prompt: table.tokensOf('p') }).hypotheses;
    expect(table.textOf(best!.tokens)).toBe('aE');
    expect(best!.score).toBeCloseTo(Math.log(0.5) / 2, 12);
  });

  test('the log-probability is the sum of ln p over the tokens, for every strategy, and the scores follow from it', () => {
    for (const strategy of all) {
      const table = model();
      const [best] = run(table, 5, strategy, { prompt: table.tokensOf('p') }).hypotheses;
      const sum = best!.logProbabilities.reduce((a, b) => a + b, 0);
      expect(best!.logProbabilities).toHaveLength(best!.tokens.length);
      expect(best!.logProbability).toBeCloseTo(sum, 12);
      expect(best!.score).toBe(best!.logProbability);
    }
  });

  test('the tokens include the end token when finished', () => {
    const table = tableNext('""{a .9,E .1} a{a .5,E .5}');
    for (const strategy of all) {
      const [best] = run(table, 1, { ...strategy, forceEnd: true }).hypotheses;
      expect(best).toMatchObject({ finished: true, tokens: table.tokensOf('E') });
    }
  });

  test('the empty text is the end token alone, L = 1', () => {
    const table = tableNext('""{E .6,a .4} a{E 1}');
    const [best] = run(table, 3, { ...beam, lengthPenalty: { kind: 'reward', perToken: 0.01 } }).hypotheses;
    expect(table.textOf(best!.tokens)).toBe('E');
    expect(best!.score).toBeCloseTo(Math.log(0.6) + 0.01, 12);
  });

  test('the empty string can be the exact best: a uniform first step', () => {
    const table = tableNext('""{a .25,b .25,c .25,E .25} a{E .9,a .1} b{E .9,a .1} c{E .9,a .1}');
    for (const strategy of [exact, beam]) {
      const { hypotheses } = run(table, 2, strategy);
      expect(table.textOf(hypotheses[0]!.tokens)).toBe('E');
    }
  });

  test('maxNewTokens 0 returns one unfinished hypothesis, no tokens, score 0, 0 calls', () => {
    const table = tableNext('');
    for (const strategy of [...all, { ...sample, returned: 3 }, { ...beam, lengthPenalty: { kind: 'power', alpha: 1 } } as const]) {
      const result = run(table, 0, strategy);
      expect(result.hypotheses).toEqual([{ tokens: [], logProbabilities: [], logProbability: 0, score: 0, finished: false, node: null }]);
      expect(result.modelCalls).toBe(0);
      expect(table.asked).toEqual([]);
    }
    expect(run(table, 0, exact).exact).toMatchObject({ proven: true, log10Texts: 0, log10Visited: 0 });
  });
});

describe('ranking', () => {
  test('candidates rank by log-probability sum, then parent rank, then token number, the end token last', () => {
    const table = tableNext('""{b .25,a .25,c .25,E .25} b{b .5,a .5} a{b .5,a .5} c{b .5,a .5}');
    expect(table.tokensOf('bacE')).toEqual([0, 1, 2, 3]);
    const first = run(table, 1, { ...beam, beams: 4, returned: 4 });
    expect(first.hypotheses.map(({ tokens }) => table.textOf(tokens))).toEqual(['E', 'b', 'a', 'c']);
    const second = run(table, 2, { ...beam, beams: 3, returned: 3, finished: 'frozen', stopping: 'first' });
    expect(second.hypotheses.map(({ tokens }) => table.textOf(tokens))).toEqual(['bb', 'ba', 'ab']);
  });

  test('the penalty acts only in the score, in stopping and in the final order: what is kept is the same', () => {
    const table = () => tableNext('""{a .6,b .4} a{a .5,E .5} b{b .9,E .1} aa{a .5,E .5} bb{b .9,E .1} aaa{E 1} bbb{E 1}');
    const kept = (alpha: number) =>
      run(table(), 3, { ...beam, beams: 2, returned: 2, lengthPenalty: { kind: 'power', alpha } })
        .nodes.filter(({ fate, depth }) => fate === 'kept' && depth < 3)
        .map(({ depth, token, rank }) => [depth, token, rank]);
    expect(kept(3)).toEqual(kept(0));
  });

  test('a frozen hypothesis ranks by its sum as its own extension with the number of the end token', () => {
    // E and the children of a tie at .5: the parent of better rank first, and of one parent the smaller token
    const table = tableNext('""{E .5,a .5} a{b 1} ab{E 1}');
    const result = run(table, 2, { ...beam, beams: 1, finished: 'frozen' });
    expect(table.textOf(result.hypotheses[0]!.tokens)).toBe('ab');
    const both = run(table, 3, { ...beam, beams: 2, returned: 2, finished: 'frozen', stopping: 'first' });
    expect(both.hypotheses.map(({ tokens }) => table.textOf(tokens))).toEqual(['E', 'abE']);
  });

  test('results: finished before unfinished, within each by score, ties by earlier finish, then rank', () => {
    const table = tableNext('""{a .4,b .4,c .2} a{E .5,a .5} b{E .5,b .5} c{c 1} aa{E 1} bb{E 1} cc{c 1}');
    for (const strategy of [
      { ...beam, beams: 8, returned: 8 },
      { ...exact, returned: 8 },
    ]) {
      const { hypotheses } = run(table, 3, strategy);
      expect(hypotheses.map(({ tokens }) => table.textOf(tokens))).toEqual(['aE', 'bE', 'aaE', 'bbE', 'ccc']);
    }
  });

  test('unfinished ones appear only when the search reached maxNewTokens', () => {
    const table = () => tableNext('""{a .5,E .5} a{a .5,E .5} aa{a .5,E .5}');
    const early = run(table(), 3, { ...beam, beams: 2, returned: 2, stopping: 'first' });
    expect(early.hypotheses.every(({ finished }) => finished)).toBe(true);
    const late = run(table(), 2, { ...beam, beams: 4, returned: 3 });
    expect(late.hypotheses.map(({ finished }) => finished)).toEqual([true, true, false]);
  });

  test('exact search gives unfinished ones only when fewer than `returned` can finish', () => {
    const table = () => tableNext('""{a .9,E .1} a{a .9,E .1}');
    expect(run(table(), 2, { ...exact, returned: 2 }).hypotheses.map(({ finished }) => finished)).toEqual([true, true]);
    const more = run(table(), 2, { ...exact, returned: 3 }).hypotheses;
    expect(more.map(({ tokens }) => tokens.length)).toEqual([1, 2, 2]);
    expect(more[2]!.finished).toBe(false);
  });
});

describe('finished hypotheses and stopping', () => {
  test('replenish: an end token counts only in ranks below `beams`, and the open set is refilled from the top 2 beams', () => {
    const table = tableNext('""{a .5,b .5} a{E .5,a .3,b .2} b{a .5,E .26,b .24} aa{E 1} ab{E 1} ba{E 1} bb{E 1}');
    const result = run(table, 2, { ...beam, beams: 2, returned: 2 });
    const at = (text: string) =>
      result.nodes.find(({ depth, sum, token }) => depth === 2 && token === 2 && Math.abs(sum - Math.log(Number(text))) < 1e-9);
    expect(at('.25')).toMatchObject({ fate: 'finished', rank: 0 });
    expect(at('.13')).toMatchObject({ fate: 'pruned', reason: 'endOutsideBeam', rank: 3 });
    expect(result.nodes.filter(({ fate, depth }) => depth === 2 && fate === 'kept').map(({ rank }) => rank)).toEqual([1, 2]);
    expect(at('.13')!.missedBy).toBeCloseTo(Math.log(0.25 / 0.13), 12);
  });

  test('frozen: a finished hypothesis keeps its slot and competes; one that loses it is gone', () => {
    const table = tableNext('""{a .7,E .3} a{a .5,b .5} aa{a 1} ab{b 1} aaa{E 1} abb{E 1}');
    const result = run(table, 4, { ...beam, beams: 2, returned: 2, finished: 'frozen' });
    expect(result.hypotheses.map(({ tokens }) => table.textOf(tokens))).toEqual(['aaaE', 'abbE']);
    const lost = result.nodes.find(({ depth, token }) => depth === 1 && token === table.end);
    expect(lost).toMatchObject({ fate: 'pruned', reason: 'displaced', born: 1, decided: 2 });
    expect(lost!.missedBy).toBeCloseTo(Math.log(0.35 / 0.3), 12);
  });

  test('first: stops after the step in which the `beams`-th finished; of that step the best fill up, later ones are dropped', () => {
    const table = tableNext('""{a .6,E .4} a{b .5,c .5} ab{E .9,a .1} ac{E .8,a .2} aba{E 1} aca{E 1}');
    const result = run(table, 9, { ...beam, beams: 2, returned: 2, stopping: 'first' });
    expect(result.hypotheses.map(({ tokens }) => table.textOf(tokens))).toEqual(['E', 'abE']);
    expect(result.moments).toBe(3);
    const dropped = result.nodes.find(({ depth, token, fate }) => depth === 3 && token === table.end && fate === 'pruned');
    expect(dropped).toMatchObject({ reason: 'outranked', rank: 1 });
    expect(dropped!.missedBy).toBeCloseTo(Math.log(0.9 / 0.8), 12);
  });

  test('heuristic stops too early where optimal does not: xE -0.346574 against xywE -0.199627', () => {
    const table = () => tableNext('""{x 1} x{E .5,y .45,z .05} xy{w 1} xyw{E 1} xz{E 1}');
    const options = { ...beam, beams: 1, lengthPenalty: { kind: 'power', alpha: 1 } } as const;
    const [heuristic, optimal] = (['heuristic', 'optimal'] as const).map((stopping) => {
      const model = table();
      const [best] = run(model, 6, { ...options, stopping }).hypotheses;
      return [model.textOf(best!.tokens), Number(best!.score.toFixed(6))];
    });
    expect(heuristic).toEqual(['xE', -0.346574]);
    expect(optimal).toEqual(['xywE', -0.199627]);
  });

  test('heuristic: candidates that end do not count as open', () => {
    // aE .4 is the best candidate of the second step, but ended; bb .2 is the best open one and no rival of E .3
    const table = tableNext('""{a .5,E .3,b .2} a{E .8,b .2} b{b 1}');
    const result = run(table, 9, { ...beam, beams: 2, returned: 2, stopping: 'heuristic' });
    expect(result.hypotheses.map(({ tokens }) => table.textOf(tokens))).toEqual(['aE', 'E']);
    expect(result.moments).toBe(2);
  });

  test('a row is asked for only after the stopping test; a prefix without a row is an error that names it', () => {
    const table = tableNext('""{a .9,b .1} a{E 1}');
    expect(run(table, 5, { ...beam, beams: 1 }).hypotheses[0]!.finished).toBe(true);
    expect(() => run(tableNext('""{a .9,b .1} a{E 1}'), 5, { ...beam, beams: 2, returned: 2 })).toThrow('no row for "b"');
    expect(() => run(tableNext('""{a .6,b .4} a{E .5}'), 5, exact)).toThrow('no row for "b"');
  });

  test('forceEnd: only the end token at the last token, not renormalised; who cannot end is dropped; none left gives none', () => {
    for (const strategy of all) {
      const table = tableNext('""{a 1} a{a .75,E .25} aa{E 1}');
      const [best] = run(table, 2, { ...strategy, forceEnd: true }).hypotheses;
      expect(table.textOf(best!.tokens)).toBe('aE');
      expect(best!.logProbability).toBeCloseTo(Math.log(0.25), 12);
      const endless = tableNext('""{a 1} a{a 1} aa{E 1}');
      expect(run(endless, 2, { ...strategy, forceEnd: true }).hypotheses).toEqual([]);
    }
  });

  test('greedy ends at its first end token', () => {
    const table = tableNext('""{a .6,E .4} a{E .6,a .4}');
    const { hypotheses, modelCalls } = run(table, 9, greedy);
    expect([table.textOf(hypotheses[0]!.tokens), modelCalls]).toEqual(['aE', 2]);
  });
});

describe('calls of the model', () => {
  test('are distinct prefixes, each asked about once, the prompt included, for every strategy', () => {
    for (const strategy of [...all, { ...sample, returned: 50 }, { ...exact, returned: 9 }]) {
      const table = tableNext('""{a .6,b .4} a{a .5,b .3,E .2} b{a .5,b .3,E .2} aa{E 1} ab{E 1} ba{E 1} bb{E 1}');
      const { modelCalls } = run(table, 4, strategy);
      expect(new Set(table.asked).size).toBe(table.asked.length);
      expect(modelCalls).toBe(table.asked.length);
    }
  });

  test('each prompt is a search of its own', () => {
    const table = tableNext('a{a .6,E .4} b{b .6,E .4} aa{E 1} bb{E 1}');
    const calls = ['a', 'b'].map((prompt) => run(table, 2, greedy, { prompt: table.tokensOf(prompt) }).modelCalls);
    expect(calls).toEqual([2, 2]);
    expect(table.asked).toEqual(['a', 'aa', 'b', 'bb']);
  });

  test('a step of k beams asks k times: the cost of the lecture', () => {
    const table = tableNext('""{a .5,b .5} a{a .5,b .5} b{a .5,b .5} aa{a 1} ab{a 1} ba{a 1} bb{a 1}');
    const result = finish(search({ model: table, prompt: [], maxNewTokens: 3, strategy: { ...beam, beams: 3, returned: 3 } }));
    expect(result.modelCalls).toBe(1 + 2 + 3);
  });
});
