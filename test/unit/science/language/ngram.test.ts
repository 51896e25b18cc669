import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loadText } from '../../../../src/data/text/loadText.ts';
import { splitText } from '../../../../src/data/text/splitText.ts';
import type { LanguageModelExperiment } from '../../../../src/experiment/languageModel.ts';
import { parseExperiment } from '../../../../src/experiment/parseExperiment.ts';
import type { NextTokens } from '../../../../src/math/nextTokens.ts';
import { countNgrams, ngramNats, ngramNext, type Smoothing } from '../../../../src/science/language/ngram.ts';
import { type PlainTexts, packed, predictions, ReferenceNgram } from './ngramReference.ts';

const smoothings: Smoothing[] = ['none', { add: 0.1 }, { add: 1 }, 'wittenBell'];

const count = (texts: PlainTexts) => countNgrams({ ...packed(texts.texts), ...texts });

/** Random texts over few tokens, so that contexts come back; a measured text of the same vocabulary, and a prefix. */
const cases = fc
  .record({
    unit: fc.constantFrom('lines' as const, 'stream' as const),
    words: fc.integer({ min: 1, max: 4 }),
    order: fc.integer({ min: 1, max: 5 }),
  })
  .chain(({ unit, words, order }) => {
    const token = fc.nat({ max: words - 1 });
    const texts = fc.array(fc.array(token, { maxLength: 12 }), { maxLength: 6 });
    return fc.record({
      unit: fc.constant(unit),
      order: fc.constant(order),
      vocabulary: fc.constant(unit === 'lines' ? words + 1 : words),
      texts,
      others: texts,
      prefix: fc.array(token, { maxLength: 7 }),
      smoothing: fc.constantFrom(...smoothings),
    });
  });

/** -sum over contexts of p(h) sum over w of p(w | h) ln p(w | h), from counts of strings. */
function conditionalEntropy(texts: PlainTexts): number {
  const contexts = new Map<string, Map<number, number>>();
  let all = 0;
  for (const { before, token } of predictions(texts).filter(({ before }) => before.length >= texts.order - 1)) {
    const context = before.slice(before.length - texts.order + 1).join(' ');
    const row = contexts.get(context) ?? new Map<number, number>();
    contexts.set(context, row.set(token, (row.get(token) ?? 0) + 1));
    all++;
  }
  let entropy = 0;
  for (const row of contexts.values()) {
    const total = [...row.values()].reduce((a, b) => a + b, 0);
    for (const times of row.values()) entropy -= (times / all) * Math.log(times / total);
  }
  return entropy;
}

describe('counted grams', () => {
  test('give the rows that maps of strings give, and rows that sum to 1 or are impossible', () => {
    fc.assert(
      fc.property(cases, ({ prefix, smoothing, ...texts }) => {
        const model: NextTokens = ngramNext(count(texts), smoothing);
        const reference = new ReferenceNgram(texts, smoothing);
        const [row, again] = model.next([prefix, prefix]);
        const before = [...(texts.unit === 'lines' ? new Array<string>(texts.order - 1).fill('S') : []), ...prefix.map(String)];
        expect(row).toHaveLength(texts.vocabulary);
        expect(again).toEqual(row);
        row!.forEach((logarithm, token) => {
          expect(Math.exp(logarithm)).toBeCloseTo(reference.probability(before, token), 12);
        });
        const sum = row!.reduce((a, b) => a + Math.exp(b), 0);
        if (smoothing !== 'none') expect(sum).toBeCloseTo(1, 12);
        else expect(row!.every((logarithm) => logarithm === Number.NEGATIVE_INFINITY) || Math.abs(sum - 1) < 1e-12).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test('charge a text what maps of strings charge, and prefixes one by one', () => {
    fc.assert(
      fc.property(cases, ({ others, smoothing, ...texts }) => {
        const counts = count(texts);
        const reference = new ReferenceNgram(texts, smoothing);
        const measured = predictions({ ...texts, texts: others }).filter(({ before }) => before.length >= texts.order - 1);
        const nats = measured.map(({ before, token }) => -Math.log(reference.probability(before, token)));
        const found = ngramNats(counts, smoothing, packed(others));
        expect(found.tokens).toBe(measured.length);
        const mean = nats.reduce((a, b) => a + b, 0) / nats.length;
        if (Number.isFinite(mean)) expect(found.nats).toBeCloseTo(mean, 10);
        else expect(found.nats).toBe(mean);
        if (texts.unit === 'stream' || found.tokens === 0) return;
        const model = ngramNext(counts, smoothing);
        const sums = others.map((text) =>
          [...text, texts.vocabulary - 1].reduce((sum, token, i) => sum - model.next([text.slice(0, i)])[0]![token]!, 0),
        );
        const total = sums.reduce((a, b) => a + b, 0);
        if (Number.isFinite(total)) expect(found.nats * found.tokens).toBeCloseTo(total, 9);
        else expect(found.nats).toBe(Number.POSITIVE_INFINITY);
      }),
      { numRuns: 500 },
    );
  });

  test('without smoothing cost their own training text exactly its conditional entropy, and no smoothing costs less', () => {
    fc.assert(
      fc.property(cases, ({ smoothing, ...texts }) => {
        const counts = count(texts);
        const { nats, tokens } = ngramNats(counts, 'none', packed(texts.texts));
        if (tokens === 0) {
          expect(nats).toBeNaN();
          return;
        }
        expect(Math.abs(nats - conditionalEntropy(texts))).toBeLessThan(1e-9);
        expect(ngramNats(counts, smoothing, packed(texts.texts)).nats).toBeGreaterThan(nats - 1e-12);
      }),
      { numRuns: 500 },
    );
  });

  test('have a state that decides the row', () => {
    fc.assert(
      fc.property(cases, fc.array(fc.nat({ max: 3 }), { maxLength: 4 }), ({ prefix, smoothing, ...texts }, more) => {
        const model = ngramNext(count(texts), smoothing);
        const words = texts.unit === 'lines' ? texts.vocabulary - 1 : texts.vocabulary;
        const longer = [...more.map((token) => token % words), ...prefix];
        const [row, other] = model.next([prefix, longer]);
        if (model.state!(prefix) === model.state!(longer)) expect(other).toEqual(row);
        expect(model.state!(prefix) === model.state!(longer)).toBe(longer.length === prefix.length || prefix.length >= texts.order - 1);
      }),
    );
  });
});

describe('lines', () => {
  // "ab", "a", "a" and an empty line, of the tokens a and b and the end
  const lines: PlainTexts = { unit: 'lines', vocabulary: 3, order: 2, texts: [[0, 1], [0], [0], []] };
  const rowAfter = (prefix: number[], smoothing: Smoothing) =>
    [...ngramNext(count(lines), smoothing).next([prefix])[0]!].map((logarithm) => Math.exp(logarithm));

  test('begin after the start symbol, end with the end token, and count again when they come again', () => {
    expect(rowAfter([], 'none')).toEqual([expect.closeTo(3 / 4, 12), 0, expect.closeTo(1 / 4, 12)]);
    expect(rowAfter([0], 'none')).toEqual([0, expect.closeTo(1 / 3, 12), expect.closeTo(2 / 3, 12)]);
    expect(ngramNext(count(lines), 'none')).toMatchObject({ size: 3, end: 2 });
  });

  test('take their rows from all three smoothings as these are defined', () => {
    expect(rowAfter([0], { add: 1 })).toEqual([1 / 6, 2 / 6, 3 / 6].map((p) => expect.closeTo(p, 12)));
    // all tokens: a 3, b 1, end 4 times, three kinds: P(w) = (c + 3/3)/(8 + 3)
    const single = [4 / 11, 2 / 11, 5 / 11];
    const after = [0, 1, 2].map((times, w) => (times + 2 * single[w]!) / 5);
    expect(rowAfter([0], 'wittenBell')).toEqual(after.map((p) => expect.closeTo(p, 12)));
  });

  test('never let a context reach into the line before', () => {
    expect(rowAfter([1], 'none')).toEqual([0, 0, 1]);
  });

  test('with a context never seen have nothing to go on with, or what smoothing says', () => {
    const trigrams = count({ ...lines, order: 3 });
    const [row] = ngramNext(trigrams, 'none').next([[1, 1]]);
    expect([...row!]).toEqual([0, 1, 2].map(() => Number.NEGATIVE_INFINITY));
    expect([...ngramNext(trigrams, { add: 0.1 }).next([[1, 1]])[0]!]).toEqual([0, 1, 2].map(() => expect.closeTo(Math.log(1 / 3), 12)));
    expect(ngramNats(trigrams, 'none', packed([[1, 1]])).nats).toBe(Number.POSITIVE_INFINITY);
    // as after "b" alone: the longer context has never been seen
    expect(ngramNext(trigrams, 'wittenBell').next([[1, 1]])).toEqual(ngramNext(count(lines), 'wittenBell').next([[1]]));
  });

  test('of none at all leave every token as likely as every other', () => {
    const none = countNgrams({ tokens: [], starts: [0], unit: 'lines', vocabulary: 4, order: 3 });
    expect([...ngramNext(none, 'wittenBell').next([[]])[0]!]).toEqual([0, 1, 2, 3].map(() => Math.log(1 / 4)));
    expect(ngramNats(none, 'wittenBell', { tokens: [], starts: [0] })).toEqual({ nats: Number.NaN, tokens: 0 });
  });
});

describe('a stream', () => {
  const stream: PlainTexts = { unit: 'stream', vocabulary: 2, order: 3, texts: [[0, 1, 0, 0, 1]] };

  test('has no end, and judges a short prefix by grams of its length', () => {
    const model = ngramNext(count(stream), 'none');
    expect(model).toMatchObject({ size: 2, end: null });
    expect([...model.next([[]])[0]!].map(Math.exp)).toEqual([3 / 5, 2 / 5].map((p) => expect.closeTo(p, 12)));
    expect([...model.next([[0]])[0]!].map(Math.exp)).toEqual([1 / 3, 2 / 3].map((p) => expect.closeTo(p, 12)));
  });

  test('predicts only what has a whole context before it', () => {
    expect(ngramNats(count(stream), 'none', packed(stream.texts)).tokens).toBe(3);
  });
});

test('a token outside the vocabulary is no text', () => {
  const wrong = { tokens: [0, 2], starts: [0, 2], unit: 'lines' as const, vocabulary: 3, order: 2 };
  expect(() => countNgrams(wrong)).toThrow('token 2 at 1, expected one below 2');
});

test('grams by the hundred thousand are told apart', () => {
  // every pair of 600 tokens once, in one stream: a walk along all edges
  const size = 600;
  const tokens: number[] = [];
  for (let a = 0; a < size; a++) for (let b = a; b < size; b++) tokens.push(...(a === b ? [a] : [a, b]));
  tokens.push(0);
  const counts = countNgrams({ tokens, starts: [0, tokens.length], unit: 'stream', vocabulary: size, order: 2 });
  expect(counts.grams.tokens.length).toBe(1 + size + size * size);
  expect(counts.kinds.slice(1, 1 + size).every((kinds) => kinds === size)).toBe(true);
});

describe('first names, a tenth held out', async () => {
  const { experiment } = parseExperiment(readFileSync('media/templates/namesNgram.latent.jsonc', 'utf8'));
  const { data, seed } = experiment as LanguageModelExperiment;
  const corpus = await loadText(data!, { folder: 'media/templates', media: 'media', seed });
  const { train, validation } = splitText(corpus, data!.split, seed);
  const lossOf = (order: number, smoothing: Smoothing) => {
    const counts = countNgrams({ ...train, unit: corpus.unit, vocabulary: corpus.tokenizer.tokens.length, order });
    return ngramNats(counts, smoothing, validation).nats;
  };

  test('cost 2.43 nats a letter by pairs, and least by interpolated grams of four or five', () => {
    expect(Math.abs(lossOf(2, 'wittenBell') - 2.43)).toBeLessThan(0.02);
    const interpolated = [1, 2, 3, 4, 5, 6].map((order) => lossOf(order, 'wittenBell'));
    const least = Math.min(...interpolated);
    expect([interpolated[3], interpolated[4]]).toContain(least);
    expect(lossOf(4, { add: 0.1 })).toBeGreaterThan(least);
  });

  test('cost infinitely much by grams of four without smoothing', () => {
    expect(lossOf(4, 'none')).toBe(Number.POSITIVE_INFINITY);
  });
});
