import type { Tokenizer } from './tokenizer.ts';

/** A text read and cut into tokens. */
export interface TextCorpus {
  /** "names", "austen", the name of the file, or of the generator. */
  source: string;
  tokenizer: Tokenizer;
  unit: 'lines' | 'stream';
  /** All tokens of all texts one after the other, without end tokens. */
  tokens: Uint16Array | Uint32Array;
  /** Where each text begins, and the end of the last: text i is tokens[starts[i]] to tokens[starts[i + 1] - 1]. A stream is one text. */
  starts: Uint32Array;
  /** Characters of each text (Unicode code points; of a line without its end). */
  characters: Uint32Array;
  /** SHA-256 of what was read. */
  hash: string;
  /** What is worth a word: empty lines left out, rare words replaced. */
  notes: string[];
}

/** Tokens of some texts, as a model is trained or measured on. */
export interface TextSplit {
  tokens: Uint16Array | Uint32Array;
  /** As in TextCorpus. */
  starts: Uint32Array;
  /** Characters in all, one more a text for its end where texts are lines. */
  characters: number;
  /** Numbers of the texts (lines) in the corpus, ascending; of a stream [0]. */
  rows: Uint32Array;
}

/** A corpus in three parts; every part but `train` may be empty. */
export interface SplitCorpus {
  train: TextSplit;
  validation: TextSplit;
  test: TextSplit;
}
