import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readGrammar } from '../../../../src/data/text/grammar.ts';
import { loadText } from '../../../../src/data/text/loadText.ts';
import { sourceEntropy } from '../../../../src/data/text/sourceEntropy.ts';
import { languageModelSchema, textDataSchema } from '../../../../src/experiment/languageModel.ts';
import { UserError } from '../../../../src/experiment/problem.ts';

const section = (source: Record<string, unknown>, more: Record<string, unknown> = {}) => textDataSchema.parse({ source, ...more });
const load = (source: Record<string, unknown>, more: Record<string, unknown> = {}, seed = 1) =>
  loadText(section(source, more), { folder: '/', media: '/', seed });
const masked = (more: Record<string, unknown>) =>
  languageModelSchema.parse({ version: 1, task: 'languageModel', objective: { kind: 'maskedToken', ...more } }).objective;

const weather = { generator: 'markovChain', transitions: { sun: { sun: 0.9, rain: 0.1 }, rain: { sun: 0.4, rain: 0.6 } }, length: 50_000 };

describe('a text of a Markov chain', () => {
  it('is one stream of the chain, with the frequencies of its transitions', async () => {
    const corpus = await load({ generator: 'markovChain', length: 40_000 });
    expect([corpus.unit, corpus.tokens.length, corpus.starts.length, corpus.tokenizer.end]).toEqual(['stream', 40_000, 2, null]);
    expect([...corpus.tokenizer.tokens].sort()).toEqual(['a', 'b']);
    expect(corpus.notes).toEqual(['a Markov chain has no lines: it is read as one stream']);
    const a = corpus.tokenizer.tokens.indexOf('a');
    let [stays, leaves] = [0, 0];
    for (let t = 1; t < corpus.tokens.length; t++) if (corpus.tokens[t - 1] === a) corpus.tokens[t] === a ? stays++ : leaves++;
    expect(leaves / (stays + leaves)).toBeCloseTo(0.1, 2);
    expect((stays + leaves) / corpus.tokens.length).toBeCloseTo(2 / 3, 1);
  });

  it('of longer names has its states as words, and the same states as its characters', async () => {
    const words = await load(weather, { tokens: 'words', unit: 'stream' });
    expect([words.tokens.length, words.notes, [...words.tokenizer.tokens].sort()]).toEqual([50_000, [], ['rain', 'sun']]);
    const characters = await load(weather, { unit: 'stream' });
    expect(characters.tokenizer.decode(characters.tokens)).toBe(words.tokenizer.decode(words.tokens));
    expect(words.characters[0]).toBe(characters.tokens.length);
  });

  it('depends on the seed and on nothing else', async () => {
    const [one, again, other] = [await load(weather), await load(weather), await load(weather, {}, 2)];
    expect([again.tokens, again.hash]).toEqual([one.tokens, one.hash]);
    expect(other.tokens).not.toEqual(one.tokens);
    expect(other.hash).not.toBe(one.hash);
  });

  it('starts from the stationary distribution', async () => {
    const settings = { generator: 'markovChain', transitions: { a: { b: 1 }, b: { a: 0.5, b: 0.5 } }, length: 1 };
    const starts = await Promise.all(Array.from({ length: 600 }, (_, seed) => load(settings, {}, seed)));
    expect(starts.filter(({ tokenizer }) => tokenizer.tokens[0] === 'a').length / 600).toBeCloseTo(1 / 3, 1);
  });

  it.each([
    [{ a: { a: 1 }, b: { b: 1 } }, 'falls apart'],
    [{ 'a b': { 'a b': 1 } }, 'has a space in it'],
    [{ '</s>': { '</s>': 1 } }, 'has a meaning of its own'],
    [{ a: { b: 1 } }, 'which has no row'],
  ])('%j is refused', async (transitions, words) => {
    await expect(load({ generator: 'markovChain', transitions })).rejects.toThrow(words);
    await expect(load({ generator: 'markovChain', transitions })).rejects.toBeInstanceOf(UserError);
  });

  it('has the entropy that its frequencies come to', async () => {
    const { tokens, tokenizer } = await load({ ...weather, length: 400_000 }, { tokens: 'words' });
    const size = tokenizer.tokens.length;
    const counts = new Float64Array(size * size);
    for (let t = 1; t < tokens.length; t++) counts[tokens[t - 1]! * size + tokens[t]!]!++;
    let nats = 0;
    for (let i = 0; i < size; i++) {
      const row = counts.subarray(i * size, (i + 1) * size);
      const all = row.reduce((a, b) => a + b, 0);
      for (const count of row) nats -= (count / tokens.length) * Math.log(count / all);
    }
    expect(sourceEntropy(section(weather, { tokens: 'words' }))).toBeCloseTo(nats, 2);
    // "sun " and "rain " in four of five and one of five cases
    expect(sourceEntropy(section(weather))).toBeCloseTo(sourceEntropy(section(weather, { tokens: 'words' }))! / 4.2, 12);
    expect(sourceEntropy(section(weather, { tokens: { bpe: 20 } }))).toBeNull();
    expect(sourceEntropy(textDataSchema.parse({ source: 'names' }))).toBeNull();
  });

  it('has an entropy of hidden tokens where each is hidden by the mask', () => {
    const words = section(weather, { tokens: 'words' });
    const plain = { replace: { mask: 1, random: 0, keep: 0 } };
    const hidden = sourceEntropy(words, masked(plain))!;
    expect(hidden).toBeLessThan(sourceEntropy(words)!);
    expect(sourceEntropy(words, masked({ ...plain, ratio: 0.5 }))!).toBeGreaterThan(hidden);
    expect(sourceEntropy(words, masked({}))).toBeNull();
    expect(sourceEntropy(words, masked({ ...plain, span: 2 }))).toBeNull();
  });
});

/** Entropy of derivations of at most so many expansions, and how likely those are, by listing them all. */
function listDerivations(
  rules: Record<string, Record<string, number>>,
  start: string,
  most: number,
): { nats: number; words: number; covered: number } {
  let open = [{ rest: [start], chance: 1, words: 0 }];
  let [nats, words, covered] = [0, 0, 0];
  for (let step = 0; step <= most && open.length > 0; step++) {
    const next: typeof open = [];
    for (let one of open) {
      while (one.rest.length > 0 && !Object.hasOwn(rules, one.rest[0]!)) one = { ...one, rest: one.rest.slice(1), words: one.words + 1 };
      if (one.rest.length === 0) {
        nats -= one.chance * Math.log(one.chance);
        words += one.chance * one.words;
        covered += one.chance;
      } else
        for (const [form, chance] of Object.entries(rules[one.rest[0]!]!))
          next.push({ rest: [...form.split(' ').filter(Boolean), ...one.rest.slice(1)], chance: one.chance * chance, words: one.words });
    }
    open = next;
  }
  return { nats, words, covered };
}

describe('a grammar', () => {
  it('has the entropy and the length that listing its derivations gives', () => {
    const probability = fc.integer({ min: 3, max: 9 });
    fc.assert(
      fc.property(probability, probability, probability, (p, q, r) => {
        const rules = {
          S: { 'A B': p / 10, x: 1 - p / 10 },
          A: { 'a A': (10 - q) / 20, b: 1 - (10 - q) / 20 },
          B: { '': r / 10, 'c A': 1 - r / 10 },
          unused: { 'unused unused': 1 },
        };
        const listed = listDerivations(rules, 'S', 60);
        expect(listed.covered).toBeCloseTo(1, 9);
        const grammar = readGrammar({ generator: 'grammar', rules, start: 'S', sentences: 1 });
        expect(grammar.derivationNats).toBeCloseTo(listed.nats, 7);
        expect(grammar.words).toBeCloseTo(listed.words, 7);
      }),
      { numRuns: 20 },
    );
  });

  it('writes sentences of its rules, as many as it is asked for, as long as they are on average', async () => {
    const corpus = await load({ generator: 'grammar', sentences: 3000 }, { tokens: 'words' });
    expect([corpus.unit, corpus.starts.length - 1, corpus.source]).toEqual(['lines', 3000, 'grammar']);
    const first = corpus.tokenizer.decode(corpus.tokens.subarray(0, corpus.starts[1]));
    expect(first).toMatch(/^the (cat|dog)( that)? (sleeps|sees|chases|the)/);
    const { words } = readGrammar(section({ generator: 'grammar' }).source as Parameters<typeof readGrammar>[0]);
    expect(corpus.tokens.length / 3000).toBeCloseTo(words, 0);
    expect(corpus.characters[0]).toBe(first.length);
    const stream = await load({ generator: 'grammar', sentences: 10 }, { tokens: 'words', unit: 'stream' });
    expect(stream.tokenizer.decode(stream.tokens).split('\n').length).toBe(11);
  });

  it('has an entropy a word and a character, ends included', () => {
    const coin = section({ generator: 'grammar', rules: { S: { 'a bc': 0.5, d: 0.5 } } });
    expect(sourceEntropy({ ...coin, tokens: 'words' })).toBeCloseTo(Math.LN2 / 2.5, 12);
    // "a bc" and its end are 5 characters, "d" and its end 2
    expect(sourceEntropy(coin)).toBeCloseTo(Math.LN2 / 3.5, 12);
    expect(sourceEntropy({ ...coin, tokens: { bpe: 9 } })).toBeNull();
    expect(sourceEntropy(coin, masked({}))).toBeNull();
    const empty = section({ generator: 'grammar', rules: { S: { '': 0.5, d: 0.5 } } });
    expect([sourceEntropy(empty), sourceEntropy({ ...empty, tokens: 'words' })]).toEqual([null, expect.closeTo(Math.LN2 / 1.5, 12)]);
  });

  it('keeps empty sentences: they are texts too', async () => {
    const corpus = await load({ generator: 'grammar', rules: { S: { '': 0.5, d: 0.5 } }, sentences: 200 }, { tokens: 'words' });
    expect([corpus.starts.length - 1, corpus.notes]).toEqual([200, []]);
    expect(corpus.tokens.length).toBeLessThan(150);
  });

  it.each([
    [{ S: { 'S S': 0.6, a: 0.4 } }, 'S', 'do not end on average'],
    [{ S: { 'S S': 0.5, a: 0.5 } }, 'S', 'do not end on average'],
    [{ S: { S: 1 } }, 'S', 'do not end on average'],
    [{ S: { a: 1 } }, 'T', 'for which data.source.rules has no rule'],
    [{ S: { '</s>': 1 } }, 'S', 'has a meaning of its own'],
  ])('%j from %s is refused', async (rules, start, words) => {
    await expect(load({ generator: 'grammar', rules, start })).rejects.toThrow(words);
  });
});
