import type { TextDataSection } from '../../experiment/languageModel.ts';
import { UserError } from '../../experiment/problem.ts';
import { heldOut, splitRows } from '../splitRows.ts';
import type { SplitCorpus, TextCorpus, TextSplit } from './textCorpus.ts';

/**
 * Splits a corpus: lines are dealt as rows are (stream `split`), a stream is cut into train, validation, test in this order, so that no
 * part has seen what comes after it. Numbers below 1 are fractions, from 1 on counts of lines or tokens.
 * @throws UserError when more is asked for than there is, or nothing is left to train on
 */
export function splitText(corpus: TextCorpus, split: TextDataSection['split'], seed: number): SplitCorpus {
  if (corpus.unit === 'stream') return splitStream(corpus, split);
  const rows = splitRows({ rows: corpus.starts.length - 1, labels: null }, split, seed);
  return {
    train: pickTexts(corpus, rows.train),
    validation: pickTexts(corpus, rows.validation),
    test: pickTexts(corpus, rows.test),
  };
}

function pickTexts({ tokens, starts, characters }: TextCorpus, rows: Uint32Array): TextSplit {
  const length = rows.reduce((sum, row) => sum + starts[row + 1]! - starts[row]!, 0);
  const picked = new (tokens instanceof Uint16Array ? Uint16Array : Uint32Array)(length);
  const begins = new Uint32Array(rows.length + 1);
  let count = 0;
  rows.forEach((row, i) => {
    const text = tokens.subarray(starts[row]!, starts[row + 1]!);
    picked.set(text, begins[i]!);
    begins[i + 1] = begins[i]! + text.length;
    // the end of a line is predicted too
    count += characters[row]! + 1;
  });
  return { tokens: picked, starts: begins, characters: count, rows };
}

function splitStream(corpus: TextCorpus, split: TextDataSection['split']): SplitCorpus {
  const all = corpus.tokens.length;
  const wanted = split === 'none' ? { validation: 0, test: 0 } : split;
  const validation = heldOut('validation', wanted.validation, { all, what: 'tokens' });
  const test = heldOut('test', wanted.test, { all, what: 'tokens' });
  const train = all - validation - test;
  if (train <= 0)
    throw new UserError(
      `data.split leaves no tokens to train on: validation ${validation} + test ${test} is ${train === 0 ? 'all' : 'more than the tokens'} of ${corpus.source}, which has ${all}; make one of them smaller`,
      'data.split',
    );
  const borders = [0, train, train + validation, all];
  const lengths = charactersUpTo(corpus, borders);
  const [first, second, third] = [0, 1, 2].map((i) => {
    const tokens = corpus.tokens.subarray(borders[i]!, borders[i + 1]!);
    if (tokens.length === 0) return { tokens, starts: Uint32Array.of(0), characters: 0, rows: new Uint32Array(0) };
    return { tokens, starts: Uint32Array.of(0, tokens.length), characters: lengths[i + 1]! - lengths[i]!, rows: Uint32Array.of(0) };
  });
  return { train: first!, validation: second!, test: third! };
}

/**
 * Characters of a stream before each border: as many as its tokens have, times what makes that of all tokens the whole (1 where tokens are
 * the text; spaces between words are shared out evenly).
 */
function charactersUpTo({ tokens, tokenizer, characters }: TextCorpus, borders: readonly number[]): number[] {
  const lengths = Uint32Array.from(tokenizer.tokens, (token) => [...token].length + Number(tokenizer.kind === 'words'));
  const sums: number[] = [];
  let sum = 0;
  for (let at = 0, next = 0; next < borders.length; at++) {
    while (next < borders.length && borders[next] === at) sums[next++] = sum;
    sum += lengths[tokens[at] ?? 0]!;
  }
  const all = sums.at(-1)!;
  return sums.map((part) => Math.round((part / all) * characters[0]!));
}
