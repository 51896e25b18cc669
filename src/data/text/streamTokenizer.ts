import type { Tokenizer } from './tokenizer.ts';

/** Name of the end token. */
export const endToken = '</s>';

/** Where ids go. */
export interface TokenSink {
  push(id: number): void;
}

/** A tokenizer that also cuts long texts, portion by portion. */
export interface StreamTokenizer extends Tokenizer {
  /** Lines have to be handed over whole, because what a line begins or ends with matters. */
  readonly needsWholeLines: boolean;
  /**
   * Appends the ids of a portion of text; the portions of a text end at the ends of lines or before spaces. Words outside of the
   * vocabulary become "<unk>" where it has that token.
   * @throws UserError as `encode` does
   */
  append(text: string, out: TokenSink): void;
}

/** Id of the end token among tokens by id; null where the last is none. */
export function endOf(tokens: readonly string[]): number | null {
  return tokens.at(-1) === endToken ? tokens.length - 1 : null;
}

/** The same tokens with an end token as the last, or without one. */
export function withEnd(tokens: readonly string[], unit: 'lines' | 'stream'): readonly string[] {
  const own = endOf(tokens) === null ? tokens : tokens.slice(0, -1);
  return unit === 'lines' ? [...own, endToken] : own;
}
