import { describe, expect, test } from 'vitest';
import { chooseLength } from '../../../src/search/chooseLength.ts';
import { LengthScores, scoreOf } from '../../../src/search/lengthScores.ts';
import { searchError } from '../../../src/search/searchError.ts';
import type { LengthPenalty } from '../../../src/search/strategy.ts';
import { beam, exact, greedy, run } from './runSearch.ts';
import { tableNext } from './tableNext.ts';

const power = (alpha: number): LengthPenalty => ({ kind: 'power', alpha });
const gnmt = (alpha: number): LengthPenalty => ({ kind: 'gnmt', alpha });

describe("fairseq's own test fixture (4.1)", () => {
  const fixture = () => tableNext('""{a .9,b .1} a{E 1} b{a .9,b .1} ba{a .1,b .9} bb{E .6,a .2,b .2} bab{E 1} baa{E 1}');
  const options = { ...beam, beams: 2, returned: 2, stopping: 'first' } as const;

  test('gives aE -0.052680 and babE -0.628327', () => {
    const table = fixture();
    const { hypotheses } = run(table, 4, { ...options, lengthPenalty: power(1) });
    expect(hypotheses.map(({ tokens, score }) => [table.textOf(tokens), score.toFixed(6)])).toEqual([
      ['aE', '-0.052680'],
      ['babE', '-0.628327'],
    ]);
  });

  test('gives aE -0.105361 and babE -2.513306 unnormalised', () => {
    const table = fixture();
    const { hypotheses } = run(table, 4, options);
    expect(hypotheses.map(({ tokens, score }) => [table.textOf(tokens), score.toFixed(6)])).toEqual([
      ['aE', '-0.105361'],
      ['babE', '-2.513306'],
    ]);
  });
});

describe('published examples (4.2, 4.3)', () => {
  test('the Hugging Face blog: greedy gets "nice woman" .20, two beams "dog has" .36', () => {
    const table = tableNext('""{n .5,d .4,c .1} n{w .4,h .3,g .3} d{H .9,r .05,A .05} c{i .3,D .5,t .2}');
    const probability = (strategy: typeof beam | typeof greedy) => {
      const [best] = run(table, 2, strategy).hypotheses;
      return [table.textOf(best!.tokens), Math.exp(best!.logProbability).toFixed(2)];
    };
    expect(probability(greedy)).toEqual(['nw', '0.20']);
    expect(probability({ ...beam, beams: 2 })).toEqual(['dH', '0.36']);
  });

  test('beam search does not always beat greedy: two beams end at .0875, greedy at .136', () => {
    const table = () =>
      tableNext('""{a .40,b .35,c .25} a{x .34,y .33,z .33} b{x .5,y .5} c{x 1} ax{x 1} bx{x .5,y .5} by{x .5,y .5} ay{x 1} az{x 1}');
    const two = run(table(), 3, { ...beam, beams: 2 });
    expect(Math.exp(two.hypotheses[0]!.logProbability)).toBeCloseTo(0.0875, 10);
    const ax = two.nodes.find(({ sum }) => Math.abs(sum - Math.log(0.136)) < 1e-9);
    expect(ax).toMatchObject({ fate: 'pruned', reason: 'outranked', rank: 2, depth: 2 });
    expect(ax!.missedBy).toBeCloseTo(Math.log(0.175 / 0.136), 10);
    expect(Math.exp(run(table(), 3, greedy).hypotheses[0]!.logProbability)).toBeCloseTo(0.136, 10);
  });

  test('d2l: greedy ABC ends at .048, ACB at .054', () => {
    const table = () =>
      tableNext(
        '""{A .5,B .2,C .2,E .1} A{A .1,B .4,C .3,E .2} AB{A .2,B .2,C .4,E .2} ABC{A 0,B .2,C .2,E .6} AC{A .1,B .6,C .2,E .1} ACB{A .1,B .2,C .1,E .6}',
      );
    const text = table();
    const [first] = run(text, 4, greedy).hypotheses;
    expect([text.textOf(first!.tokens), Math.exp(first!.logProbability).toFixed(3)]).toEqual(['ABCE', '0.048']);
    const forced = run(table(), 4, greedy, { constraints: { forced: text.tokensOf('AC'), forbidden: [] } }).hypotheses[0]!;
    expect([text.textOf(forced.tokens), Math.exp(forced.logProbability).toFixed(3)]).toEqual(['ACBE', '0.054']);
  });

  test('d2l: 10,000 tokens over 10 steps are 10^40 texts, greedy looks at 10^5 candidates', () => {
    const row = new Float64Array(10_000).fill(-Math.log(10_000));
    const model = { size: 10_000, end: null, next: (prefixes: readonly unknown[]) => prefixes.map(() => row) };
    const { exact: report } = run(model, 10, { ...exact, maxNodes: 50 });
    expect(report!.log10Texts).toBeCloseTo(40, 9);
    expect(report!.proven).toBe(false);
    const { nodes, unlisted, modelCalls } = run(model, 10, greedy);
    expect(modelCalls).toBe(10);
    expect(nodes.length + unlisted).toBe(10 ** 5);
  });
});

describe('the tree of the homework (4.4)', () => {
  const tree = () => tableNext('""{a .55,b .45} a{a .55,b .45} b{a .52,b .48} aa{.5,.5} ab{a .9,b .1} ba{a .99,b .01} bb{.5,.5}');
  const best = (beams: number) => {
    const table = tree();
    const result = run(table, 3, { ...beam, beams });
    const [text] = result.hypotheses;
    return [table.textOf(text!.tokens), Math.exp(text!.score).toFixed(5), text!.score.toFixed(4), result.modelCalls];
  };

  test('k = 1: aaa .15125 (-1.8888), 3 calls; k = 2: aba .22275 (-1.5017), 5 calls; k = 3: baa .23166 (-1.4625)', () => {
    expect(best(1)).toEqual(['aaa', '0.15125', '-1.8888', 3]);
    expect(best(2)).toEqual(['aba', '0.22275', '-1.5017', 5]);
    expect(best(3).slice(0, 3)).toEqual(['baa', '0.23166', '-1.4625']);
  });

  test('k = 3 is exact over all 8 leaves, k = 1 is greedy, and the search errors follow', () => {
    const table = tree();
    const proof = run(table, 3, exact);
    expect(table.textOf(proof.hypotheses[0]!.tokens)).toBe('baa');
    expect(10 ** proof.exact!.log10Texts).toBeCloseTo(8, 9);
    expect(table.textOf(run(tree(), 3, greedy).hypotheses[0]!.tokens)).toBe('aaa');
    expect(searchError(proof, run(tree(), 3, { ...beam, beams: 1 }))).toBeCloseTo(Math.log(0.23166 / 0.15125), 6);
    expect(searchError(proof, run(tree(), 3, { ...beam, beams: 3 }))).toBe(0);
  });

  test('k = 2 keeps aa .3025 and ab .2475 at the second step and prunes ba .234 and bb .216', () => {
    const table = tree();
    const { nodes } = run(table, 3, { ...beam, beams: 2 });
    const second = nodes.filter(({ depth }) => depth === 2).sort((a, b) => a.rank! - b.rank!);
    const shown = second.map(({ parent, token, fate, sum }) => [
      table.textOf([nodes[parent!]!.token, token]),
      fate,
      Math.exp(sum).toFixed(4),
    ]);
    expect(shown).toEqual([
      ['aa', 'kept', '0.3025'],
      ['ab', 'kept', '0.2475'],
      ['ba', 'pruned', '0.2340'],
      ['bb', 'pruned', '0.2160'],
    ]);
  });

  test('the prefixes kept are 6 for k = 2 and T = 3', () => {
    expect(run(tree(), 3, { ...beam, beams: 2 }).nodes.filter(({ fate }) => fate === 'kept')).toHaveLength(6);
  });
});

describe('length penalties (3, 4.5)', () => {
  const a = { name: 'A', logProbability: -2.0, length: 2 };
  const b = { name: 'B', logProbability: -2.4, length: 4 };
  const winner = (penalty: LengthPenalty) => chooseLength([a, b], penalty)!.best.name;

  test('raw A; s/L B (-1.0 against -0.6); L^.5 B; GNMT .6 A (-1.8233 against -1.8817); GNMT 1 B; reward .25 B', () => {
    expect(winner({ kind: 'none' })).toBe('A');
    expect(winner(power(1))).toBe('B');
    expect([scoreOf(power(1), -2, 2), scoreOf(power(1), -2.4, 4)].map((score) => score.toFixed(1))).toEqual(['-1.0', '-0.6']);
    expect(winner(power(0.5))).toBe('B');
    expect(winner(gnmt(0.6))).toBe('A');
    expect([scoreOf(gnmt(0.6), -2, 2), scoreOf(gnmt(0.6), -2.4, 4)].map((score) => score.toFixed(4))).toEqual(['-1.8233', '-1.8817']);
    expect(winner(gnmt(1))).toBe('B');
    expect(winner({ kind: 'reward', perToken: 0.25 })).toBe('B');
  });

  test('the winner flips at a = log2(1.2) = 0.2630 and at the GNMT alpha 0.7255', () => {
    expect(Math.log2(1.2).toFixed(4)).toBe('0.2630');
    expect([winner(power(0.263)), winner(power(0.2631))]).toEqual(['A', 'B']);
    expect([winner(gnmt(0.7254)), winner(gnmt(0.7256))]).toEqual(['A', 'B']);
  });

  test.each([
    [0.2, [1, 1.0313, 1.1076, 1.2011, 1.3303, 1.5576]],
    [0.6, [1, 1.0969, 1.3587, 1.7329, 2.3544, 3.7786]],
    [1, [1, 1.1667, 1.6667, 2.5, 4.1667, 9.1667]],
  ])('GNMT alpha %f divides lengths 1, 2, 5, 10, 20, 50 by %j', (alpha, divisors) => {
    const measured = [1, 2, 5, 10, 20, 50].map((length) => Number((-1 / scoreOf(gnmt(alpha), -1, length)).toFixed(4)));
    expect(measured).toEqual(divisors);
  });

  test('raw scores never increase with length; L^a favours long texts for a > 0 and short ones for a < 0; alpha 0 is raw', () => {
    for (const length of [1, 3, 10]) {
      expect(scoreOf({ kind: 'none' }, -3, length + 1)).toBe(scoreOf({ kind: 'none' }, -3, length));
      expect(scoreOf(power(0.75), -3, length + 1)).toBeGreaterThan(scoreOf(power(0.75), -3, length));
      expect(scoreOf(power(-0.75), -3, length + 1)).toBeLessThan(scoreOf(power(-0.75), -3, length));
      expect(scoreOf(gnmt(0), -3, length)).toBe(-3);
      expect(scoreOf({ kind: 'reward', perToken: 0.5 }, -3, length)).toBe(-3 + 0.5 * length);
    }
  });

  test('no longer text scores more than the bound, whatever the penalty and its sign', () => {
    for (const penalty of [
      power(1),
      power(-1),
      power(0.3),
      gnmt(2),
      gnmt(-0.6),
      { kind: 'reward', perToken: 1 },
      { kind: 'reward', perToken: -1 },
      { kind: 'none' },
    ] as const) {
      const scores = new LengthScores(penalty, 12);
      for (let from = 1; from <= 12; from++)
        for (let length = from; length <= 12; length++)
          for (const sum of [-5, -5.5, -40]) expect(scores.score(sum, length)).toBeLessThanOrEqual(scores.bound(-5, from));
      const ends = Math.max(scores.score(-5, 3), scores.score(-5, 12));
      expect(scores.bound(-5, 3)).toBe(ends);
    }
  });

  test('a certain text scores 0 plus its reward, never no number', () => {
    for (const alpha of [-400, 400]) expect(scoreOf(power(alpha), 0, 9)).toBe(0);
    expect(new LengthScores(power(-2000), 9).score(0, 9)).toBe(0);
    expect(scoreOf({ kind: 'reward', perToken: 2 }, 0, 3)).toBe(6);
  });

  test("Hugging Face's BeamHypotheses (4.8): k + 1 texts -10 .. -10 + k, penalty 2: the worst kept is -9/n^2", () => {
    const [k, n] = [4, 7];
    const kept = Array.from({ length: k + 1 }, (_, i) => scoreOf(power(2), -10 + i, n))
      .sort((x, y) => y - x)
      .slice(0, k);
    const worst = kept[k - 1]!;
    expect(worst).toBe(-9 / n ** 2);
    expect(worst >= scoreOf(power(2), -5, n)).toBe(false);
    expect(worst >= scoreOf(power(2), -20, n)).toBe(true);
  });

  test.each([
    ['heuristic', 'aE', -1.0],
    ['optimal', 'abcE', -0.6],
  ] as const)('%s against A -2.0 of length 2 and B -2.2 that could finish at -2.4, length 4, gives %s %f', (stopping, text, score) => {
    // filler tokens fill the beam's row but can go nowhere good
    const [p, q] = [Math.exp(-2), Math.exp(-2.2)];
    const table = tableNext(`""{a 1} a{E ${p},b ${q}} ab{c ${Math.exp(-0.1)}} abc{E ${Math.exp(-0.1)}}`);
    const [best] = run(table, 4, { ...beam, beams: 1, stopping, lengthPenalty: power(1) }).hypotheses;
    expect([table.textOf(best!.tokens), Number(best!.score.toFixed(6))]).toEqual([text, score]);
  });

  test('the bound of optimal stopping under a reward is that of the longest text', () => {
    const table = () => tableNext('""{E .9,a .1} a{a 1} aa{a 1} aaa{E 1}');
    const text = (perToken: number) => {
      const model = table();
      return model.textOf(run(model, 4, { ...beam, beams: 1, lengthPenalty: { kind: 'reward', perToken } }).hypotheses[0]!.tokens);
    };
    expect(text(0.5)).toBe('E');
    expect(text(0.8)).toBe('aaaE');
  });
});

describe('underflow', () => {
  test('products of probabilities vanish in float32 after 150, 46, 27 factors of .5, .1, .02, in float64 after 1075, 324, 191', () => {
    const factors = (p: number, round: (value: number) => number) => {
      let count = 0;
      for (let product = 1; product > 0; count++) product = round(product * p);
      return count;
    };
    expect([0.5, 0.1, 0.02].map((p) => factors(p, (value) => Math.fround(value)))).toEqual([150, 46, 27]);
    expect([0.5, 0.1, 0.02].map((p) => factors(p, (value) => value))).toEqual([1075, 324, 191]);
  });

  test('sums of log-probabilities have no such limit', () => {
    const row = Float64Array.of(Math.log(0.5), Math.log(0.3), Math.log(0.2));
    const model = { size: 3, end: null, next: (prefixes: readonly unknown[]) => prefixes.map(() => row) };
    const [best] = run(model, 1200, { ...beam, beams: 2 }).hypotheses;
    expect(best!.logProbability).toBeCloseTo(1200 * Math.log(0.5), 8);
  });
});
