import type { Answerers } from '../protocol/server.ts';
import { checkExperiment } from './checkExperiment.ts';
import { decode } from './decode.ts';
import { describeData } from './describeData.ts';
import { fillBlanks } from './fillBlanks.ts';
import { LoadedModels } from './loadedModels.ts';
import type { ModelPlace } from './textModel.ts';

/** Every question's answerer; models that were asked about stay loaded between questions. */
export function makeAnswerers(place: ModelPlace): Answerers {
  const { media } = place;
  const desk = { place, models: new LoadedModels() };
  return {
    describeData: (ask, signal) => describeData(ask, media, signal),
    checkExperiment: (ask, signal) => checkExperiment(ask, media, signal),
    decode: (ask, signal) => decode(ask, desk, signal),
    fillBlanks: (ask, signal) => fillBlanks(ask, desk, signal),
  };
}
