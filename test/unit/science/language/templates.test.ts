import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { DecodingStrategy } from '../../../../src/experiment/decoding.ts';
import { parseExperiment } from '../../../../src/experiment/parseExperiment.ts';
import { countNgrams, ngramNext } from '../../../../src/science/language/ngram.ts';
import { tableModel } from '../../../../src/science/language/tableModel.ts';
import { search } from '../../../../src/search/search.ts';
import type { SearchResult } from '../../../../src/search/searchResult.ts';
import { packed } from './ngramReference.ts';

/** What the search of a template finds, with its strategy as written or with some settings of it changed. */
function decoded(name: string, change: Record<string, unknown> = {}): SearchResult & { texts: string[]; best: number } {
  const file = readFileSync(`media/templates/${name}.latent.jsonc`, 'utf8');
  const overrides = Object.entries(change).map(([key, value]) => ({ path: `decoding.strategy.${key}`, value, option: key }));
  const whole = 'kind' in change ? [{ path: 'decoding.strategy', value: change, option: 'kind' }] : overrides;
  const { experiment, problems } = parseExperiment(file, whole);
  expect(problems).toEqual([]);
  if (experiment?.task !== 'languageModel' || experiment.model.kind !== 'table') throw new Error(`${name} is no table`);
  const { model, tokens, encode } = tableModel(experiment.model.next);
  const { prompts, maxNewTokens, strategy } = experiment.decoding;
  const result = finish({ model, prompt: encode(prompts[0]!), maxNewTokens, strategy });
  const texts = result.hypotheses.map((hypothesis) => hypothesis.tokens.map((token) => tokens[token]).join(' '));
  return { ...result, texts, best: result.hypotheses[0]!.logProbability };
}

function finish(ask: Parameters<typeof search>[0] & { strategy: DecodingStrategy }): SearchResult {
  const steps = search(ask);
  for (let step = steps.next(); ; step = steps.next()) if (step.done) return step.value;
}

/** ln of a probability, to six digits. */
const ln = (probability: number) => expect.closeTo(Math.log(probability), 6);

describe('greedyTrap', () => {
  test('greedy takes "nice woman", a beam of two finds "dog has", and nothing beats it', () => {
    expect(decoded('greedyTrap')).toMatchObject({ texts: ['dog has', 'nice woman'], best: ln(0.36), modelCalls: 3 });
    expect(decoded('greedyTrap').hypotheses[1]!.logProbability).toEqual(ln(0.2));
    expect(decoded('greedyTrap', { kind: 'greedy' })).toMatchObject({ texts: ['nice woman'], best: ln(0.2), modelCalls: 2 });
    expect(decoded('greedyTrap', { kind: 'exact' })).toMatchObject({ texts: ['dog has'], exact: { proven: true } });
  });

  test('draws "dog has" about one time in three', () => {
    const { texts } = decoded('greedyTrap', { kind: 'sample', returned: 3000 });
    const share = texts.filter((text) => text === 'dog has').length / 3000;
    expect(share).toBeGreaterThan(0.33);
    expect(share).toBeLessThan(0.39);
  });
});

describe('beamMisses', () => {
  test('greedy, two beams and three end at three different texts, the last one the best of all', () => {
    expect(decoded('beamMisses', { kind: 'greedy' })).toMatchObject({ texts: ['a a a'], best: ln(0.15125), modelCalls: 3 });
    const two = decoded('beamMisses');
    expect(two).toMatchObject({ best: ln(0.22275), modelCalls: 5 });
    expect(two.texts[0]).toBe('a b a');
    expect(decoded('beamMisses', { beams: 3 })).toMatchObject({ best: ln(0.23166) });
    const exact = decoded('beamMisses', { kind: 'exact' });
    expect(exact).toMatchObject({ texts: ['b a a'], best: ln(0.23166), exact: { proven: true } });
    expect(exact.exact!.log10Texts).toBeCloseTo(Math.log10(8), 9);
  });

  test('two beams cut "b a" off at the second letter', () => {
    const { nodes } = decoded('beamMisses');
    const lost = nodes.find(({ depth, sum }) => depth === 2 && Math.abs(sum - Math.log(0.234)) < 1e-9);
    expect(lost).toMatchObject({ fate: 'pruned', reason: 'outranked' });
  });
});

test('widerWorse: one beam is as good as exact search, two are worse, three are as good again', () => {
  expect(decoded('widerWorse')).toMatchObject({ best: ln(0.0875) });
  for (const change of [{ kind: 'greedy' }, { kind: 'exact' }, { beams: 1, returned: 1 }, { beams: 3 }])
    expect(decoded('widerWorse', change)).toMatchObject({ best: ln(0.136) });
  expect(decoded('widerWorse', { kind: 'greedy' }).texts).toEqual(['a x x']);
  const lost = decoded('widerWorse').nodes.find(({ depth, sum }) => depth === 2 && Math.abs(sum - Math.log(0.136)) < 1e-9);
  expect(lost).toMatchObject({ fate: 'pruned', reason: 'outranked', missedBy: expect.closeTo(0.2525, 3) });
});

describe('lengthBias', () => {
  const short = 'brief </s>';
  const long = 'a longer text </s>';
  const first = (lengthPenalty: object) => decoded('lengthBias', { lengthPenalty }).texts[0];

  test('the raw score takes the short text, -2.0 against -2.4', () => {
    const { hypotheses, texts } = decoded('lengthBias');
    expect(texts).toEqual([short, long]);
    expect(hypotheses.map(({ score }) => score)).toEqual([expect.closeTo(-2, 4), expect.closeTo(-2.4, 4)]);
  });

  test('penalties turn the order where they are said to', () => {
    expect(first({ kind: 'power', alpha: 0.262 })).toBe(short);
    expect(first({ kind: 'power', alpha: 0.264 })).toBe(long);
    expect(first({ kind: 'power', alpha: -1 })).toBe(short);
    expect(first({ kind: 'gnmt', alpha: 0.725 })).toBe(short);
    expect(first({ kind: 'gnmt', alpha: 0.726 })).toBe(long);
    expect(first({ kind: 'reward', perToken: 0.199 })).toBe(short);
    expect(first({ kind: 'reward', perToken: 0.25 })).toBe(long);
    const scores = (lengthPenalty: object) => decoded('lengthBias', { lengthPenalty }).hypotheses.map(({ score }) => score);
    expect(scores({ kind: 'power', alpha: 1 })).toEqual([expect.closeTo(-0.6, 4), expect.closeTo(-1, 4)]);
    expect(scores({ kind: 'gnmt', alpha: 0.6 })).toEqual([expect.closeTo(-1.8233, 4), expect.closeTo(-1.8817, 4)]);
  });
});

test('emptyString: the empty text is proven the best, three beams miss it, four find it, and a mean takes another', () => {
  expect(decoded('emptyString')).toMatchObject({ best: ln(0.25), exact: { proven: true } });
  expect(decoded('emptyString').texts.slice(0, 2)).toEqual(['</s>', 'the cat </s>']);
  const three = decoded('emptyString', { kind: 'beam', beams: 3 });
  expect(three).toMatchObject({ texts: ['the cat </s>'], best: ln(0.15) });
  expect(three.nodes.some(({ depth, reason }) => depth === 1 && reason === 'endOutsideBeam')).toBe(true);
  expect(decoded('emptyString', { kind: 'beam', beams: 4 }).texts).toEqual(['</s>']);
  const mean = decoded('emptyString', { lengthPenalty: { kind: 'power', alpha: 1 } });
  expect(mean.texts[0]).toBe('the cat </s>');
  expect(mean.hypotheses[0]!.score).toBeCloseTo(-0.6324, 4);
});

test('heuristicStop: only the optimal rule waits for the better text, and without a penalty all agree', () => {
  const bestOf = (change: Record<string, unknown> = {}) => {
    const { hypotheses, texts } = decoded('heuristicStop', change);
    return { text: texts[0], score: hypotheses[0]!.score };
  };
  const early = { text: 'x </s>', score: expect.closeTo(-0.346574, 6) };
  expect(bestOf()).toEqual(early);
  expect(bestOf({ stopping: 'first' })).toEqual(early);
  expect(bestOf({ stopping: 'optimal' })).toEqual({ text: 'x y w </s>', score: expect.closeTo(-0.199627, 6) });
  for (const stopping of ['heuristic', 'first', 'optimal'])
    expect(bestOf({ stopping, lengthPenalty: { kind: 'none' } })).toEqual({ text: 'x </s>', score: ln(0.5) });
});

test('banana: every ending of "The man ate the" is accounted for, and sixteen are looked at', () => {
  const { experiment } = parseExperiment(readFileSync('media/templates/banana.latent.jsonc', 'utf8'));
  if (experiment?.task !== 'languageModel' || experiment.model.kind !== 'ngram') throw new Error('banana is not counted');
  const lines = readFileSync('media/datasets/banana.txt', 'utf8').trimEnd().split('\n');
  const texts = lines.map((line) => line.split(' '));
  const words = [...new Set(texts.flat()), '</s>'];
  const idsOf = (text: readonly string[]) => text.map((word) => words.indexOf(word));
  const { order, smoothing } = experiment.model;
  const counts = countNgrams({ ...packed(texts.map(idsOf)), unit: 'lines', vocabulary: words.length, order });
  const { prompts, maxNewTokens, strategy } = experiment.decoding;
  const prompt = idsOf(prompts[0]!.split(' '));
  const { hypotheses, exact } = finish({ model: ngramNext(counts, smoothing), prompt, maxNewTokens, strategy });
  const all = Array.from({ length: maxNewTokens + 1 }, (_, length) => (words.length - 1) ** length).reduce((a, b) => a + b);
  const { bound, recombined, impossible } = exact!.log10RuledOut;
  const accounted = [exact!.log10Visited, bound, recombined, impossible].reduce((sum, exponent) => sum + 10 ** exponent, 0);
  expect(exact!.proven).toBe(true);
  expect(10 ** exact!.log10Texts / all).toBeCloseTo(1, 9);
  expect(accounted / all).toBeCloseTo(1, 9);
  expect(10 ** exact!.log10Visited).toBeCloseTo(16, 6);
  expect(words[hypotheses[0]!.tokens[0]!]).toBe('banana');
  expect(Math.exp(hypotheses[0]!.logProbability)).toBeCloseTo(0.2426, 4);
});
