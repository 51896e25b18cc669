import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitRows } from '../../../../src/data/splitRows.ts';
import { CharacterTokenizer } from '../../../../src/data/text/characterTokenizer.ts';
import { splitText } from '../../../../src/data/text/splitText.ts';
import { endToken } from '../../../../src/data/text/streamTokenizer.ts';
import type { TextCorpus } from '../../../../src/data/text/textCorpus.ts';
import { WordTokenizer } from '../../../../src/data/text/wordTokenizer.ts';

function corpusOf(lines: string[], unit: 'lines' | 'stream' = 'lines'): TextCorpus {
  const letters = [...new Set(lines.join(''))];
  const tokenizer = new CharacterTokenizer(unit === 'lines' ? [...letters, endToken] : letters);
  const ids = lines.map((line) => tokenizer.encode(line));
  const starts = [0];
  for (const text of ids) starts.push(starts.at(-1)! + text.length);
  const tokens = Uint16Array.from(ids.flat());
  return {
    source: 'text.txt',
    tokenizer,
    unit,
    tokens,
    starts: Uint32Array.from(starts),
    characters: Uint32Array.from(ids, (text) => text.length),
    hash: '',
    notes: [],
  };
}

const share = fc.oneof(fc.constantFrom(0, 0.1, 0.25), fc.integer({ min: 1, max: 4 }));

describe('lines', () => {
  it('are dealt as rows are, each with all of its tokens, and no two parts share one', () => {
    const lines = fc.array(fc.string({ maxLength: 5 }), { minLength: 12, maxLength: 40 });
    fc.assert(
      fc.property(lines, share, share, fc.nat(9), (texts, validation, test, seed) => {
        const corpus = corpusOf(texts);
        const parts = splitText(corpus, { validation, test }, seed);
        const rows = splitRows({ rows: texts.length, labels: null }, { validation, test }, seed);
        for (const name of ['train', 'validation', 'test'] as const) {
          const { tokens, starts, characters, rows: own } = parts[name];
          expect(own).toEqual(rows[name]);
          const expected = [...own].map((row) => texts[row]!);
          expect(expected.map((_, i) => corpus.tokenizer.decode(tokens.subarray(starts[i], starts[i + 1])))).toEqual(expected);
          expect(characters).toBe(expected.reduce((sum, text) => sum + [...text].length + 1, 0));
        }
      }),
    );
  });

  it('that would leave nothing to train on are refused', () => {
    expect(() => splitText(corpusOf(['a', 'b']), { validation: 1, test: 1 }, 0)).toThrow('leaves no training rows');
  });
});

describe('a stream', () => {
  it('is cut into what is trained on, then validation, then test', () => {
    const corpus = corpusOf(['abcdefghij'], 'stream');
    const { train, validation, test } = splitText(corpus, { validation: 0.2, test: 1 }, 0);
    expect([train, validation, test].map(({ tokens }) => corpus.tokenizer.decode(tokens))).toEqual(['abcdefg', 'hi', 'j']);
    expect([train, validation, test].map(({ characters }) => characters)).toEqual([7, 2, 1]);
    expect([[...train.starts], [...train.rows]]).toEqual([[0, 7], [0]]);
    const none = splitText(corpus, 'none', 0);
    expect([none.train.tokens.length, none.test]).toEqual([
      10,
      { tokens: new Uint16Array(), starts: Uint32Array.of(0), characters: 0, rows: new Uint32Array() },
    ]);
  });

  it('of words shares all of its characters out', () => {
    const tokenizer = new WordTokenizer(['a', 'bb', 'cccc'], 'prose');
    const ids = tokenizer.encode('a bb cccc a bb cccc');
    const corpus = {
      ...corpusOf([], 'stream'),
      tokenizer,
      tokens: Uint16Array.from(ids),
      starts: Uint32Array.of(0, 6),
      characters: Uint32Array.of(20),
    };
    const { train, validation, test } = splitText(corpus, { validation: 2, test: 1 }, 0);
    expect([train.characters, validation.characters, test.characters]).toEqual([10, 5, 5]);
  });

  it('that is asked for too much says how much there is', () => {
    const corpus = corpusOf(['abc'], 'stream');
    expect(() => splitText(corpus, { validation: 2, test: 1 }, 0)).toThrow(
      'data.split leaves no tokens to train on: validation 2 + test 1 is all of text.txt, which has 3; make one of them smaller',
    );
    expect(() => splitText(corpus, { validation: 9, test: 0 }, 0)).toThrow('is more than the tokens of text.txt');
    expect(() => splitText(corpus, { validation: 1.5, test: 0 }, 0)).toThrow('data.split.validation is 1.5: from 1 on it is a count');
  });
});
