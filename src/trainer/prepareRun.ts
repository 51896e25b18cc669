import { UserError } from '../experiment/problem.ts';
import { type CountedSetup, prepareCounts } from './language/countedSetup.ts';
import { type LanguageSetup, prepareLanguage } from './language/languageSetup.ts';
import { prepareTraining, type SetupRequest, type TrainingSetup } from './trainingSetup.ts';

/** Everything a run needs before its first step, by what kind of run it is. */
export type RunSetup = TrainingSetup | LanguageSetup | CountedSetup;

/**
 * Loads and prepares what an experiment needs.
 * @throws UserError for everything that a user can mend
 */
export async function prepareRun(request: SetupRequest): Promise<RunSetup> {
  const { experiment } = request;
  if (experiment.task === 'autoencoder') return prepareTraining(request);
  if (experiment.model.kind === 'table')
    throw new UserError(
      'a model of kind "table" is written by hand and has nothing to train: search its texts at once (latent-lab decode FILE)',
      'model.kind',
    );
  return experiment.model.kind === 'ngram' ? prepareCounts(request, experiment) : prepareLanguage(request, experiment);
}
