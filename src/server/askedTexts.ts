import type { LanguageModelExperiment } from '../experiment/languageModel.ts';
import type { TextModel } from './textModel.ts';

/** A model that somebody asks about, before it is loaded. */
export interface AskedTexts {
  /** Equal keys, equal models: what is loaded once serves all of them. */
  key: string;
  /** What is asked, in words: "First names, mlp (finished run of 2 h ago)". */
  title: string;
  /** How its experiment would search, and the seed of what is drawn. */
  experiment: LanguageModelExperiment;
  /** @throws UserError for everything that a user can mend; the signal's reason when it is aborted */
  load(signal: AbortSignal): Promise<TextModel>;
}
