/** Cuts texts into tokens. Ids are by first appearance in the text it was made from; the end token, where there is one, is the last. */
export interface Tokenizer {
  readonly kind: 'characters' | 'words' | 'bpe';
  /** The tokens by id as people read them; the end token is "</s>". */
  readonly tokens: readonly string[];
  /** Id of the end token, always the last; null where texts have no end. */
  readonly end: number | null;
  /**
   * Ids of a text, without an end token.
   * @throws UserError that says which part of the text is no token here and which token is the nearest
   */
  encode(text: string): number[];
  /** The text of some ids; the end token is left out. Words are joined as they were cut. */
  decode(ids: Iterable<number>): string;
  /** The same tokenizer as a `tokenizer.json` of Hugging Face, which their libraries load. */
  toJson(): object;
}
