import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { NextTokens } from '../../../src/math/nextTokens.ts';
import { countNgrams, ngramNext, type Smoothing } from '../../../src/science/language/ngram.ts';
import { bestByLength } from '../../../src/search/bestByLength.ts';
import { chooseLength } from '../../../src/search/chooseLength.ts';
import { finish } from '../../../src/search/finish.ts';
import { searchError } from '../../../src/search/searchError.ts';
import type { LengthPenalty } from '../../../src/search/strategy.ts';
import { countCalls } from './randomModels.ts';
import { beam, exact, greedy, run } from './runSearch.ts';

const names = gunzipSync(readFileSync('media/datasets/names.txt.gz')).toString('utf8').trim().split('\n');
const letters = [...new Set(names.join(''))].sort();
const tokens = Uint16Array.from(names.flatMap((name) => [...name].map((letter) => letters.indexOf(letter))));
const starts = Uint32Array.from({ length: names.length + 1 }, () => 0);
names.forEach((name, i) => {
  starts[i + 1] = starts[i]! + [...name].length;
});
const counts = countNgrams({ tokens, starts, unit: 'lines', vocabulary: letters.length + 1, order: 4 });
const model = (smoothing: Smoothing): NextTokens => ngramNext(counts, smoothing);
const power = { kind: 'power', alpha: 1 } as const;

describe.each(['none', 'wittenBell'] as const)('exact search on the 4-gram of the names, smoothing %s', (smoothing) => {
  test('needs under 400 calls over 20 tokens without penalty, and under 230,000 over 15 with power 1', () => {
    const without = run(model(smoothing), 20, exact);
    expect(without.exact!.proven).toBe(true);
    expect(without.modelCalls).toBeLessThan(400);
    const counting = countCalls(model(smoothing));
    const withPower = run(counting, 15, { ...exact, lengthPenalty: power });
    expect(withPower.exact!.proven).toBe(true);
    expect(withPower.modelCalls).toBeLessThan(230_000);
    // the model itself is asked once a state
    expect(counting.prefixes).toBeLessThan(10_000);
  });

  test('equals the dynamic program for every penalty and sign', () => {
    const penalties: LengthPenalty[] = [
      { kind: 'none' },
      power,
      { kind: 'power', alpha: -1 },
      { kind: 'power', alpha: 0.5 },
      { kind: 'gnmt', alpha: 0.6 },
      { kind: 'gnmt', alpha: -0.6 },
      { kind: 'reward', perToken: 0.5 },
      { kind: 'reward', perToken: -0.5 },
    ];
    const { lengths } = finish(bestByLength({ model: model(smoothing), prompt: [], maxNewTokens: 12 }))!;
    for (const lengthPenalty of penalties) {
      const [found] = run(model(smoothing), 12, { ...exact, lengthPenalty }, { mostNodes: 0 }).hypotheses;
      const { best, score } = chooseLength(lengths, lengthPenalty)!;
      expect([found!.tokens, found!.score]).toEqual([best.tokens, score]);
    }
  });

  test('no beam finds a better name than exact search; without penalty a beam of 100 finds the best', () => {
    const options = { ...exact, lengthPenalty: power };
    const proof = run(model(smoothing), 15, options, { mostNodes: 0 });
    for (const beams of [1, 8, 100]) {
      const found = run(model(smoothing), 15, { ...beam, beams, lengthPenalty: power }, { mostNodes: 0 });
      expect(searchError(proof, found)).toBeGreaterThanOrEqual(0);
    }
    const raw = run(model(smoothing), 15, exact);
    expect(searchError(raw, run(model(smoothing), 15, { ...beam, beams: 100 }))).toBe(0);
    expect(searchError(raw, run(model(smoothing), 15, greedy))).toBeGreaterThan(0);
  });
});
