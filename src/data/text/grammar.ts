import { inverse, Matrix } from 'ml-matrix';
import type { TextDataSection } from '../../experiment/languageModel.ts';
import { UserError } from '../../experiment/problem.ts';

/** The settings of a grammar. */
export type GrammarSettings = Extract<TextDataSection['source'], { generator: 'grammar' }>;

/** One way to expand a symbol: symbols by their place, words as they are. */
export interface Expansion {
  chance: number;
  parts: (number | string)[];
}

/** A grammar by the places of its symbols, and what it does on average. */
export interface Grammar {
  start: number;
  /** Expansions of each symbol; chances sum to 1. */
  expansions: Expansion[][];
  /** Entropy of the derivation of a sentence in nats. */
  derivationNats: number;
  /** Words of a sentence on average, and characters of its words. */
  words: number;
  characters: number;
  /** Whether a symbol can expand to nothing. */
  hasEmpty: boolean;
}

const path = 'data.source.rules';

/**
 * Reads the rules of a grammar. With h_A the entropy of the choice of an expansion of A, and M_AB how often B stands in it on average, the
 * entropies H of derivations solve H = h + M H (Grenander 1967), and so do lengths. A sentence with several derivations counts them apart:
 * the entropy of derivations is at least that of sentences, and equal to it where no sentence has two.
 * @throws UserError when sentences do not end on average
 */
export function readGrammar({ rules, start }: GrammarSettings): Grammar {
  const symbols = Object.keys(rules);
  const places = new Map(symbols.map((symbol, place) => [symbol, place]));
  const first = places.get(start);
  if (first === undefined)
    throw new UserError(`data.source.start is ${JSON.stringify(start)}, for which ${path} has no rule; add it`, 'data.source.start');
  const expansions = symbols.map((symbol) => {
    const sum = Object.values(rules[symbol]!).reduce((a, b) => a + b, 0);
    return Object.entries(rules[symbol]!).map(([text, chance]) => ({
      chance: chance / sum,
      parts: text
        .split(/\s+/)
        .filter((part) => part !== '')
        .map((part) => places.get(part) ?? part),
    }));
  });
  const reached = [...reachedFrom(first, expansions)];
  const uses = expectedUses(expansions, reached, first, symbols);
  const total = (of: (expansion: Expansion) => number) =>
    reached.reduce((sum, symbol) => sum + uses[symbol]! * expansions[symbol]!.reduce((a, one) => a + one.chance * of(one), 0), 0);
  const words = ({ parts }: Expansion) => parts.filter((part) => typeof part === 'string');
  return {
    start: first,
    expansions,
    derivationNats: Math.max(
      0,
      total(({ chance }) => -Math.log(chance)),
    ),
    words: total((one) => words(one).length),
    characters: total((one) => words(one).reduce((sum, word) => sum + [...word].length, 0)),
    hasEmpty: reached.some((symbol) => expansions[symbol]!.some(({ parts }) => parts.length === 0)),
  };
}

function reachedFrom(start: number, expansions: readonly Expansion[][]): Set<number> {
  const reached = new Set([start]);
  for (const symbol of reached)
    for (const { parts } of expansions[symbol]!) for (const part of parts) if (typeof part === 'number') reached.add(part);
  return reached;
}

/** How often each symbol is expanded in a sentence on average: the row of the start in (I - M)^-1; 0 for symbols that are not reached. */
function expectedUses(
  expansions: readonly Expansion[][],
  reached: readonly number[],
  start: number,
  symbols: readonly string[],
): Float64Array {
  const order = new Map(reached.map((symbol, place) => [symbol, place]));
  const system = Matrix.eye(reached.length);
  reached.forEach((symbol, row) => {
    for (const { chance, parts } of expansions[symbol]!)
      for (const part of parts) if (typeof part === 'number') system.set(row, order.get(part)!, system.get(row, order.get(part)!) - chance);
  });
  const counts = finiteInverse(system);
  if (counts === null)
    throw new UserError(
      `${path}: sentences from ${JSON.stringify(symbols[start])} do not end on average; make expansions that lead back to their symbol rarer`,
      path,
    );
  const uses = new Float64Array(expansions.length);
  reached.forEach((symbol, place) => {
    uses[symbol] = counts.get(order.get(start)!, place);
  });
  return uses;
}

/** The inverse of I - M; null where the powers of M do not sum to it, which a negative or infinite entry tells. */
function finiteInverse(system: Matrix): Matrix | null {
  try {
    const counts = inverse(system);
    return counts.to1DArray().every((count) => count > -1e-9 && count < 1e9) ? counts : null;
  } catch {
    return null;
  }
}
