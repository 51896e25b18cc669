import { stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { loadText } from '../data/text/loadText.ts';
import { splitText } from '../data/text/splitText.ts';
import type { Experiment } from '../experiment/experiment.ts';
import { experimentName } from '../experiment/experimentName.ts';
import type { LanguageModelExperiment, TextDataSection } from '../experiment/languageModel.ts';
import { parseExperiment } from '../experiment/parseExperiment.ts';
import { UserError } from '../experiment/problem.ts';
import { countNgrams } from '../science/language/ngram.ts';
import type { AskedTexts } from './askedTexts.ts';
import { openCounts, openTable } from './countedModels.ts';
import type { ModelPlace, SearchedModel } from './textModel.ts';

/** The experiment that a text says. @throws UserError with its first problem */
export function readAskedExperiment(text: string): Experiment {
  const { experiment, problems } = parseExperiment(text);
  if (experiment !== null) return experiment;
  const { line, message } = problems.find(({ severity }) => severity === 'error')!;
  throw new UserError(`line ${line} of the experiment has a problem: ${message}`);
}

/**
 * The model of an experiment that needs no run: written by hand, or counted on the spot.
 * @param path of the experiment file
 * @throws UserError for a model that is trained, and for other tasks
 */
export async function experimentTexts(experiment: Experiment, path: string, place: ModelPlace): Promise<AskedTexts> {
  const asked = requireLanguage(experiment);
  const { model, data, seed } = asked;
  const title = `${experimentName(path, asked)}, ${model.kind}`;
  if (model.kind === 'table')
    return { key: `table ${JSON.stringify(model.next)}`, title, experiment: asked, load: async () => openTable(model) };
  if (model.kind !== 'ngram' || data === undefined)
    throw new UserError(`a model of kind "${model.kind}" has to learn before it can write: train it first`, 'model.kind');
  const key = `ngram ${JSON.stringify([model, data, seed, dirname(path), await versionOf(data, path)])}`;
  return { key, title, experiment: asked, load: (signal) => countTexts({ ...asked, model, data }, path, { ...place, signal }) };
}

/** @throws UserError for an experiment that has nothing to do with text */
export function requireLanguage(experiment: Experiment): LanguageModelExperiment {
  if (experiment.task === 'languageModel') return experiment;
  throw new UserError(`an autoencoder writes no texts: search those of an experiment whose task is "languageModel"`, 'task');
}

type CountedExperiment = LanguageModelExperiment & {
  model: Extract<LanguageModelExperiment['model'], { kind: 'ngram' }>;
  data: TextDataSection;
};

/** Reads the text and counts its training part, as a run of the experiment would. */
async function countTexts(
  { model, data, seed }: CountedExperiment,
  path: string,
  { media, signal }: ModelPlace & { signal: AbortSignal },
): Promise<SearchedModel> {
  const corpus = await loadText(data, { folder: dirname(path), media, seed, signal });
  const { train } = splitText(corpus, data.split, seed);
  const { tokenizer, unit } = corpus;
  const counts = countNgrams({ ...train, unit, vocabulary: tokenizer.tokens.length, order: model.order });
  return openCounts(counts, model, tokenizer);
}

/** Tells when the files of a data section are no longer those that were read. */
async function versionOf({ source, tokens }: TextDataSection, path: string): Promise<string[]> {
  const files = [source, typeof tokens === 'object' && 'file' in tokens ? tokens.file : null];
  return Promise.all(
    files.map(async (file) => {
      if (typeof file !== 'string') return '';
      const found = await stat(resolve(dirname(path), file)).catch(() => null);
      return found === null ? '' : `${found.mtimeMs} ${found.size}`;
    }),
  );
}
