/** Where the random numbers of some rows come from. */
export interface RowMoment {
  /** Number of the epoch from 0; null for rows that a model is measured on, which never change. */
  epoch: number | null;
  /** One-based numbers of the steps that the rows are for, the same number of rows each; unused for rows that never change. */
  steps: readonly number[];
}

/** A text as rows of numbers that a model is fed with. Ids are whole numbers in float32. */
export interface TextRows {
  /** How many rows there are. */
  readonly rows: number;
  /** The inputs and their widths. */
  readonly widths: Readonly<Record<string, number>>;
  /**
   * Writes rows one after the other.
   * @param rows numbers of rows
   * @param into arrays of at least rows.length times their width, by the name of the input
   */
  fill(rows: Uint32Array, into: Readonly<Record<string, Float32Array>>, at: RowMoment): void;
}

/** What rows are made of. */
export interface RowSource {
  /** The texts as one sequence (`flattenTexts`). */
  flat: Uint32Array;
  /** Id of the end token; null for a stream. */
  end: number | null;
  /** Tokens that the model sees. */
  context: number;
  /** Id that stands where there is nothing: V, the size of the vocabulary. */
  start: number;
  seed: number;
}

/** Share of the rows of a stream that begin with an unknown past, so that a model learns to begin. */
export const unknownPast = 0.1;
