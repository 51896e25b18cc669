import type { NextTokens } from '../math/nextTokens.ts';
import type { MemoisedTokens } from '../search/memoised.ts';

/** Where a model is loaded from. */
export interface ModelPlace {
  /** The product's media folder, where shipped data sets lie. */
  media: string;
  /** Folder of the bundles, where the files of the engines lie. */
  engineFolder: string;
}

/** What every model of text has. */
interface Words {
  /** Tokens by id; the end token is the last where there is one. */
  readonly vocabulary: readonly string[];
  readonly end: number | null;
  /** Ids of a text. @throws UnknownTokenError for what is no token; UserError for a text that cannot stand there */
  encode(text: string): number[];
  /** The text of some ids, the end token left out. */
  decode(ids: Iterable<number>): string;
  /** Gives the memory of an engine back. */
  dispose(): void;
}

/** A model that a search can ask. */
export interface SearchedModel extends Words {
  kind: 'searched';
  readonly next: MemoisedTokens;
  /** The same model with states that are few: the best text of each length can be computed. Null where they are not. */
  readonly states: NextTokens | null;
}

/** A token of a sentence with blanks. */
export interface FilledToken {
  /** What stands there, filled where it was blank. */
  token: number;
  /** For a blank: the most probable tokens, most probable first; null for a token that was given. */
  candidates: { token: number; probability: number }[] | null;
}

/** A model of masked tokens: it fills blanks and is not searched. */
export interface FilledModel extends Words {
  kind: 'filled';
  /**
   * Fills the blanks of a sentence.
   * @param tokens ids, null for a blank
   * @param candidates tokens to name for each blank
   */
  fill(tokens: readonly (number | null)[], candidates: number): FilledToken[];
}

/** A model of text, loaded. */
export type TextModel = SearchedModel | FilledModel;
