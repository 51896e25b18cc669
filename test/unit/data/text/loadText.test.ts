import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadText } from '../../../../src/data/text/loadText.ts';
import { TextBytes } from '../../../../src/data/text/textBytes.ts';
import type { TextCorpus } from '../../../../src/data/text/textCorpus.ts';
import { wholeWords } from '../../../../src/data/text/wholeWords.ts';
import { textDataSchema } from '../../../../src/experiment/languageModel.ts';
import { UserError } from '../../../../src/experiment/problem.ts';

const media = join(import.meta.dirname, '../../../../media');
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'latent-text-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const load = (settings: Record<string, unknown>, signal?: AbortSignal) =>
  loadText(textDataSchema.parse(settings), { folder, media, seed: 3, signal });

/** Writes a text and reads it. */
function read(text: string | Uint8Array, settings: Record<string, unknown> = {}, name = 'text.txt') {
  writeFileSync(join(folder, name), text);
  return load({ source: name, ...settings });
}

const textsOf = ({ tokenizer, tokens, starts }: TextCorpus) =>
  Array.from({ length: starts.length - 1 }, (_, i) => tokenizer.decode(tokens.subarray(starts[i], starts[i + 1])));

async function refusal(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(UserError);
  expect((error as UserError).path).toMatch(/^data\./);
  return (error as UserError).message;
}

const sum = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex');

describe('what ships', () => {
  it('names are 8422 different lines of small letters and hyphens, sorted', async () => {
    const names = await load({ source: 'names' });
    const lines = textsOf(names);
    expect([lines.length, new Set(lines).size, names.unit, names.source]).toEqual([8422, 8422, 'lines', 'names']);
    expect(lines).toEqual([...lines].sort());
    expect([...names.tokenizer.tokens].sort()).toEqual(['-', '</s>', ...'abcdefghijklmnopqrstuvwxyz']);
    expect([names.tokenizer.end, names.notes]).toEqual([27, []]);
    expect(names.hash).toBe(sum(readFileSync(join(media, 'datasets/names.txt.gz'))));
    expect(names.characters.reduce((a, b) => a + b, 0)).toBe(names.tokens.length);
  });

  it('Persuasion is 1035 paragraphs, and one stream of characters, words or byte pairs', async () => {
    const novel = await load({ source: 'austen', tokens: 'words' });
    expect([novel.starts.length - 1, novel.tokenizer.tokens.length]).toEqual([1035, 6291]);
    expect(textsOf(novel)[5]).toMatch(/^Sir Walter Elliot, of Kellynch Hall, in Somersetshire, was a man who,/);
    const stream = await load({ source: 'austen', unit: 'stream' });
    expect([stream.starts, stream.characters, stream.tokenizer.end]).toEqual([Uint32Array.of(0, 463_316), Uint32Array.of(463_316), null]);
    const pairs = await load({ source: 'austen', tokens: { bpe: 512 }, unit: 'stream' });
    expect([pairs.tokenizer.tokens.length, pairs.characters[0]]).toEqual([512, 463_316]);
    expect(pairs.tokens.length).toBeLessThan(220_000);
    expect(pairs.tokenizer.decode(pairs.tokens)).toBe(stream.tokenizer.decode(stream.tokens));
  });

  it('the lecture\'s sentences have one most likely word after "The man ate the"', async () => {
    const lines = textsOf(await load({ source: 'banana', tokens: 'words' }));
    expect(lines.length).toBe(60);
    const next = lines.flatMap((line) => /^The man ate the (\w+)/.exec(line)?.[1] ?? []);
    const counts = new Map<string, number>();
    for (const word of next) counts.set(word, (counts.get(word) ?? 0) + 1);
    expect([...counts].sort((a, b) => b[1] - a[1])[0]).toEqual(['banana', 6]);
    expect(counts.size).toBeGreaterThan(4);
  });
});

describe('reading a text', () => {
  it('leaves blank lines and all line ends out of lines, and says so', async () => {
    const { tokenizer, ...corpus } = await read('\ufeffab\r\n\r\n  \nba\rc\u2028d');
    expect(textsOf({ tokenizer, ...corpus })).toEqual(['ab', 'ba', 'c\u2028d']);
    expect([[...corpus.starts], [...corpus.characters], corpus.notes]).toEqual([[0, 2, 4, 7], [2, 2, 3], ['2 blank lines were left out']]);
    expect(tokenizer.tokens).toEqual(['a', 'b', 'c', '\u2028', 'd', '</s>']);
    expect((await read('a\n\n')).notes).toEqual(['1 blank line was left out']);
  });

  it('keeps a stream as it is, line ends apart', async () => {
    const corpus = await read('ab\r\n\n b\r', { unit: 'stream' });
    expect(textsOf(corpus)).toEqual(['ab\n\n b\n']);
    expect([corpus.tokenizer.end, corpus.notes, corpus.characters[0]]).toEqual([null, [], 7]);
  });

  it('counts characters, not the halves of one', async () => {
    const corpus = await read('a😀é\n😀', { tokens: 'words' });
    expect([...corpus.characters]).toEqual([3, 1]);
  });

  it('reads packed files and UTF-16, and is known by the sum of its bytes', async () => {
    const packed = gzipSync('ab\nba\n');
    const corpus = await read(packed, {}, 'text.txt.gz');
    expect([textsOf(corpus), corpus.hash]).toEqual([['ab', 'ba'], sum(packed)]);
    for (const swap of [false, true]) {
      const bytes = Buffer.from('\ufeffaé😀\r\nb', 'utf16le');
      expect(textsOf(await read(swap ? bytes.swap16() : bytes))).toEqual(['aé😀', 'b']);
    }
  });

  it('gives back any lines that were written', async () => {
    const line = fc.string({ unit: 'grapheme' }).filter((text) => text.trim() !== '' && !/[\r\n\0]/.test(text));
    await fc.assert(
      fc.asyncProperty(fc.array(line, { minLength: 1 }), fc.constantFrom('\n', '\r\n', '\r'), async (lines, end) => {
        // an emoji at the start must not be taken for a mark of the byte order
        fc.pre(!lines[0]!.startsWith('\ufeff'));
        expect(textsOf(await read(lines.join(end)))).toEqual(lines);
      }),
      { numRuns: 60 },
    );
  });

  it('uses a tokenizer of Hugging Face, its ids and its order', async () => {
    const made = await read('ba ab\n', { tokens: { bpe: 5 } });
    writeFileSync(join(folder, 'own.json'), JSON.stringify(made.tokenizer.toJson()));
    const again = await read('ab\nba\n', { tokens: { file: 'own.json' } }, 'other.txt');
    expect([again.tokenizer.tokens, again.tokenizer.kind]).toEqual([made.tokenizer.tokens, 'bpe']);
    expect(textsOf(again)).toEqual(['ab', 'ba']);
    const foreign = {
      model: { type: 'WordLevel', vocab: { unk: 0, b: 1, a: 2 }, unk_token: 'unk' },
      pre_tokenizer: { type: 'WhitespaceSplit' },
    };
    writeFileSync(join(folder, 'foreign.json'), JSON.stringify(foreign));
    const words = await read('a b x\n\nb', { tokens: { file: 'foreign.json' } });
    expect([[...words.tokens], [...words.starts], words.tokenizer.end]).toEqual([[2, 1, 0, 1], [0, 3, 4], 3]);
    const stream = await read('a b\nb a', { tokens: { file: 'foreign.json' }, unit: 'stream' });
    expect([[...stream.tokens], stream.tokenizer.end]).toEqual([[2, 1, 1, 2], null]);
    expect(await refusal(read('ab\nac\n', { tokens: { file: 'own.json' } }))).toMatch(
      /^text\.txt, text 2: the character "c" is not in the vocabulary; /,
    );
  });
});

describe('borders between portions', () => {
  const text = fc
    .array(fc.constantFrom('a', ' ', '\n', '\r', '\r\n', 'é', '😀', 'ab c', '\u2028', '\ufeff'), { maxLength: 40 })
    .map((parts) => parts.join(''));

  /** The text of some bytes that come in portions. */
  function decode(bytes: Uint8Array, borders: number[]): string {
    const decoder = new TextBytes('text.txt');
    const cuts = [0, ...borders.map((at) => at % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
    return (
      cuts
        .slice(1)
        .map((to, i) => decoder.take(bytes.subarray(cuts[i], to)))
        .join('') + decoder.finish()
    );
  }

  it('never change the text', () => {
    fc.assert(
      fc.property(text, fc.array(fc.nat()), fc.boolean(), (whole, borders, isWide) => {
        const bytes = isWide ? Buffer.from(`\ufeff${whole}`, 'utf16le') : Buffer.from(whole, 'utf8');
        const plain = isWide || !whole.startsWith('\ufeff') ? whole : whole.slice(1);
        expect(decode(bytes, borders)).toBe(plain.replace(/\r\n?/g, '\n'));
      }),
      { numRuns: 500 },
    );
  });

  it('never change where bytes are refused', () => {
    const bytes = fc.array(fc.oneof(fc.constantFrom(0x61, 0x0a, 0xc3, 0xa9, 0xf0, 0x9f, 0x98, 0x80, 0xff), fc.nat(255)), {
      minLength: 3,
      maxLength: 30,
    });
    const told = (portion: Uint8Array, borders: number[]) => {
      try {
        return decode(portion, borders);
      } catch (error) {
        expect(error).toBeInstanceOf(UserError);
        return (error as Error).message;
      }
    };
    fc.assert(
      fc.property(bytes, fc.array(fc.nat()), (all, borders) => {
        const portion = Uint8Array.from(all);
        // of two faults in one portion either may be told
        fc.pre(!all.includes(0) && !(all[0] === 0xff && all[1] === 0xfe) && !(all[0] === 0xfe && all[1] === 0xff));
        expect(told(portion, borders)).toBe(told(portion, []));
      }),
      { numRuns: 500 },
    );
  });

  it('count a line end that waits for its other half', () => {
    const decoder = new TextBytes('text.txt');
    decoder.take(Uint8Array.of(0x61, 0x61, 0x0d));
    expect(() => decoder.take(Uint8Array.of(0xc0, 0x61))).toThrow('text.txt, line 2: byte 4 of the text is 0xC0');
  });

  it('lie before spaces and after lines', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom('', 'a', 'ab cd', '\n', ' ', 'x\ny', 'e ')), async (portions) => {
        const cut: string[] = [];
        for await (const portion of wholeWords(
          (async function* () {
            yield* portions;
          })(),
        ))
          cut.push(portion);
        expect(cut.join('')).toBe(portions.join(''));
        cut.slice(1).forEach((portion, i) => {
          expect(portion.startsWith(' ') || cut[i]!.endsWith('\n')).toBe(true);
        });
      }),
    );
  });
});

describe('refusing a text', () => {
  it('says what is wrong with the file', async () => {
    writeFileSync(join(folder, 'letters.txt'), 'a');
    mkdirSync(join(folder, 'pages.txt'), { recursive: true });
    expect(await refusal(load({ source: 'leters.txt' }))).toBe(
      `data.source ${join(folder, 'leters.txt')} does not exist (did you mean "letters.txt"?)`,
    );
    expect(await refusal(load({ source: 'nams' }))).toContain('(did you mean "names"?)');
    expect(await refusal(load({ source: 'pages.txt' }))).toContain('is a folder; name a .txt file in it');
    expect(await refusal(read('a', {}, 'book.pdf'))).toBe(
      'data.source book.pdf ends in ".pdf", which is no known format of text; use .txt',
    );
    expect(await refusal(read('a', {}, 'book'))).toContain('ends in no extension');
    expect(await refusal(read(''))).toBe('text.txt is empty: write some text into it');
    expect(await refusal(read('\ufeff'))).toContain('is empty');
    expect(await refusal(read('\n \n'))).toBe('text.txt has only blank lines: write some text into it');
    expect(await refusal(read('plain', {}, 'plain.txt.gz'))).toContain('plain.txt.gz is not a gzip file or is cut short');
    expect(await refusal(read(gzipSync('plain text').subarray(0, 15), {}, 'cut.txt.gz'))).toContain(
      'cut.txt.gz is not a gzip file or is cut short',
    );
  });

  it('says where it is none', async () => {
    expect(await refusal(read(Buffer.from('ab\nc\xff\n', 'latin1')))).toBe(
      'text.txt, line 2: byte 5 of the text is 0xFF, which is no UTF-8 there; save it as UTF-8',
    );
    expect(await refusal(read(Buffer.from('ab\ncaf\xe9', 'latin1')))).toContain('line 2: byte 7 of the text is 0xE9');
    expect(await refusal(read('é\r\na\0b'))).toBe(
      'text.txt, line 2: byte 6 of the text is 0, as in files that are no text; name a .txt file',
    );
    expect(await refusal(read(Buffer.concat([Buffer.from('x\n'.repeat(300_000)), Buffer.from([0xc0])])))).toContain(
      'line 300001: byte 600001',
    );
    expect(await refusal(read(Buffer.from([0xff, 0xfe, 0x00, 0xdc, 0x61, 0x00])))).toContain('begins like UTF-16');
  });

  it('says what is wrong with a tokenizer', async () => {
    writeFileSync(join(folder, 'bad.json'), '{');
    expect(await refusal(read('a', { tokens: { file: 'none.json' } }))).toContain('data.tokens.file');
    expect(await refusal(read('a', { tokens: { file: 'bad.json' } }))).toMatch(/^bad\.json is not JSON: /);
    expect(await refusal(read('a', { tokens: { file: 'pages.txt' } }))).toContain('is a folder');
    writeFileSync(join(folder, 'empty.json'), '{}');
    expect(await refusal(read('a', { tokens: { file: 'empty.json' } }))).toContain('empty.json is no tokenizer.json of Hugging Face');
    expect(await refusal(read('abc', { tokens: { bpe: 3 } }))).toContain('data.tokens.bpe is 3');
  });
});

describe('a long text', () => {
  it('is read while other work goes on, and stops when it is told to', async () => {
    const line = 'It is a truth universally acknowledged, that a single man in possession of a good fortune must be in want of a wife.\n';
    writeFileSync(join(folder, 'long.txt'), line.repeat(40_000));
    let turns = 0;
    const timer = setInterval(() => turns++, 0);
    const corpus = await load({ source: 'long.txt', tokens: 'words' });
    clearInterval(timer);
    expect([corpus.starts.length, corpus.tokens.length, corpus.characters[39_999]]).toEqual([40_001, 40_000 * 25, line.length - 1]);
    expect(turns).toBeGreaterThan(3);
    const stop = new AbortController();
    const reading = load({ source: 'long.txt', tokens: { bpe: 200 } }, stop.signal);
    setTimeout(() => stop.abort(new Error('enough')), 5);
    await expect(reading).rejects.toThrow('enough');
    await expect(load({ source: 'names' }, AbortSignal.abort(new Error('before')))).rejects.toThrow('before');
  });
});
