import { UserError } from '../experiment/problem.ts';
import type { Answer, Answerers, AskedModel } from '../protocol/server.ts';
import type { AskedTexts } from './askedTexts.ts';
import { experimentTexts, readAskedExperiment } from './experimentTexts.ts';
import type { LoadedModels } from './loadedModels.ts';
import { runTexts } from './runTexts.ts';
import { searchTexts } from './searchTexts.ts';
import type { ModelPlace } from './textModel.ts';

/** Where models come from and where they are kept between questions. */
export interface ModelDesk {
  place: ModelPlace;
  models: LoadedModels;
}

/** Finds what is asked about. @throws UserError for what is not there or has nothing to do with text */
export async function askedTexts(model: AskedModel, place: ModelPlace): Promise<AskedTexts> {
  if (model.kind === 'run') return runTexts(model.folder, place);
  return experimentTexts(readAskedExperiment(model.text), model.path, place);
}

/**
 * Searches the texts that a model gives after a prompt.
 * @throws PromptError for an unknown token; UserError for everything else that a user can mend; the signal's reason when it is aborted
 */
export async function decode(
  ask: Parameters<Answerers['decode']>[0],
  { place, models }: ModelDesk,
  signal: AbortSignal,
): Promise<Answer<'decode'>> {
  const asked = await askedTexts(ask.model, place);
  return models.use(asked, signal, async (model) => {
    if (model.kind === 'filled')
      throw new UserError('a model of masked tokens is not searched: it fills the blanks of a sentence, written as [MASK]');
    return searchTexts(asked, model, ask, signal);
  });
}
