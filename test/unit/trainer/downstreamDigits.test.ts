import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { parseExperiment } from '../../../src/experiment/parseExperiment.ts';
import { OrderDesk } from '../../../src/trainer/orderDesk.ts';
import { train } from '../../../src/trainer/train.ts';
import { prepareTraining } from '../../../src/trainer/trainingSetup.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const keeper = { writeArray: (name: string) => name, removeArray: () => {}, saveCheckpoint: async () => ({ folder: '' }) };

/** Metrics at the end of a denoising autoencoder of the digits, compared on few labels. */
async function compareDigits(seed: number): Promise<Record<string, number>> {
  const text = JSON.stringify({
    version: 1,
    task: 'autoencoder',
    seed,
    data: { source: 'digits' },
    model: { kind: 'mlp', hidden: [128], latent: 32 },
    corruption: { kind: 'gaussian', sigma: 0.25 },
    training: { epochs: 100, evaluateEvery: 50 },
    downstream: { arms: ['pca', 'scratch', 'frozen', 'fineTune'], labels: [10, 50, 200], draws: 5 },
  });
  const { experiment } = parseExperiment(text);
  const place = { name: 'test', experimentPath: `${root}test.latent.jsonc`, media: `${root}media`, engineFolder: `${root}dist` };
  const setup = await prepareTraining({ experiment: experiment!, ...place });
  let metrics: Record<string, number> = {};
  for await (const event of train(setup, 1, { desk: new OrderDesk(1, { poll: () => [] }), keeper }))
    if (event.kind === 'runFinished') metrics = event.metrics;
  setup.prepared.dispose();
  return metrics;
}

test.each([0, 1, 2])('with seed %d fine-tuning beats scratch at every budget, in the mean of five draws', async (seed) => {
  const metrics = await compareDigits(seed);
  for (const labels of [10, 50, 200]) {
    expect(metrics[`downstream.fineTune-scratch.${labels}`]).toBeGreaterThan(0);
    expect(metrics[`downstream.frozen-pca.${labels}`]).toBeGreaterThan(0);
  }
});
