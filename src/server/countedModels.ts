import type { Tokenizer } from '../data/text/tokenizer.ts';
import type { LanguageModelExperiment } from '../experiment/languageModel.ts';
import { type NgramCounts, ngramNext } from '../science/language/ngram.ts';
import { tableModel } from '../science/language/tableModel.ts';
import { memoised } from '../search/memoised.ts';
import type { SearchedModel } from './textModel.ts';

type Model = LanguageModelExperiment['model'];

/** A table as a model to search. @throws UserError for tokens with spaces in them and keys that differ in spaces only */
export function openTable({ next }: Extract<Model, { kind: 'table' }>): SearchedModel {
  const { model, tokens, encode } = tableModel(next);
  return {
    kind: 'searched',
    vocabulary: tokens,
    end: model.end,
    encode,
    decode: (ids) =>
      Array.from(ids)
        .filter((id) => id !== model.end)
        .map((id) => tokens[id])
        .join(' '),
    next: memoised(model),
    // a table has no more prefixes than rows
    states: { ...model, state: (prefix) => prefix.join(' ') },
    dispose: () => {},
  };
}

/** Counts as a model to search. */
export function openCounts(counts: NgramCounts, { smoothing }: Extract<Model, { kind: 'ngram' }>, tokenizer: Tokenizer): SearchedModel {
  const model = ngramNext(counts, smoothing);
  return {
    kind: 'searched',
    vocabulary: tokenizer.tokens,
    end: model.end,
    encode: (text) => tokenizer.encode(text),
    decode: (ids) => tokenizer.decode(ids),
    next: memoised(model),
    states: model,
    dispose: () => {},
  };
}
