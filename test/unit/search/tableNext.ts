import type { NextTokens } from '../../../src/math/nextTokens.ts';

/** A model written by hand, and how its tokens read. */
export interface TableNext extends NextTokens {
  /** Prefixes asked for, in order. */
  readonly asked: string[];
  /** "ba" -> [1, 0]; "E" is the end token. */
  tokensOf(text: string): number[];
  textOf(tokens: readonly number[]): string;
}

/**
 * The notation of the design's decoding page: `""{a .9,b .1} a{E 1} ba{.5,.5}`. Tokens are letters, numbered by first appearance, the end
 * token E last (none where no E is written); a row without letters gives them in that order; a missing entry has probability 0; a
 * missing row is an error when it is asked for.
 */
export function tableNext(text: string): TableNext {
  const rows = new Map<string, [letter: string | null, probability: number][]>();
  const letters: string[] = [];
  const meet = (letter: string) => {
    if (letter !== 'E' && !letters.includes(letter)) letters.push(letter);
  };
  let hasEnd = false;
  for (const [, prefix, entries] of text.matchAll(/(""|\w+)\{([^}]*)\}/g)) {
    const key = prefix === '""' ? '' : prefix!;
    for (const letter of key) meet(letter);
    const row = entries!.split(',').map((entry): [string | null, number] => {
      const [first, second] = entry.trim().split(/\s+/);
      return second === undefined ? [null, Number(first)] : [first!, Number(second)];
    });
    for (const [letter] of row) if (letter !== null) meet(letter);
    hasEnd ||= row.some(([letter]) => letter === 'E');
    rows.set(key, row);
  }
  const vocabulary = hasEnd ? [...letters, 'E'] : letters;
  const asked: string[] = [];
  const textOf = (tokens: readonly number[]) => tokens.map((token) => vocabulary[token]).join('');
  return {
    size: vocabulary.length,
    end: hasEnd ? vocabulary.length - 1 : null,
    asked,
    textOf,
    tokensOf: (written) => [...written].map((letter) => vocabulary.indexOf(letter)),
    next: (prefixes) =>
      prefixes.map((prefix) => {
        const key = textOf(prefix);
        asked.push(key);
        const row = rows.get(key);
        if (row === undefined) throw new Error(`no row for "${key}"`);
        const out = new Float64Array(vocabulary.length).fill(Number.NEGATIVE_INFINITY);
        row.forEach(([letter, probability], place) => {
          out[letter === null ? place : vocabulary.indexOf(letter)] = Math.log(probability);
        });
        return out;
      }),
  };
}
