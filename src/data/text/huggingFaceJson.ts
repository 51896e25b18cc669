/** The parts of a `tokenizer.json` in which tokenizers differ. */
export interface TokenizerParts {
  preTokenizer: object | null;
  decoder: object;
  model: object;
}

/**
 * A whole `tokenizer.json`. The end token stands in the vocabulary of the model only and is none of the added tokens, which would also be
 * found where a text happens to spell them.
 */
export function huggingFaceJson({ preTokenizer, decoder, model }: TokenizerParts): object {
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: [],
    normalizer: null,
    pre_tokenizer: preTokenizer,
    post_processor: null,
    decoder,
    model,
  };
}

/** Tokens with their ids. */
export function vocabularyOf(tokens: readonly string[]): Record<string, number> {
  return Object.fromEntries(tokens.map((token, id) => [token, id]));
}

/** A model of byte pairs: merges by rank, each of two tokens. */
export function pairModel(tokens: readonly string[], merges: readonly (readonly [string, string])[]): object {
  return {
    type: 'BPE',
    dropout: null,
    unk_token: null,
    continuing_subword_prefix: null,
    end_of_word_suffix: null,
    fuse_unk: false,
    byte_fallback: false,
    ignore_merges: false,
    vocab: vocabularyOf(tokens),
    merges,
  };
}
