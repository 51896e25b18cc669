import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { parseExperiment } from '../../../src/experiment/parseExperiment.ts';
import type { UntimedRunEvent } from '../../../src/run/runEvent.ts';
import { OrderDesk } from '../../../src/trainer/orderDesk.ts';
import { train } from '../../../src/trainer/train.ts';
import { prepareTraining } from '../../../src/trainer/trainingSetup.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

test('a few steps on articles of clothing learn, and are shown as images of named classes in the units of the file', async () => {
  const text = JSON.stringify({
    version: 1,
    task: 'autoencoder',
    data: { source: 'fashion' },
    model: { hidden: [32], latent: 8 },
    training: { batchSize: 64, steps: 40, evaluateEvery: 40 },
    probe: false,
  });
  const { experiment, problems } = parseExperiment(text);
  expect(problems).toEqual([]);
  const place = { name: 'test', experimentPath: `${root}test.latent.jsonc`, media: `${root}media`, engineFolder: `${root}dist` };
  const setup = await prepareTraining({ experiment: experiment!, ...place });
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
  for await (const event of train(setup, 1, new OrderDesk(1, { poll: () => [] }), keeper)) events.push(event);

  expect(events[0]).toMatchObject({ kind: 'runStarted', rows: { train: 2800, validation: 400, test: 800 } });
  const sample = events.find((event) => event.kind === 'sampleSaved')!;
  expect(sample).toMatchObject({ imageShape: [28, 28], labelNames: expect.arrayContaining(['Trouser', 'Ankle boot']) });
  const losses = events.flatMap((event) => (event.kind === 'evaluated' ? [event.metrics['validation.loss']!] : []));
  expect(losses.at(-1)! / losses[0]!).toBeLessThan(0.7);
  expect(Math.max(...arrays.get('inputs')!)).toBeCloseTo(255, 2);
});
