import { describe, expect, test } from 'vitest';
import { bestByLength } from '../../../src/search/bestByLength.ts';
import { chooseLength } from '../../../src/search/chooseLength.ts';
import { finish } from '../../../src/search/finish.ts';
import { searchError } from '../../../src/search/searchError.ts';
import type { ExactReport } from '../../../src/search/searchResult.ts';
import type { LengthPenalty } from '../../../src/search/strategy.ts';
import { log10Of, textsBelow } from '../../../src/search/textCount.ts';
import { randomModel } from './randomModels.ts';
import { beam, exact, run } from './runSearch.ts';
import { tableNext } from './tableNext.ts';

const penalties: LengthPenalty[] = [
  { kind: 'none' },
  ...[-2, -0.5, 0, 0.3, 1, 2].map((alpha): LengthPenalty => ({ kind: 'power', alpha })),
  ...[-1, 0.6, 1].map((alpha): LengthPenalty => ({ kind: 'gnmt', alpha })),
  ...[-0.5, 0.25, 1, 3].map((perToken): LengthPenalty => ({ kind: 'reward', perToken })),
];

/** Texts that a report accounts for, in units of all of them. */
function accountedFor({ log10Texts, log10Visited, log10RuledOut }: ExactReport): number {
  const { bound, recombined, impossible } = log10RuledOut;
  return [log10Visited, bound, recombined, impossible].reduce((sum, log10) => sum + 10 ** (log10 - log10Texts), 0);
}

describe('what exact search rules out', () => {
  test('together with what it visited is all texts', () => {
    for (let seed = 0; seed < 2000; seed++) {
      const model = randomModel({ seed, size: 2 + (seed % 4), hasEnd: seed % 3 !== 0, most: seed % 5, order: [null, 1, 2][seed % 3]! });
      const constraints =
        seed % 2 === 0 ? undefined : { forced: seed % 4 === 1 ? [0] : [], forbidden: [{ token: 1, after: seed % 8 === 3 ? [0] : null }] };
      const longest = 1 + (seed % 6);
      const options = { ...exact, returned: 1 + (seed % 3), lengthPenalty: penalties[seed % penalties.length]!, forceEnd: seed % 7 === 0 };
      const report = run(model, longest, options, { constraints }).exact!;
      expect(report.proven).toBe(true);
      expect(accountedFor(report)).toBeCloseTo(1, 11);
    }
  });

  test('is M^T texts without an end token, and the sum over i of (M-1)^i, i = 0..T, with one', () => {
    expect(textsBelow(10, false, 5)[5]).toBe(100_000n);
    expect(textsBelow(4, true, 3)[3]).toBe(1n + 3n + 9n + 27n);
    expect(log10Of(textsBelow(10_000, false, 10)[10]!)).toBeCloseTo(40, 12);
    expect(log10Of(10n ** 4000n)).toBeCloseTo(4000, 9);
    expect(log10Of(0n)).toBe(Number.NEGATIVE_INFINITY);
  });

  test('of a table of ten words over four steps leaves nothing unsaid: all 10^4 endings', () => {
    const model = randomModel({ seed: 2, size: 10, hasEnd: false, most: 0, order: null });
    const { exact: report, modelCalls } = run(model, 4, exact);
    expect(report!.log10Texts).toBeCloseTo(4, 12);
    expect(accountedFor(report!)).toBeCloseTo(1, 12);
    expect(report!.log10RuledOut.bound).toBeGreaterThan(3.5);
    expect(modelCalls).toBeLessThan(1111);
  });

  test('counts what has probability 0 as impossible', () => {
    const report = run(tableNext('""{a 1} a{b 1} ab{E 1}'), 3, exact).exact!;
    expect(10 ** report.log10Texts).toBeCloseTo(1 + 2 + 4 + 8, 9);
    expect(10 ** report.log10RuledOut.impossible).toBeCloseTo(14, 9);
    expect(10 ** report.log10Visited).toBeCloseTo(1, 9);
  });
});

describe('maxNodes', () => {
  test('gives the best so far, unproven, and says how many nodes it looked at', () => {
    const model = randomModel({ seed: 4, size: 5, hasEnd: true, most: 0, order: null });
    const whole = run(model, 8, { ...exact, lengthPenalty: { kind: 'power', alpha: 1 } });
    const part = run(model, 8, { ...exact, lengthPenalty: { kind: 'power', alpha: 1 }, maxNodes: 100 });
    expect(part.exact).toMatchObject({ proven: false, nodes: 100 });
    expect(part.hypotheses).toHaveLength(1);
    expect(part.hypotheses[0]!.score).toBeLessThanOrEqual(whole.hypotheses[0]!.score);
    expect(accountedFor(part.exact!)).toBeLessThan(1);
    expect(searchError(part, part)).toBeNull();
    const enough = run(model, 8, { ...exact, lengthPenalty: { kind: 'power', alpha: 1 }, maxNodes: whole.exact!.nodes });
    expect(enough.exact!.proven).toBe(true);
  });
});

describe('exact search against the dynamic program over (context, length)', () => {
  test.each([[0], [1], [2]])('gives the same texts for every penalty and sign, on models of %i tokens of context', (order) => {
    for (let seed = 0; seed < 40; seed++) {
      const model = () => randomModel({ seed, size: 2 + (seed % 4), hasEnd: true, most: [2, 4, 0][seed % 3]!, order });
      const longest = 2 + (seed % 7);
      const program = finish(bestByLength({ model: model(), prompt: [], maxNewTokens: longest }))!;
      for (const lengthPenalty of penalties) {
        const [found] = run(model(), longest, { ...exact, lengthPenalty }, { mostNodes: 0 }).hypotheses;
        const chosen = chooseLength(program.lengths, lengthPenalty);
        if (chosen === null) expect(found?.finished ?? false).toBe(false);
        else expect([found!.tokens, found!.score]).toEqual([chosen.best.tokens, chosen.score]);
        if (chosen === null && found !== undefined) expect(found.tokens).toEqual(program.unfinished!.tokens);
      }
    }
  });

  test('recombination changes no result and spares calls', () => {
    let [spared, asked] = [0, 0];
    for (let seed = 0; seed < 60; seed++) {
      const model = randomModel({ seed, size: 4, hasEnd: true, most: [3, 0][seed % 2]!, order: 1 });
      const stateless = { size: model.size, end: model.end, next: model.next };
      const options = { ...exact, returned: 1 + (seed % 3), lengthPenalty: penalties[seed % penalties.length]! };
      const [quick, slow] = [run(model, 6, options), run(stateless, 6, options)];
      expect(quick.hypotheses.map(({ tokens }) => tokens)).toEqual(slow.hypotheses.map(({ tokens }) => tokens));
      spared += slow.modelCalls - quick.modelCalls;
      asked += slow.modelCalls;
    }
    expect(spared / asked).toBeGreaterThan(0.2);
  });

  test('states are recombined only where no rule holds after certain tokens', () => {
    for (let seed = 0; seed < 300; seed++) {
      const model = randomModel({ seed, size: 3, hasEnd: true, most: [3, 0][seed % 2]!, order: 1 });
      const stateless = { size: model.size, end: model.end, next: model.next };
      const constraints = {
        forced: [],
        forbidden: [
          { token: 2, after: [0, 1] },
          { token: 0, after: [1, 1, 0] },
        ],
      };
      const options = { ...exact, returned: 1 + (seed % 2), lengthPenalty: penalties[seed % penalties.length]! };
      const [quick, slow] = [run(model, 5, options, { constraints }), run(stateless, 5, options, { constraints })];
      expect(quick.hypotheses.map(({ tokens }) => tokens)).toEqual(slow.hypotheses.map(({ tokens }) => tokens));
      const program = finish(bestByLength({ model, prompt: [], maxNewTokens: 5, constraints }))!;
      const chosen = chooseLength(program.lengths, options.lengthPenalty);
      if (chosen !== null) expect(quick.hypotheses[0]!.tokens).toEqual(chosen.best.tokens);
    }
  });
});

describe('the search error', () => {
  test('is the exact best score minus the score found, 0 for the best, infinite where nothing was found', () => {
    const table = tableNext('""{a .6,b .4} a{E .6,a .4} b{E 1} aa{E .6,a .4}');
    const proof = run(table, 3, exact);
    expect(searchError(proof, run(table, 3, { ...beam, beams: 1 }))).toBeCloseTo(Math.log(0.4 / 0.36), 12);
    expect(searchError(proof, run(table, 3, { ...beam, beams: 2 }))).toBe(0);
    const empty = { ...proof, hypotheses: [] };
    expect(searchError(proof, empty)).toBe(Number.POSITIVE_INFINITY);
    expect(searchError(empty, proof)).toBeNull();
  });

  test('is infinite for a text that did not end where one could', () => {
    const table = tableNext('""{a .9,E .1} a{a 1}');
    expect(searchError(run(table, 2, exact), run(table, 2, { ...beam, beams: 1 }))).toBe(Number.POSITIVE_INFINITY);
  });
});
