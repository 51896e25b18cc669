import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { TextDataSection } from '../../experiment/languageModel.ts';
import { UserError } from '../../experiment/problem.ts';
import { MarkovChain } from '../../math/markovChain.ts';
import { endToken } from './streamTokenizer.ts';
import type { TextSource } from './textSource.ts';
import { choosePlace, uniformNumbers } from './uniformNumbers.ts';
import { unknownWord } from './wordTokenizer.ts';

/** The settings of a chain. */
export type MarkovSettings = Extract<TextDataSection['source'], { generator: 'markovChain' }>;

/** A chain and what its states are called. */
export interface NamedChain {
  chain: MarkovChain;
  names: string[];
  /** Chances of the next state [n, n], row after row. */
  transitions: Float64Array;
  /** What stands between two tokens of the text. */
  separator: '' | ' ';
}

const path = 'data.source.transitions';
const portionTokens = 2 ** 14;

/**
 * The chain of an experiment. Where text is cut into characters and every state is one, the text has no spaces; else they part the states.
 * @throws UserError when a row is missing, a name cannot be told apart in the text, or the stationary distribution is not the only one
 */
export function namedChain({ transitions: rows }: MarkovSettings, tokens: TextDataSection['tokens']): NamedChain {
  const names = Object.keys(rows);
  const separator = tokens !== 'words' && names.every((name) => [...name].length === 1) ? '' : ' ';
  const bad = separator === ' ' ? names.find((name) => /[\s\p{Z}\p{Cc}]/u.test(name)) : undefined;
  if (bad !== undefined) throw new UserError(`${path}: the token ${JSON.stringify(bad)} has a space in it; leave it out`, path);
  const reserved = names.find((name) => name === endToken || name === unknownWord);
  if (reserved !== undefined)
    throw new UserError(`${path}: the token ${JSON.stringify(reserved)} has a meaning of its own; call it something else`, path);
  const places = new Map(names.map((name, place) => [name, place]));
  const transitions = new Float64Array(names.length ** 2);
  for (const [name, row] of Object.entries(rows)) {
    const sum = Object.values(row).reduce((a, b) => a + b, 0);
    for (const [next, chance] of Object.entries(row)) {
      const place = places.get(next);
      if (place === undefined)
        throw new UserError(`${path}: the row ${JSON.stringify(name)} leads to ${JSON.stringify(next)}, which has no row; add it`, path);
      transitions[places.get(name)! * names.length + place] = chance / sum;
    }
  }
  const chain = new MarkovChain(transitions.slice());
  if (chain.stationary === null)
    throw new UserError(
      `${path} falls apart into tokens that never lead to each other, so where it starts is not known; connect them`,
      path,
    );
  return { chain, names, transitions, separator };
}

/** A text of a chain, drawn from stream `data`: the first token from the stationary distribution, each other from the row of the one before. */
export function markovText(settings: MarkovSettings, tokens: TextDataSection['tokens'], seed: number): TextSource {
  const named = namedChain(settings, tokens);
  return {
    name: 'markovChain',
    isGenerated: true,
    version: () => null,
    read: (signal) => drawPortions(named, settings.length, seed, signal),
    hash: () => createHash('sha256').update(JSON.stringify({ settings, seed })).digest('hex'),
  };
}

async function* drawPortions(
  { chain, names, transitions, separator }: NamedChain,
  length: number,
  seed: number,
  signal?: AbortSignal,
): AsyncGenerator<string> {
  const uniform = uniformNumbers(seed);
  const rows = names.map((_, state) => transitions.subarray(state * names.length, (state + 1) * names.length));
  let state = choosePlace(chain.stationary!, uniform());
  let words = [names[state]!];
  for (let drawn = 1; drawn < length; drawn++) {
    if (words.length === portionTokens) {
      yield words.join(separator);
      await setImmediate();
      signal?.throwIfAborted();
      // the space before a word belongs to its portion
      words = separator === ' ' ? [''] : [];
    }
    state = choosePlace(rows[state]!, uniform());
    words.push(names[state]!);
  }
  yield words.join(separator);
}
