import type { InputShape, ParameterShape, ProgramFunction, Tensors } from '../program.ts';
import type { Tensor } from '../tensorflow.ts';

/** What decides a network beside its own section. */
export interface NetworkPlace {
  /** Tokens that can be predicted: V. */
  vocabulary: number;
  unit: 'lines' | 'stream';
  /** Whether it predicts hidden tokens from both sides. */
  isMasked: boolean;
}

/** A network that gives logits: all that the language models differ in. */
export interface LanguageNetwork {
  parameters: readonly ParameterShape[];
  /** What it sees: ids in float32, [rows, width] each. */
  inputs: readonly InputShape[];
  /** Predictions of a row. */
  places: number;
  /** Multiplications of one row. */
  multiplications: number;
  /**
   * Logits over the vocabulary, [rows * places, V]. Rows first, unless `isTimeMajor`: then all rows of the first place come first.
   */
  logits(parameters: Tensors, inputs: Tensors): Tensor;
  isTimeMajor: boolean;
  /** Functions of its own: what decoding asks. */
  functions: Readonly<Record<string, ProgramFunction>>;
}

/** Rows of the embedding table: every token, the start symbol (id V) and, for hidden tokens, the mask (id V + 1). */
export function embeddingRows({ vocabulary, isMasked }: NetworkPlace): number {
  return vocabulary + (isMasked ? 2 : 1);
}

/** Rows that a search asks for at a time: its beams, or a few. */
export const searchedRows = 16;
