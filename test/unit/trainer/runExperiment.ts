import { fileURLToPath } from 'node:url';
import { parseExperiment } from '../../../src/experiment/parseExperiment.ts';
import type { UntimedRunEvent } from '../../../src/run/runEvent.ts';
import { OrderDesk } from '../../../src/trainer/orderDesk.ts';
import { train } from '../../../src/trainer/train.ts';
import { prepareTraining, type TrainingSetup } from '../../../src/trainer/trainingSetup.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** What a whole run told and kept. */
export interface WholeRun {
  setup: TrainingSetup;
  events: UntimedRunEvent[];
  arrays: Map<string, Float32Array>;
}

/** Trains an experiment with these sections to its end, in memory. @throws Error with the problems of the experiment */
export async function runExperiment(sections: object): Promise<WholeRun> {
  const text = JSON.stringify({ version: 1, task: 'autoencoder', data: { source: 'digits' }, ...sections });
  const { experiment, problems } = parseExperiment(text);
  if (experiment === null) throw new Error(problems.map(({ message }) => message).join('; '));
  const place = { name: 'test', experimentPath: `${root}test.latent.jsonc`, media: `${root}media`, engineFolder: `${root}dist` };
  const setup = await prepareTraining({ experiment, ...place });
  const arrays = new Map<string, Float32Array>();
  const keeper = {
    writeArray: (name: string, data: Float32Array) => {
      arrays.set(name, data.slice());
      return name;
    },
    removeArray: () => {},
    saveCheckpoint: async () => ({ folder: '' }),
  };
  const events: UntimedRunEvent[] = [];
  for await (const event of train(setup, 1, { desk: new OrderDesk(1, { poll: () => [] }), keeper })) events.push(event);
  return { setup, events, arrays };
}
