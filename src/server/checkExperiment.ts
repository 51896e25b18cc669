import { dirname } from 'node:path';
import { loadDataset } from '../data/loadDataset.ts';
import { prepareData } from '../data/prepareData.ts';
import { requireFit } from '../data/requireFit.ts';
import { locateProblem, parseExperiment } from '../experiment/parseExperiment.ts';
import { type Problem, UserError } from '../experiment/problem.ts';

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
  if (experiment === null || experiment.task !== 'autoencoder') return { problems: [] };
  try {
    const dataset = await loadDataset(experiment.data, { folder: dirname(ask.path), media, seed: experiment.seed, signal });
    const isTransductive = experiment.downstream?.transductive;
    requireFit(experiment, prepareData(dataset, experiment.data, experiment.seed, { isTransductive }), dataset);
    return { problems: [] };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { problems: [locateProblem(ask.text, { path: error.path ?? 'data.source', message: error.message, severity: 'error' })] };
  }
}
