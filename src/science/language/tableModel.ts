import { distance } from 'fastest-levenshtein';
import { UserError } from '../../experiment/problem.ts';
import { UnknownTokenError } from '../../experiment/unknownTokenError.ts';
import type { NextTokens } from '../../math/nextTokens.ts';

/** How the end of a text is written in a table. */
const END = '</s>';

/** A table as a model, with its vocabulary. */
export interface TableModel {
  model: NextTokens;
  /** Tokens by id: in the order in which the file first names them, in a key or in a row; "</s>", where the table has it, is the last. */
  tokens: string[];
  /**
   * Ids of a prompt: tokens with spaces between them.
   * @throws UserError at decoding.prompts that says which token is unknown and which is the nearest
   */
  encode(prompt: string): number[];
}

/**
 * A model written by hand: for the tokens so far, joined by a space, the chances of the next one. What a row leaves out has probability 0. A
 * row is looked for when a search asks for it, so that rows which no search reaches may be missing. Without any "</s>" texts have no end.
 * Tokens that are whole numbers come first, ascending: so JavaScript orders the keys of an object.
 * @throws UserError at model.next for tokens with spaces in them and for keys that differ in spaces only
 */
export function tableModel(next: Readonly<Record<string, Readonly<Record<string, number>>>>): TableModel {
  const rows = rowsByKey(next);
  const tokens = vocabularyOf(rows);
  const ids = new Map(tokens.map((token, id) => [token, id]));
  const made = new Map<string, Float64Array>();
  const rowAfter = (prefix: readonly number[]): Float64Array => {
    const key = prefix.map((id) => tokens[id]).join(' ');
    const known = made.get(key);
    if (known !== undefined) return known;
    const chances = rows.get(key);
    if (chances === undefined) throw missingRow(key, [...rows.keys()]);
    const row = new Float64Array(tokens.length).fill(Number.NEGATIVE_INFINITY);
    for (const [token, chance] of Object.entries(chances)) row[ids.get(token)!] = Math.log(chance);
    made.set(key, row);
    return row;
  };
  const end = tokens.at(-1) === END ? tokens.length - 1 : null;
  return {
    tokens,
    model: { size: tokens.length, end, next: (prefixes) => prefixes.map(rowAfter) },
    encode: (prompt) => partsOf(prompt).map((token) => idOf(token, ids)),
  };
}

function partsOf(text: string): string[] {
  return text.split(/\s+/).filter((part) => part !== '');
}

function rowsByKey(next: Parameters<typeof tableModel>[0]): Map<string, Readonly<Record<string, number>>> {
  const rows = new Map<string, Readonly<Record<string, number>>>();
  for (const [written, row] of Object.entries(next)) {
    const key = partsOf(written).join(' ');
    if (rows.has(key)) throw new UserError(`model.next has two rows for ${quoted(key)}: join them`, 'model.next');
    rows.set(key, row);
    for (const token of Object.keys(row))
      if (/\s/.test(token))
        throw new UserError(
          `model.next: the row ${quoted(key)} has the token ${quoted(token)}, and spaces stand between tokens: write it as one word`,
          'model.next',
        );
  }
  return rows;
}

function vocabularyOf(rows: ReadonlyMap<string, Readonly<Record<string, number>>>): string[] {
  const seen = new Set<string>();
  for (const [key, row] of rows) for (const token of [...partsOf(key), ...Object.keys(row)]) seen.add(token);
  const hasEnd = seen.delete(END);
  return hasEnd ? [...seen, END] : [...seen];
}

function missingRow(key: string, keys: readonly string[]): UserError {
  const near = nearestTo(key, keys);
  const hint = near === null ? '' : ` (the nearest row is ${quoted(near)})`;
  return new UserError(`model.next has no row for ${quoted(key)}${hint}: add one, with { "${END}": 1 } where the text ends`, 'model.next');
}

function idOf(token: string, ids: ReadonlyMap<string, number>): number {
  if (token === END) throw new UserError(`a prompt cannot go on after "${END}", which ends a text: remove it`, 'decoding.prompts');
  const id = ids.get(token);
  if (id !== undefined) return id;
  const words = [...ids.keys()].filter((known) => known !== END);
  const near = nearestTo(token, words);
  const hint = near === null ? 'it has no tokens' : `did you mean ${quoted(near)}?`;
  const message = `the prompt has ${quoted(token)}, which is no token of model.next: ${hint}`;
  throw new UnknownTokenError(message, token, near, 'decoding.prompts');
}

/** The candidate with the fewest changed letters, the first of equal ones; null where there is none. */
function nearestTo(word: string, candidates: readonly string[]): string | null {
  const distances = candidates.map((candidate) => distance(word, candidate));
  return candidates[distances.indexOf(Math.min(...distances))] ?? null;
}

function quoted(text: string): string {
  return JSON.stringify(text);
}
