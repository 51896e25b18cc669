import { describe, expect, test } from 'vitest';
import { finish } from '../../../src/search/finish.ts';
import { search } from '../../../src/search/search.ts';
import type { Strategy } from '../../../src/search/strategy.ts';
import { countCalls, randomModel } from './randomModels.ts';
import { beam, bestFirst, exact, greedy, run, sample } from './runSearch.ts';
import { tableNext } from './tableNext.ts';

const strategies: Strategy[] = [
  greedy,
  { ...sample, returned: 4 },
  { ...beam, returned: 4 },
  { ...bestFirst, returned: 4 },
  { ...exact, returned: 4 },
];
const power = { kind: 'power', alpha: 1 } as const;

describe('complaints about other programs (section 6)', () => {
  test('the length of a score has nothing of the prompt (transformers #16413, #25455)', () => {
    const table = tableNext('""{a .5,E .5} a{a .5,E .5} aa{a .5,E .5} aaa{a .5,E .5} aaaa{E 1}');
    for (const prompt of [[], [0], [0, 0]]) {
      const [best] = run(table, 2, { ...beam, lengthPenalty: power }, { prompt }).hypotheses;
      expect(best!.score).toBe(best!.logProbability / best!.tokens.length);
    }
  });

  test('the end token counts in the length (transformers #8722, #8890; sockeye #483)', () => {
    const table = tableNext('""{a .5,b .5} a{E 1} b{E 1}');
    const [best] = run(table, 4, { ...beam, lengthPenalty: power }).hypotheses;
    expect(best!.score).toBeCloseTo(Math.log(0.5) / 2, 12);
  });

  test('a length penalty above 0 favours long texts (transformers #18208, #4915; TensorRT-LLM #1386)', () => {
    const table = () => tableNext('""{E .4,a .6} a{a .7,E .3} aa{a .7,E .3} aaa{E 1}');
    const length = (alpha: number) => run(table(), 4, { ...exact, lengthPenalty: { kind: 'power', alpha } }).hypotheses[0]!.tokens.length;
    expect([length(-1), length(0), length(1)]).toEqual([1, 1, 4]);
  });

  test('each prompt stops for itself (transformers #38778)', () => {
    const table = tableNext('a{E .9,a .1} b{b .9,E .1} aa{E 1} bb{b .9,E .1} bbb{E 1}');
    const alone = ['a', 'b'].map((prompt) => run(table, 3, { ...beam, beams: 1 }, { prompt: table.tokensOf(prompt) }).moments);
    expect(alone).toEqual([1, 3]);
  });

  test('how many are returned does not change the best under a length penalty (OpenNMT-py #1320)', () => {
    for (let seed = 0; seed < 400; seed++) {
      const model = randomModel({ seed, size: 4, hasEnd: true, most: [3, 0][seed % 2]!, order: null });
      for (const strategy of [
        { ...exact, lengthPenalty: power },
        { ...beam, beams: 5, stopping: 'first', lengthPenalty: power },
      ] as const) {
        const [one, five] = [1, 5].map((returned) => run(model, 5, { ...strategy, returned }).hypotheses[0]?.tokens);
        expect(one).toEqual(five);
      }
    }
  });

  test('the search goes on after the first end token (joeynmt #148, #149)', () => {
    const table = tableNext('""{E .5,a .5} a{b 1} ab{E .9,b .1}');
    const { hypotheses } = run(table, 4, { ...beam, beams: 2, returned: 2, lengthPenalty: power });
    expect(hypotheses.map(({ tokens }) => table.textOf(tokens))).toEqual(['abE', 'E']);
  });

  test('nothing follows an end token (ParlAI #2058; sockeye #233)', () => {
    for (const strategy of strategies)
      for (let seed = 0; seed < 100; seed++) {
        const { hypotheses, nodes } = run(randomModel({ seed, size: 3, hasEnd: true, most: 3, order: null }), 5, strategy);
        for (const { tokens } of hypotheses) expect(tokens.slice(0, -1)).not.toContain(2);
        for (const { parent } of nodes) if (parent !== null) expect(nodes[parent]!.token).not.toBe(2);
      }
  });

  test('a wider beam is not worse because short finished hypotheses fill the list (ottokart/beam_search #1)', () => {
    const table = () => tableNext('""{E .2,a .8} a{E .2,a .8} aa{E .2,a .8} aaa{E .2,a .8} aaaa{E 1}');
    const score = (beams: number) => run(table(), 5, { ...beam, beams, lengthPenalty: power }).hypotheses[0]!.score;
    expect([1, 2, 3, 8].map(score)).toEqual(Array(4).fill(score(1)));
    expect(run(table(), 5, { ...beam, lengthPenalty: power }).hypotheses[0]!.tokens).toHaveLength(5);
  });

  test("tokens' log-probabilities add up to the sum, and the sum gives the score (transformers #14086, #15869, #35618, #26624)", () => {
    for (const strategy of strategies)
      for (let seed = 0; seed < 100; seed++) {
        const lengthPenalty = { kind: 'gnmt', alpha: 0.6 } as const;
        const asked = strategy.kind === 'beam' || strategy.kind === 'exact' ? { ...strategy, lengthPenalty } : strategy;
        const { hypotheses } = run(randomModel({ seed, size: 5, hasEnd: true, most: 0, order: null }), 7, asked);
        for (const { logProbabilities, logProbability, score, tokens } of hypotheses) {
          const sum = logProbabilities.reduce((a, b) => a + b, 0);
          expect(Math.abs(sum - logProbability)).toBeLessThan(1e-6);
          const divisor = asked === strategy ? 1 : ((5 + tokens.length) / 6) ** 0.6;
          expect(Math.abs(sum / divisor - score)).toBeLessThan(1e-6);
        }
      }
  });

  test('no hypothesis comes twice (transformers #17812, #17814)', () => {
    for (const strategy of strategies.filter(({ kind }) => kind !== 'sample'))
      for (let seed = 0; seed < 100; seed++) {
        const model = randomModel({ seed, size: 2, hasEnd: true, most: 2, order: null });
        const { hypotheses } = run(model, 4, strategy, { constraints: { forced: [0], forbidden: [] } });
        const texts = hypotheses.map(({ tokens }) => tokens.join());
        expect(new Set(texts).size).toBe(texts.length);
      }
  });

  test('more beams than one are more than the first candidate, and greedy scores are not 0 (transformers.js)', () => {
    const table = () => tableNext('""{a .6,b .4} a{a .5,b .5} b{a .9,b .1}');
    expect(run(table(), 2, { ...beam, beams: 2 }).hypotheses[0]!.tokens).not.toEqual(run(table(), 2, greedy).hypotheses[0]!.tokens);
    expect(run(table(), 2, greedy).hypotheses[0]!.score).toBeCloseTo(Math.log(0.3), 12);
  });
});

describe('no n-gram twice', () => {
  const loop = () =>
    tableNext(
      '""{a .9,b .1} a{a .9,b .1} b{a .9,b .1} aa{a .9,b .1} ab{a .9,b .1} aab{a .9,b .1} aaa{a .9,b .1} aba{a .9,b .1} ba{a .9,b .1} bb{a .9,b .1} abb{a .9,b .1}',
    );

  test('masks before ranking and keeps the beam (OpenNMT-py #1573, #1445)', () => {
    const table = loop();
    const { hypotheses, nodes } = run(table, 3, { ...beam, beams: 1, noRepeatNgram: 2 });
    expect(table.textOf(hypotheses[0]!.tokens)).toBe('aab');
    expect(nodes.find(({ reason }) => reason === 'repeatedNgram')).toMatchObject({
      fate: 'pruned',
      depth: 3,
      token: 0,
      rank: null,
      missedBy: null,
    });
    expect(nodes.find(({ depth, fate }) => depth === 3 && fate === 'kept')).toMatchObject({ rank: 0 });
  });

  test('includes the prompt', () => {
    const table = loop();
    const [best] = run(table, 1, { ...beam, beams: 1, noRepeatNgram: 2 }, { prompt: table.tokensOf('aa') }).hypotheses;
    expect(table.textOf(best!.tokens)).toBe('b');
    const [single] = run(table, 1, { ...beam, beams: 1, noRepeatNgram: 1 }, { prompt: table.tokensOf('a') }).hypotheses;
    expect(table.textOf(single!.tokens)).toBe('b');
  });

  test('holds for every text of every width', () => {
    for (let seed = 0; seed < 200; seed++) {
      const size = 1 + (seed % 3);
      const model = randomModel({ seed, size: 4, hasEnd: true, most: 3, order: 1 });
      const { hypotheses } = run(model, 8, { ...beam, beams: 3, returned: 3, noRepeatNgram: size }, { prompt: [0, 1] });
      for (const { tokens } of hypotheses) {
        const all = [0, 1, ...tokens];
        const runs = Array.from({ length: all.length - size + 1 }, (_, i) => all.slice(i, i + size).join());
        expect(new Set(runs).size).toBe(runs.length);
      }
    }
  });

  test('does not forbid what is forced', () => {
    const table = loop();
    const constraints = { forced: table.tokensOf('aaa'), forbidden: [] };
    expect(table.textOf(run(table, 3, { ...beam, noRepeatNgram: 1 }, { constraints }).hypotheses[0]!.tokens)).toBe('aaa');
  });
});

describe('edges', () => {
  test('beams larger than the vocabulary, or than all texts, are all there are: no garbage hypotheses', () => {
    const table = () => tableNext('""{a .6,b .4} a{E 1} b{E 1}');
    for (const strategy of [
      { ...beam, beams: 1000, returned: 1000 },
      { ...bestFirst, beams: 1000, returned: 1000 },
      { ...exact, returned: 1000 },
    ]) {
      const model = table();
      const { hypotheses } = run(model, 5, strategy);
      expect(hypotheses.map(({ tokens }) => model.textOf(tokens))).toEqual(['aE', 'bE']);
    }
  });

  test('what cannot follow is never generated, and no number is missing, whatever the zeros', () => {
    for (const strategy of strategies)
      for (let seed = 0; seed < 100; seed++) {
        const { hypotheses, nodes } = run(randomModel({ seed, size: 4, hasEnd: true, most: 1, order: null }), 5, strategy);
        for (const { logProbability, score, logProbabilities } of hypotheses)
          expect([logProbability, score, ...logProbabilities].every(Number.isFinite)).toBe(true);
        for (const { missedBy, sum, score } of nodes) expect([missedBy ?? 0, sum, score].every(Number.isFinite)).toBe(true);
      }
  });

  test('a row without a number, or with nothing in it, ends the way there', () => {
    for (const strategy of strategies) {
      const nothing = {
        size: 2,
        end: 1,
        next: (prefixes: readonly unknown[]) => prefixes.map(() => Float64Array.of(Number.NaN, Number.NEGATIVE_INFINITY)),
      };
      expect(run(nothing, 4, strategy).hypotheses).toEqual([]);
    }
  });

  test('a vocabulary of the end token alone has one text', () => {
    const model = { size: 1, end: 0, next: (prefixes: readonly unknown[]) => prefixes.map(() => Float64Array.of(0)) };
    for (const strategy of strategies)
      expect(run(model, 4, strategy).hypotheses[0]).toMatchObject({ tokens: [0], finished: true, score: 0 });
    expect(run(model, 4, exact).exact!.log10Texts).toBe(0);
  });

  test('forceEnd without an end token leaves nothing', () => {
    const model = randomModel({ seed: 1, size: 3, hasEnd: false, most: 0, order: null });
    for (const strategy of strategies) expect(run(model, 3, { ...strategy, forceEnd: true }).hypotheses).toEqual([]);
  });
});

describe('a search under way', () => {
  test.each(strategies)('yields after each call of the model, so that it can be left: $kind', (strategy) => {
    const model = randomModel({ seed: 9, size: 6, hasEnd: false, most: 0, order: null });
    const counting = countCalls(model);
    const running = search({ model: counting, prompt: [], maxNewTokens: 30, strategy });
    for (let calls = 1; calls <= 2; calls++) {
      expect(running.next().done).toBe(false);
      expect(counting.calls).toBe(calls);
    }
    running.return(undefined as never);
    expect(running.next().done).toBe(true);
    expect(counting.calls).toBe(2);
  });

  test('yields between calls too where all distributions are known', () => {
    const model = randomModel({ seed: 2, size: 12, hasEnd: true, most: 0, order: 1 });
    const counting = countCalls(model);
    const running = search({ model: counting, prompt: [], maxNewTokens: 12, strategy: { ...exact, returned: 3, lengthPenalty: power } });
    let yields = 0;
    while (!running.next().done) yields++;
    expect(yields).toBeGreaterThan(counting.calls);
  });

  test('gives what it gives, run in one go or in steps', () => {
    const model = () => randomModel({ seed: 3, size: 4, hasEnd: true, most: 0, order: null });
    for (const strategy of strategies) {
      const steps = search({ model: model(), prompt: [], maxNewTokens: 5, strategy });
      let step = steps.next();
      while (!step.done) step = steps.next();
      expect(step.value).toEqual(finish(search({ model: model(), prompt: [], maxNewTokens: 5, strategy })));
    }
  });
});
