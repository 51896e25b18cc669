import type { NextTokens } from '../../src/math/nextTokens.ts';
import { finish } from '../../src/search/finish.ts';
import { search } from '../../src/search/search.ts';

/** A model for tests of the page: a table as in an experiment file, or one made up by a hash. */
export type ModelKind =
  | { kind: 'table'; next: Record<string, Record<string, number>> }
  /** `size` tokens and an end; what follows depends on the last two tokens. `words`: tokens are words, not letters. */
  | { kind: 'hashed'; size: number; words?: boolean };

/** A model with its tokens. */
export interface SyntheticModel extends NextTokens {
  vocabulary: string[];
  encode(text: string): number[];
  decode(tokens: readonly number[]): string;
}

/** Makes a model; tokens of tables are by first appearance, the end last. */
export function syntheticModel(kind: ModelKind): SyntheticModel {
  return kind.kind === 'table' ? tableModel(kind.next) : hashedModel(kind.size, kind.words === true);
}

function tableModel(next: Record<string, Record<string, number>>): SyntheticModel {
  const found = new Set<string>();
  for (const [before, row] of Object.entries(next))
    for (const token of [...before.split(' '), ...Object.keys(row)]) if (token) found.add(token);
  const hasEnd = found.delete('</s>');
  const vocabulary = hasEnd ? [...found, '</s>'] : [...found];
  const rowOf = (prefix: readonly number[]): Float64Array => {
    const key = prefix.map((token) => vocabulary[token]).join(' ');
    const row = next[key];
    if (!row) throw new Error(`model.next has no row for ${JSON.stringify(key)}: add one`);
    return Float64Array.from(vocabulary, (token) => Math.log(row[token] ?? 0));
  };
  return modelOf(vocabulary, hasEnd, ' ', rowOf);
}

function hashedModel(size: number, isOfWords: boolean): SyntheticModel {
  const letters = 'aeinorstlmdkbhgjuvycpfwzxq';
  const words = ['the', 'man', 'ate', 'banana', 'a', 'dog', 'runs', 'home', 'and', 'sleeps', 'car', 'of', 'green', 'small', 'who', 'sings'];
  const names = Array.from({ length: size }, (_, i) => (isOfWords ? (words[i] ?? `word${i}`) : (letters[i] ?? `t${i}`)));
  const rowOf = (prefix: readonly number[]): Float64Array => {
    const [last, before] = [prefix.at(-1) ?? -1, prefix.at(-2) ?? -1];
    const weights = Array.from({ length: size + 1 }, (_, token) => Math.exp(3.2 * hash(last * 7919 + before * 104729 + token * 1299709)));
    weights[size]! *= Math.min(2.5, 0.12 * prefix.length);
    const total = weights.reduce((a, b) => a + b);
    return Float64Array.from(weights, (weight) => Math.log(weight / total));
  };
  const model = modelOf([...names, '</s>'], true, isOfWords ? ' ' : '', rowOf);
  return { ...model, state: (prefix) => prefix.slice(-2).join() };
}

/** A number between 0 and 1. */
function hash(value: number): number {
  let x = (value ^ 0x9e3779b9) >>> 0;
  x = Math.imul(x ^ (x >>> 16), 0x45d9f3b) >>> 0;
  x = Math.imul(x ^ (x >>> 16), 0x45d9f3b) >>> 0;
  return ((x ^ (x >>> 16)) >>> 0) / 2 ** 32;
}

function modelOf(vocabulary: string[], hasEnd: boolean, joint: string, rowOf: (prefix: readonly number[]) => Float64Array): SyntheticModel {
  return {
    vocabulary,
    size: vocabulary.length,
    end: hasEnd ? vocabulary.length - 1 : null,
    next: (prefixes) => prefixes.map(rowOf),
    encode: (text) =>
      (joint === '' ? [...text] : text.split(joint)).filter(Boolean).map((token) => {
        const id = vocabulary.indexOf(token);
        if (id < 0) throw new Error(`“${token}” is no token of this model; the nearest is “${vocabulary[0]}”`);
        return id;
      }),
    decode: (tokens) =>
      tokens
        .filter((token) => !hasEnd || token !== vocabulary.length - 1)
        .map((token) => vocabulary[token])
        .join(joint),
  };
}

/** The best finished text of each length, as a wide beam meets it. */
export function bestLengths(model: SyntheticModel, prompt: readonly number[], maxNewTokens: number) {
  const best = new Map<number, { length: number; logProbability: number; text: string; isExact: boolean }>();
  const strategy = {
    kind: 'beam',
    beams: 60,
    returned: 60,
    lengthPenalty: { kind: 'none' },
    stopping: 'first',
    finished: 'replenish',
    forceEnd: false,
    noRepeatNgram: 0,
  } as const;
  const { hypotheses } = finish(search({ model, prompt, maxNewTokens, strategy, mostNodes: 0 }));
  for (const { tokens, logProbability, finished } of hypotheses)
    if (finished && !best.has(tokens.length))
      best.set(tokens.length, { length: tokens.length, logProbability, text: model.decode(tokens), isExact: tokens.length < 7 });
  return [...best.values()].sort((a, b) => a.length - b.length);
}
