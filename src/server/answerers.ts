import type { Answerers } from '../protocol/server.ts';
import { checkExperiment } from './checkExperiment.ts';
import { describeData } from './describeData.ts';

/** Every question's answerer. @param media the product's media folder, where shipped data sets lie */
export function makeAnswerers(media: string): Answerers {
  return {
    describeData: (ask, signal) => describeData(ask, media, signal),
    checkExperiment: (ask, signal) => checkExperiment(ask, media, signal),
  };
}
