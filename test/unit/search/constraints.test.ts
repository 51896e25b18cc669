import { describe, expect, test } from 'vitest';
import type { Constraints } from '../../../src/search/searchResult.ts';
import type { Strategy } from '../../../src/search/strategy.ts';
import { randomModel } from './randomModels.ts';
import { allTexts } from './reference.ts';
import { beam, bestFirst, exact, greedy, run, sample } from './runSearch.ts';
import { tableNext } from './tableNext.ts';

const strategies: Strategy[] = [greedy, { ...sample, returned: 8 }, beam, bestFirst, exact];

describe.each(strategies)('$kind search', (strategy) => {
  const table = () => tableNext('""{a .6,b .4} a{a .5,b .3,E .2} b{a .5,b .3,E .2} aa{E 1} ab{E 1} ba{E .5,a .5} bb{E 1} baa{E 1}');

  test('begins with the forced tokens, which count in length and score', () => {
    const model = table();
    const { hypotheses, nodes } = run(model, 4, strategy, { constraints: { forced: model.tokensOf('ba'), forbidden: [] } });
    for (const { tokens, logProbabilities } of hypotheses) {
      expect(model.textOf(tokens)).toMatch(/^ba/);
      expect(logProbabilities.slice(0, 2)).toEqual([Math.log(0.4), Math.log(0.5)]);
    }
    const a = nodes.find(({ depth, token }) => depth === 1 && token === 0);
    expect(a).toMatchObject({ fate: 'pruned', reason: 'forbidden', missedBy: null, rank: null });
  });

  test('ends where the forced tokens end, and gives nothing where they cannot stand', () => {
    const model = table();
    const ended = run(model, 4, strategy, { constraints: { forced: model.tokensOf('bEa'), forbidden: [] } });
    expect(model.textOf(ended.hypotheses[0]!.tokens)).toBe('bE');
    const impossible = run(model, 4, strategy, { constraints: { forced: model.tokensOf('aaa'), forbidden: [] } });
    expect(impossible.hypotheses).toEqual([]);
    const cut = run(model, 1, strategy, { constraints: { forced: model.tokensOf('ba'), forbidden: [] } });
    expect(model.textOf(cut.hypotheses[0]!.tokens)).toBe('b');
  });

  test('never uses a token that is forbidden anywhere', () => {
    const model = table();
    const { hypotheses } = run(model, 4, strategy, { constraints: { forced: [], forbidden: [{ token: 0, after: null }] } });
    expect(hypotheses.length).toBeGreaterThan(0);
    for (const { tokens } of hypotheses) expect(model.textOf(tokens)).not.toContain('a');
  });

  test('never uses a token right after exactly the tokens where it is forbidden, the empty ones included', () => {
    const model = table();
    const constraints: Constraints = {
      forced: [],
      forbidden: [
        { token: 0, after: [] },
        { token: 0, after: model.tokensOf('b') },
      ],
    };
    const { hypotheses, nodes } = run(model, 4, strategy, { constraints });
    for (const { tokens } of hypotheses) expect(model.textOf(tokens)).toMatch(/^b(bE|E)$/);
    expect(nodes.filter(({ reason }) => reason === 'forbidden').map(({ depth }) => depth)).toContain(1);
  });

  test('marks what may not be the last token', () => {
    const { nodes } = run(table(), 2, { ...strategy, forceEnd: true });
    const last = nodes.filter(({ depth, token }) => depth === 2 && token !== 2);
    expect(last.length).toBeGreaterThan(0);
    for (const node of last) expect(node).toMatchObject({ fate: 'pruned', reason: 'cannotEnd' });
  });
});

test('constraints give the best of all texts that keep them', () => {
  for (let seed = 0; seed < 1000; seed++) {
    const model = randomModel({ seed, size: 3, hasEnd: true, most: [2, 4, 0][seed % 3]!, order: seed % 2 === 0 ? 1 : null });
    const constraints: Constraints = {
      forced: seed % 4 === 0 ? [seed % 2] : [],
      forbidden: [
        { token: seed % 3, after: seed % 5 === 0 ? null : [0] },
        { token: 1, after: [0, 0] },
        { token: 0, after: seed % 7 === 0 ? [] : [1, 0] },
      ],
    };
    const isKept = (tokens: readonly number[]) =>
      constraints.forced.every((token, i) => i >= tokens.length || tokens[i] === token) &&
      tokens.every((token, i) =>
        constraints.forbidden.every((rule) => {
          if (rule.token !== token) return true;
          return rule.after !== null && (rule.after.length !== i || rule.after.some((each, at) => each !== tokens[at]));
        }),
      );
    const options = { penalty: { kind: 'power', alpha: 1 }, forceEnd: false } as const;
    const [best] = allTexts(model, 4, options).filter(({ tokens }) => isKept(tokens));
    const strategy = { lengthPenalty: options.penalty };
    const proof = run(model, 4, { ...exact, ...strategy }, { constraints });
    expect(proof.hypotheses[0]?.tokens).toEqual(best?.tokens);
    const wide = run(model, 4, { ...beam, ...strategy, beams: 100 }, { constraints });
    expect(wide.hypotheses[0]?.tokens).toEqual(best?.tokens);
  }
});
