import { Tokenizer as HuggingFaceTokenizer } from '@huggingface/tokenizers';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BpeTokenizer, piecePattern } from '../../../../src/data/text/bpeTokenizer.ts';
import { CharacterTokenizer } from '../../../../src/data/text/characterTokenizer.ts';
import type { StreamTokenizer } from '../../../../src/data/text/streamTokenizer.ts';
import { surveyText } from '../../../../src/data/text/surveyText.ts';
import type { TextSource } from '../../../../src/data/text/textSource.ts';
import { tokenizerFromJson } from '../../../../src/data/text/tokenizerFromJson.ts';
import { trainBpe } from '../../../../src/data/text/trainBpe.ts';
import { wordPatterns } from '../../../../src/data/text/wordTokenizer.ts';
import { UnknownTokenError } from '../../../../src/experiment/unknownTokenError.ts';

/** A text that comes in the portions given. */
const textOf = (...portions: string[]): TextSource => ({
  name: 'text.txt',
  isGenerated: false,
  version: () => null,
  async *read() {
    yield* portions;
  },
  hash: () => '',
});

type Cut = Parameters<typeof surveyText>[1]['tokens'];
const make = async (text: string, tokens: Cut, unit: 'lines' | 'stream' = 'stream') =>
  (await surveyText(textOf(text), { tokens, unit })).tokenizer;

/** Texts with everything that makes cutting hard, and few enough letters that pairs come again. */
const part = fc.oneof(
  fc.constantFrom(
    'a',
    'b',
    'ab',
    'the',
    ' ',
    '  ',
    '\n',
    '.',
    ', ',
    '-',
    '--',
    "'",
    '"',
    '3',
    '1,000.5',
    '—',
    '(',
    ')',
    '</s>',
    '<unk>',
    'é',
    'é',
    '😀',
    '\t',
    '漢字',
    '__proto__',
    '$',
  ),
  fc.string({ unit: 'binary', maxLength: 3 }),
);
const text = fc.array(part, { maxLength: 30 }).map((parts) => parts.join('').replaceAll('\0', '').replace(/\r\n?/g, '\n'));

const readBack = (tokenizer: StreamTokenizer, unit: 'lines' | 'stream' = 'stream') =>
  tokenizerFromJson(JSON.parse(JSON.stringify(tokenizer.toJson())), unit);
const library = (tokenizer: StreamTokenizer) => new HuggingFaceTokenizer(JSON.parse(JSON.stringify(tokenizer.toJson())), {});

describe('characters', () => {
  it('are code points by first appearance, the end token last', async () => {
    const tokenizer = await make('b😀a\nab😀', 'characters', 'lines');
    expect(tokenizer.tokens).toEqual(['b', '😀', 'a', '</s>']);
    expect(tokenizer.end).toBe(3);
    expect(tokenizer.encode('a😀')).toEqual([2, 1]);
    expect(tokenizer.decode([2, 1, 3])).toBe('a😀');
    expect((await make('b\na', 'characters')).tokens).toEqual(['b', '\n', 'a']);
  });

  it('give any text back', async () => {
    await fc.assert(
      fc.asyncProperty(text, async (whole) => {
        const tokenizer = await make(whole, 'characters');
        expect(tokenizer.decode(tokenizer.encode(whole))).toBe(whole);
        expect(tokenizer.encode(whole).length).toBe([...whole].length);
      }),
    );
  });

  it('that are unknown are named, with the nearest', async () => {
    const tokenizer = await make('Anne ate', 'characters', 'lines');
    expect(() => tokenizer.encode('ané')).toThrow(
      new UnknownTokenError('the character "é" is not in the vocabulary; the nearest is "e"', 'é', 'e'),
    );
    expect(() => tokenizer.encode('T')).toThrow('the nearest is "t"');
    expect(() => tokenizer.encode('7')).toThrow('the vocabulary is "A", "n", "e", " ", "a", "t"');
  });
});

describe('words', () => {
  it('stand apart from numbers and punctuation', async () => {
    const words = (line: string) => line.match(new RegExp(wordPatterns.prose, 'gu'));
    expect(words('Don\'t pay 1,000.50 for the well-bred dog--or 3rd cat. "No!" she said...')).toEqual([
      "Don't",
      'pay',
      '1,000.50',
      'for',
      'the',
      'well-bred',
      'dog',
      '--',
      'or',
      '3rd',
      'cat',
      '.',
      '"',
      'No',
      '!',
      '"',
      'she',
      'said',
      '.',
      '.',
      '.',
    ]);
    const tokenizer = await make('The man ate the banana\nThe man ran.\n', 'words', 'lines');
    expect(tokenizer.tokens).toEqual(['The', 'man', 'ate', 'the', 'banana', 'ran', '.', '</s>']);
    expect(tokenizer.encode('The man ate the')).toEqual([0, 1, 2, 3]);
    expect(tokenizer.encode('')).toEqual([]);
  });

  it('are joined as prose is written', async () => {
    const lines = [
      'The man, who was (as they say) hungry, ate; then he slept.',
      '"Yes!" she said, "and \'twice\' at that."',
      "It cost $5 or 3.50, 10% more--a well-bred man's price...",
      'One — no, “two” — of them’s ‘here’?',
      'A line.\nAnother "one\n"two" lines.',
    ];
    for (const line of lines) {
      const tokenizer = await make(line, 'words');
      expect(tokenizer.decode(tokenizer.encode(line))).toBe(line.replaceAll(' — ', '—'));
    }
  });

  it('are cut from what they were joined to as they were before', async () => {
    await fc.assert(
      fc.asyncProperty(text, async (whole) => {
        const tokenizer = await make(whole, 'words');
        const ids = tokenizer.encode(whole);
        expect(tokenizer.encode(tokenizer.decode(ids))).toEqual(ids);
      }),
      { numRuns: 300 },
    );
  });

  it('beyond the vocabulary become "<unk>" in the text that it is made from, and are named in a prompt', async () => {
    const many = Array.from({ length: 25_000 }, (_, i) => `w${i}`).join(' ');
    const { tokenizer, notes } = await surveyText(textOf(`w7 w24999 ${many}`), { tokens: 'words', unit: 'lines' });
    expect(tokenizer.tokens.length).toBe(20_000);
    expect(notes).toEqual(['the 19998 most frequent words are the vocabulary, the other 5002 of 25000 became "<unk>"']);
    expect(tokenizer.tokens.slice(0, 3)).toEqual(['w7', 'w24999', 'w0']);
    expect(tokenizer.tokens.slice(-2)).toEqual(['<unk>', '</s>']);
    const ids: number[] = [];
    tokenizer.append('w7 w24000 w1', ids);
    expect(ids).toEqual([0, 19_998, 3]);
    expect(() => tokenizer.encode('w7 w24000')).toThrow('the word "w24000" is not in the vocabulary; the nearest is "w');
    const prompt = await make('The man ate the banana', 'words', 'lines');
    expect(() => prompt.encode('The man ate the bananna')).toThrow(
      new UnknownTokenError('the word "bananna" is not in the vocabulary; the nearest is "banana"', 'bananna', 'banana'),
    );
    expect(() => prompt.encode('The </s>')).toThrow('the word "<"');
  });

  it('are counted in bounded memory however many there are', async () => {
    const portions = Array.from(
      { length: 24 },
      (_, i) => `often ${Array.from({ length: 50_000 }, (_, j) => (i * 50_000 + j).toString(36)).join(' ')} `,
    );
    const { tokenizer } = await surveyText(textOf(...portions), { tokens: 'words', unit: 'stream' });
    expect(tokenizer.tokens.slice(0, 2)).toEqual(['often', expect.any(String)]);
    expect(tokenizer.tokens).toContain('<unk>');
  });
});

/** Byte pairs as they are defined: cut all, count all pairs, join the most frequent, of several the first. */
function naivePairs(whole: string, characters: string[], size: number): { tokens: string[]; merges: [string, string][] } {
  const pieces = whole.match(new RegExp(piecePattern, 'gu')) ?? [];
  const tokens = [...characters];
  const merges: [string, string][] = [];
  while (tokens.length < size) {
    const counts = new Map<string, number>();
    for (const piece of pieces) {
      const parts = naiveCut(piece, merges);
      for (let i = 0; i + 1 < parts.length; i++) {
        const key = JSON.stringify([parts[i], parts[i + 1]]);
        counts.set(key, (counts.get(key) ?? 0) + 1);
      }
    }
    let best: [string, number] = ['', 1];
    for (const [key, count] of counts) if (count > best[1] && (JSON.parse(key) as string[]).join('') !== '</s>') best = [key, count];
    if (best[0] === '') break;
    const merge = JSON.parse(best[0]) as [string, string];
    merges.push(merge);
    if (!tokens.includes(merge.join(''))) tokens.push(merge.join(''));
  }
  return { tokens, merges };
}

function naiveCut(piece: string, merges: [string, string][]): string[] {
  let parts = [...piece];
  for (;;) {
    const merge = merges.find(([a, b]) => parts.some((p, i) => p === a && parts[i + 1] === b));
    if (merge === undefined) return parts;
    const next: string[] = [];
    for (let i = 0; i < parts.length; i++) {
      if (parts[i] === merge[0] && parts[i + 1] === merge[1]) next.push(parts[i++]! + parts[i]!);
      else next.push(parts[i]!);
    }
    parts = next;
  }
}

describe('byte pairs', () => {
  const repetitive = fc
    .array(fc.constantFrom('a', 'b', 'c', 'aa', 'ab', 'abc', ' ', ' ab', '\n', '<', '/s>', '</s>', '😀'), { maxLength: 80 })
    .map((parts) => parts.join(''));

  it('are those of the definition, whatever the text', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(repetitive, text), fc.integer({ min: 0, max: 30 }), async (whole, more) => {
        const characters = [...new Set(whole)];
        const expected = naivePairs(whole, characters, characters.length + more);
        const pieces = new Map<string, number>();
        for (const piece of whole.match(new RegExp(piecePattern, 'gu')) ?? []) pieces.set(piece, (pieces.get(piece) ?? 0) + 1);
        const { tokens, merges } = await trainBpe(pieces, characters, characters.length + more);
        expect(tokens).toEqual(expected.tokens);
        expect(merges.map(([a, b]) => [tokens[a], tokens[b]])).toEqual(expected.merges);
        const tokenizer = new BpeTokenizer({ tokens, merges });
        const ids = tokenizer.encode(whole);
        expect(ids.map((id) => tokens[id])).toEqual(
          (whole.match(new RegExp(piecePattern, 'gu')) ?? []).flatMap((piece) => naiveCut(piece, expected.merges)),
        );
        expect(tokenizer.decode(ids)).toBe(whole);
      }),
      { numRuns: 1000 },
    );
  });

  it('fill the vocabulary to the size asked for, end token included, or say why not', async () => {
    const long = 'the cat sat on the mat with the hat and the bat\n'.repeat(3);
    const { tokenizer, notes } = await surveyText(textOf(long), { tokens: { bpe: 24 }, unit: 'lines' });
    expect([tokenizer.tokens.length, tokenizer.tokens.at(-1), notes]).toEqual([24, '</s>', []]);
    expect(tokenizer.tokens).toContain('at');
    const short = await surveyText(textOf('abab'), { tokens: { bpe: 50 }, unit: 'lines' });
    expect(short.tokenizer.tokens).toEqual(['a', 'b', 'ab', '</s>']);
    expect(short.notes).toEqual(['the vocabulary has 4 tokens instead of 50: no pair stands twice any more']);
    await expect(surveyText(textOf('abcdef'), { tokens: { bpe: 6 }, unit: 'lines' })).rejects.toThrow(
      'data.tokens.bpe is 6, too few for the 6 different characters of text.txt and the end token; make it larger',
    );
  });

  it('cut a word of any length', async () => {
    const tokenizer = await make('ab'.repeat(50_000), { bpe: 12 });
    expect(tokenizer.encode('ab'.repeat(50_000)).length).toBeLessThan(300);
  });

  it('that lack a character of a prompt name it', async () => {
    const tokenizer = await make('the then there', { bpe: 10 });
    expect(() => tokenizer.encode('thex')).toThrow(/^the character "x" is not in the vocabulary; the vocabulary is "t", "h", "e"/);
  });
});

describe('a tokenizer.json', () => {
  const kinds: Cut[] = ['characters', 'words', { bpe: 1000 }];

  it.each(kinds)('of %j comes back as it was, with the same ids of any text', async (tokens) => {
    await fc.assert(
      fc.asyncProperty(text, fc.constantFrom('lines' as const, 'stream' as const), async (whole, unit) => {
        const tokenizer = await make(whole, tokens, unit);
        const again = readBack(tokenizer, unit);
        expect([again.kind, again.tokens, again.end]).toEqual([tokenizer.kind, tokenizer.tokens, tokenizer.end]);
        const known = unit === 'stream' ? whole : (whole.split('\n').find((line) => line.trim() !== '') ?? '');
        const ids = tokenizer.encode(known);
        expect(again.encode(known)).toEqual(ids);
        expect(again.decode(ids)).toBe(tokenizer.decode(ids));
      }),
      { numRuns: 200 },
    );
  });

  it.each(kinds)("of %j means the same to Hugging Face's library", async (tokens) => {
    await fc.assert(
      fc.asyncProperty(text, async (whole) => {
        const tokenizer = await make(whole, tokens, 'stream');
        fc.pre(whole !== '');
        expect(library(tokenizer).encode(whole).ids).toEqual(tokenizer.encode(whole));
      }),
      { numRuns: 200 },
    );
  });

  it('loses and gains its end token with the unit', async () => {
    const tokenizer = await make('abc abd', { bpe: 9 }, 'lines');
    const stream = readBack(tokenizer, 'stream');
    expect([stream.end, stream.tokens]).toEqual([null, tokenizer.tokens.slice(0, -1)]);
    expect([readBack(stream, 'lines').tokens, readBack(stream, 'lines').end]).toEqual([tokenizer.tokens, tokenizer.end]);
  });

  /** GPT-2's way in small: bytes, merges written with a space, a special token. */
  const byteLevel = {
    version: '1.0',
    added_tokens: [{ id: 7, content: '<|endoftext|>', special: true, normalized: false, single_word: false, lstrip: false, rstrip: false }],
    normalizer: null,
    pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
    post_processor: null,
    decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: { type: 'BPE', unk_token: null, vocab: { a: 0, b: 1, Ġ: 2, ab: 3, Ġab: 4, Ã: 5, '©': 6 }, merges: ['a b', 'Ġ ab'] },
  };

  it('that somebody else made keeps its ids; tokens read as people read them, and the end token is added', () => {
    const tokenizer = tokenizerFromJson(byteLevel, 'lines');
    expect([tokenizer.kind, tokenizer.end]).toEqual(['bpe', 8]);
    expect(tokenizer.tokens).toEqual(['a', 'b', ' ', 'ab', ' ab', 'Ã', '©', '<|endoftext|>', '</s>']);
    expect(tokenizer.encode('ab abé')).toEqual([3, 4, 5, 6]);
    expect(tokenizer.decode([3, 4, 5, 6, 8])).toBe('ab abé');
    expect([tokenizer.encode(''), tokenizer.decode([])]).toEqual([[], '']);
    expect(tokenizerFromJson(tokenizer.toJson(), 'lines').tokens).toEqual(tokenizer.tokens);
    expect(tokenizerFromJson(byteLevel, 'stream').end).toBeNull();
  });

  it('of whole words is read too', () => {
    const words = {
      model: { type: 'WordLevel', vocab: { '[UNK]': 0, the: 1, cat: 2 }, unk_token: '[UNK]' },
      pre_tokenizer: { type: 'Whitespace' },
      normalizer: { type: 'Lowercase' },
    };
    const tokenizer = tokenizerFromJson(words, 'lines');
    expect([tokenizer.kind, tokenizer.encode('The cats cat')]).toEqual(['words', [1, 0, 2]]);
    expect(tokenizer.tokens).toEqual(['[UNK]', 'the', 'cat', '</s>']);
  });

  it('that is none says so', () => {
    expect(() => tokenizerFromJson({}, 'lines', 'x.json')).toThrow('x.json is no tokenizer.json of Hugging Face, model:');
    expect(() => tokenizerFromJson([1], 'lines')).toThrow('is no tokenizer.json');
    expect(() => tokenizerFromJson({ model: { type: 'BPE', vocab: { a: 1e9 } } }, 'lines')).toThrow('model.vocab');
    expect(() => tokenizerFromJson({ model: { type: 'Other', vocab: { a: 0 } } }, 'lines')).toThrow('models that can be read are BPE');
    expect(() => tokenizerFromJson({ model: { type: 'BPE', vocab: {}, merges: [] }, pre_tokenizer: { type: 'New' } }, 'lines')).toThrow(
      'cannot be read',
    );
  });
});

it('every tokenizer cuts portions as it cuts the whole', async () => {
  const sentence = fc
    .array(fc.constantFrom('the', 'cat', "don't", '3.5', '--', '.', 'é😀', 'a,b'), { minLength: 1, maxLength: 30 })
    .map((words) => words.join(' '));
  await fc.assert(
    fc.asyncProperty(
      sentence,
      fc.array(fc.nat()),
      fc.constantFrom<Cut>('characters', 'words', { bpe: 60 }),
      async (whole, cuts, tokens) => {
        const tokenizer = await make(whole, tokens);
        const borders = cuts
          .map((cut) => whole.indexOf(' ', cut % whole.length))
          .filter((at) => at > 0)
          .sort((a, b) => a - b);
        const ids: number[] = [];
        [0, ...borders].forEach((from, i) => {
          tokenizer.append(whole.slice(from, borders[i] ?? whole.length), ids);
        });
        expect(ids).toEqual(tokenizer.encode(whole));
      },
    ),
  );
});

it('CharacterTokenizer and its file agree on an empty vocabulary', () => {
  expect(readBack(new CharacterTokenizer([])).tokens).toEqual([]);
});
