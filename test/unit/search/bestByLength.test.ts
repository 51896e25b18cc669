import { describe, expect, test } from 'vitest';
import { bestByLength } from '../../../src/search/bestByLength.ts';
import { bestSeenByLength } from '../../../src/search/bestSeenByLength.ts';
import { chooseLength } from '../../../src/search/chooseLength.ts';
import { finish } from '../../../src/search/finish.ts';
import { countCalls, randomModel } from './randomModels.ts';
import { allTexts } from './reference.ts';
import { beam, exact, run } from './runSearch.ts';
import { tableNext } from './tableNext.ts';

describe('the dynamic program over (context, length)', () => {
  test('finds the best finished text of each length, ties in the fixed order, and the best unfinished one', () => {
    for (let seed = 0; seed < 300; seed++) {
      const model = randomModel({ seed, size: 2 + (seed % 3), hasEnd: true, most: [2, 4, 0][seed % 3]!, order: seed % 3 });
      const longest = 1 + (seed % 5);
      const texts = allTexts(model, longest, { penalty: { kind: 'none' }, forceEnd: false });
      const found = finish(bestByLength({ model, prompt: [], maxNewTokens: longest }))!;
      for (let length = 1; length <= longest; length++) {
        const best = texts.find(({ tokens, finished }) => finished && tokens.length === length);
        const own = found.lengths.find((each) => each.length === length);
        expect(own?.tokens).toEqual(best?.tokens);
        if (own !== undefined) expect(own).toMatchObject({ logProbability: best!.score, isExact: true });
      }
      expect(found.unfinished?.tokens).toEqual(texts.find(({ finished }) => !finished)?.tokens);
    }
  });

  test('counts distinct contexts as calls of the model', () => {
    const model = randomModel({ seed: 1, size: 5, hasEnd: true, most: 0, order: 1 });
    const counting = countCalls(model);
    const found = finish(bestByLength({ model: counting, prompt: [], maxNewTokens: 12 }))!;
    expect(found.modelCalls).toBe(5);
    expect(counting.prefixes).toBe(5);
  });

  test('is not there for a model without states or with too many', () => {
    const table = tableNext('""{a 1} a{E 1}');
    expect(finish(bestByLength({ model: table, prompt: [], maxNewTokens: 3 }))).toBeNull();
    const model = randomModel({ seed: 1, size: 5, hasEnd: true, most: 0, order: 4 });
    expect(finish(bestByLength({ model, prompt: [], maxNewTokens: 8, mostStates: 30 }))).toBeNull();
  });

  test('goes on from a prompt and says nothing where no token may be generated', () => {
    const model = randomModel({ seed: 1, size: 4, hasEnd: true, most: 0, order: 2 });
    const found = finish(bestByLength({ model, prompt: [1, 2], maxNewTokens: 4 }))!;
    const [best] = run(model, 4, exact, { prompt: [1, 2] }).hypotheses;
    expect(chooseLength(found.lengths, { kind: 'none' })!.best.tokens).toEqual(best!.tokens);
    expect(finish(bestByLength({ model, prompt: [], maxNewTokens: 0 }))).toEqual({ lengths: [], unfinished: null, modelCalls: 0 });
  });
});

describe('choosing among lengths', () => {
  test('gives none of none, and of equal scores the shorter', () => {
    expect(chooseLength([], { kind: 'none' })).toBeNull();
    const same = [
      { length: 4, logProbability: -4 },
      { length: 2, logProbability: -2 },
    ];
    expect(chooseLength(same, { kind: 'power', alpha: 1 })!.best.length).toBe(2);
  });
});

describe('the best texts seen', () => {
  test('are those that a search saw end, counted or not, and no better than the truth', () => {
    let lengths = 0;
    for (let seed = 0; seed < 100; seed++) {
      const model = randomModel({ seed, size: 4, hasEnd: true, most: 0, order: 1 });
      const seen = bestSeenByLength(run(model, 6, { ...beam, beams: 2, lengthPenalty: { kind: 'power', alpha: 1 } }), model.end);
      const truth = finish(bestByLength({ model, prompt: [], maxNewTokens: 6 }))!.lengths;
      lengths += seen.length;
      for (const { length, logProbability, tokens, isExact } of seen) {
        expect(tokens).toHaveLength(length);
        expect(isExact).toBe(false);
        expect(logProbability).toBeLessThanOrEqual(truth.find((each) => each.length === length)!.logProbability);
      }
    }
    expect(lengths).toBeGreaterThan(200);
  });

  test('are none where texts have no end', () => {
    const model = randomModel({ seed: 1, size: 3, hasEnd: false, most: 0, order: 1 });
    expect(bestSeenByLength(run(model, 4, beam), model.end)).toEqual([]);
  });
});
