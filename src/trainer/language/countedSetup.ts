import type { LanguageModelExperiment } from '../../experiment/languageModel.ts';
import { countNgrams, type NgramCounts } from '../../science/language/ngram.ts';
import type { SetupRequest } from '../trainingSetup.ts';
import { type ReadText, readText } from './languageSetup.ts';
import { type References, referencesFor } from './references.ts';

/** The model that is counted. */
export type NgramModel = Extract<LanguageModelExperiment['model'], { kind: 'ngram' }>;

/** A counted model with its text: nothing is left to train. */
export interface CountedSetup extends ReadText {
  kind: 'counted';
  experiment: LanguageModelExperiment & { model: NgramModel };
  name: string;
  counts: NgramCounts;
  references: References;
}

/** Reads the text and counts its n-grams. @throws UserError for everything that a user can mend */
export async function prepareCounts(request: SetupRequest, experiment: LanguageModelExperiment): Promise<CountedSetup> {
  const model = experiment.model as NgramModel;
  const text = await readText(request, experiment);
  const { tokenizer, unit } = text.corpus;
  const counts = countNgrams({ ...text.splits.train, unit, vocabulary: tokenizer.tokens.length, order: model.order });
  return {
    kind: 'counted',
    ...text,
    experiment: { ...experiment, model },
    name: request.name,
    counts,
    references: referencesFor(experiment, text),
  };
}
