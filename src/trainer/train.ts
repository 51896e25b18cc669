import type { UntimedRunEvent } from '../run/runEvent.ts';
import { AutoencoderTrainee } from './autoencoderTrainee.ts';
import { countRun } from './language/countRun.ts';
import { LanguageTrainee } from './language/languageTrainee.ts';
import type { RunSetup } from './prepareRun.ts';
import { type TrainingWatch, trainSteps } from './trainSteps.ts';

/**
 * Trains a prepared run, or counts, and tells what happens as it happens.
 * Nothing it yields depends on the clock: equal seeds and files give equal events.
 * @throws NonFiniteError as `trainSteps`
 */
export function train(setup: RunSetup, session: number, watch: TrainingWatch): AsyncGenerator<UntimedRunEvent, void, void> {
  switch (setup.kind) {
    case 'counted':
      return countRun(setup, session, watch);
    case 'language':
      return trainSteps(new LanguageTrainee(setup, watch.keeper), session, watch);
    case 'autoencoder':
      return trainSteps(new AutoencoderTrainee(setup, watch.keeper), session, watch);
  }
}
