/** What a search asks a model. Tokens are numbers from 0 to `size` - 1; the end token is the last of them. */
export interface NextTokens {
  /** Tokens of the vocabulary, the end token included. */
  readonly size: number;
  /** The token that ends a text; null where texts have no end. */
  readonly end: number | null;
  /**
   * ln p(token | prefix) for every token: natural logarithms, -Infinity where it cannot follow.
   * @param prefixes distinct token sequences, the prompt included: all that a search wants to know at once
   * @returns one row [size] a prefix; not to be written to
   * @throws UserError naming the prefix for which the model says nothing (a table without that row)
   */
  next(prefixes: readonly (readonly number[])[]): readonly Float64Array[];
  /** What decides all that can follow a prefix: equal states, equal futures. Absent: the whole prefix is the state. */
  state?(prefix: readonly number[]): string;
}
