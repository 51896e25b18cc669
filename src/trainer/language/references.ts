import { sourceEntropy } from '../../data/text/sourceEntropy.ts';
import type { LanguageModelExperiment } from '../../experiment/languageModel.ts';
import { countNgrams, ngramNats } from '../../science/language/ngram.ts';
import type { ReadText } from './languageSetup.ts';

/** What a loss is read against, nats a token by the names of the metrics. */
export type References = Readonly<Record<string, number>>;

/** Loss of counted models on the validation text, on the training text where there is none to hold out; Witten-Bell, so that it is finite. */
function countedNats({ corpus, splits }: ReadText, order: number): number {
  const { unit, tokenizer } = corpus;
  const counts = countNgrams({ ...splits.train, unit, vocabulary: tokenizer.tokens.length, order });
  const measured = splits.validation.tokens.length > 0 ? splits.validation : splits.train;
  const { nats } = ngramNats(counts, 'wittenBell', measured);
  return nats;
}

/**
 * `theory.uniform` ln V, `theory.unigram` and `theory.bigram` (what counting single tokens and pairs reaches on the validation text) and,
 * where the source is synthetic, `theory.entropy`: what no model can go below. Of masked tokens pairs are no measure and are left out.
 */
export function referencesFor(experiment: Pick<LanguageModelExperiment, 'data' | 'objective'>, text: ReadText): References {
  const size = text.corpus.tokenizer.tokens.length;
  const isMasked = experiment.objective.kind === 'maskedToken';
  const entropy = experiment.data === undefined ? null : sourceEntropy(experiment.data, experiment.objective);
  return {
    'theory.uniform': Math.log(size),
    'theory.unigram': countedNats(text, 1),
    ...(!isMasked && { 'theory.bigram': countedNats(text, 2) }),
    ...(entropy !== null && { 'theory.entropy': entropy }),
  };
}
