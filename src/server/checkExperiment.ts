import { stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { loadDataset } from '../data/loadDataset.ts';
import { prepareData } from '../data/prepareData.ts';
import { requireFit } from '../data/requireFit.ts';
import { loadText } from '../data/text/loadText.ts';
import { requireText } from '../data/text/requireText.ts';
import { splitText } from '../data/text/splitText.ts';
import type { LanguageModelExperiment } from '../experiment/languageModel.ts';
import { locateProblem, parseExperiment } from '../experiment/parseExperiment.ts';
import { type Problem, UserError } from '../experiment/problem.ts';
import { sourceKind } from '../experiment/sourceKind.ts';

/**
 * Reads the data of an experiment and says what does not fit, at its place in the text.
 * What the text alone tells is not repeated: an experiment that does not parse has no answer here.
 */
export async function checkExperiment(
  ask: { text: string; path: string },
  media: string,
  signal: AbortSignal,
): Promise<{ problems: Problem[] }> {
  const { experiment } = parseExperiment(ask.text);
  if (experiment === null) return { problems: [] };
  try {
    if (experiment.task === 'languageModel') {
      await checkText(experiment, { path: ask.path, media, signal });
      return { problems: [] };
    }
    const dataset = await loadDataset(experiment.data, { folder: dirname(ask.path), media, seed: experiment.seed, signal });
    const isTransductive = experiment.downstream?.transductive;
    requireFit(experiment, prepareData(dataset, experiment.data, experiment.seed, { isTransductive }), dataset);
    return { problems: [] };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { problems: [locateProblem(ask.text, { path: error.path ?? 'data.source', message: error.message, severity: 'error' })] };
  }
}

/** Larger texts are read when they are trained on, not while people type. */
const MOST_BYTES = 4e6;

async function checkText(
  experiment: LanguageModelExperiment,
  { path, media, signal }: { path: string; media: string; signal: AbortSignal },
) {
  const { data, seed } = experiment;
  if (data === undefined) return;
  const folder = dirname(path);
  if (typeof data.source === 'string' && sourceKind(data.source, 'languageModel') === 'txt') {
    const size = await stat(resolve(folder, data.source)).then(
      (found) => found.size,
      () => 0,
    );
    if (size > MOST_BYTES) return;
  }
  const corpus = await loadText(data, { folder, media, seed, signal });
  requireText(experiment, { corpus, splits: splitText(corpus, data.split, seed) });
}
