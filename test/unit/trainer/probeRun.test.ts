import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parseExperiment } from '../../../src/experiment/parseExperiment.ts';
import { OrderDesk } from '../../../src/trainer/orderDesk.ts';
import type { RunKeeper } from '../../../src/trainer/runKeeper.ts';
import { train } from '../../../src/trainer/train.ts';
import { prepareTraining } from '../../../src/trainer/trainingSetup.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const keeper: RunKeeper = {
  writeArray: (name) => name,
  removeArray: () => {},
  saveCheckpoint: async () => ({ folder: '' }),
};

/** Trains a small autoencoder of the digits; metrics of each evaluation by step, and the final ones. */
async function trainDigits(changes: object) {
  const text = JSON.stringify({
    version: 1,
    task: 'autoencoder',
    data: { source: 'digits', label: 'digit' },
    model: { kind: 'mlp', hidden: [16], latent: 4 },
    training: { batchSize: 256, epochs: 4 },
    probe: { every: 3 },
    ...changes,
  });
  const { experiment, problems } = parseExperiment(text);
  if (experiment === null) throw new Error(problems.map((p) => p.message).join('; '));
  const from = { experiment, name: 'test', experimentPath: `${root}test.latent.jsonc`, media: `${root}media`, engineFolder: `${root}dist` };
  const evaluations: { epoch: number; metrics: Record<string, number> }[] = [];
  let final: Record<string, number> = {};
  for await (const event of train(await prepareTraining(from), 1, { desk: new OrderDesk(1, { poll: () => [] }), keeper })) {
    if (event.kind === 'evaluated') evaluations.push({ epoch: event.epoch, metrics: event.metrics as Record<string, number> });
    if (event.kind === 'runFinished') final = event.metrics as Record<string, number>;
  }
  return { evaluations, final };
}

const probed = (metrics: Record<string, number>) => Object.keys(metrics).filter((name) => /^(probe|projection)\./.test(name));

describe('a run with probes', () => {
  it('probes at the first evaluation, at every third, and at the last', async () => {
    const { evaluations, final } = await trainDigits({});
    const [first, ...later] = evaluations.filter(({ metrics }) => probed(metrics).length > 0);
    expect([first!, ...later].map(({ epoch }) => epoch)).toEqual([0, 3, 4]);
    for (const { metrics } of later) {
      expect(metrics['probe.linear.raw.accuracy']).toBe(first!.metrics['probe.linear.raw.accuracy']);
      expect(metrics['probe.knn.pca.accuracy']).toBe(first!.metrics['probe.knn.pca.accuracy']);
    }
    // chance is 0.1; four codes after 20 steps know a little, a hundred labels of raw digits much
    expect(final['probe.linear.accuracy']).toBeGreaterThan(0.2);
    expect(final['probe.linear.raw.accuracy']).toBeGreaterThan(0.8);
    expect(final['projection.trustworthiness']).toBeGreaterThan(0.7);
  });

  it('probes the best weights when patience ended it', async () => {
    const { final } = await trainDigits({
      optimizer: { kind: 'sgd', learningRate: 1e-30 },
      training: { batchSize: 256, epochs: 30, patience: 1 },
      probe: { every: 100 },
    });
    expect(final['probe.linear.accuracy']).toBeGreaterThan(0);
  });

  it('has nothing to probe without labels or validation rows, but still judges the picture', async () => {
    const unlabelled = { generator: 'gaussian', covariance: [[1, 0], [0, 1]], samples: 60 }; // biome-ignore format: a matrix
    const small = { model: { kind: 'linear', latent: 2 }, training: { epochs: 1 } };
    for (const data of [{ source: unlabelled }, { source: 'digits', split: 'none' }]) {
      const { final } = await trainDigits({ ...small, data });
      expect(probed(final)).toEqual(['projection.trustworthiness', 'projection.continuity']);
    }
  });

  it('costs nothing where probe is false', async () => {
    const { evaluations, final } = await trainDigits({ probe: false });
    expect([...evaluations.flatMap(({ metrics }) => probed(metrics)), ...probed(final)]).toEqual([]);
  });
});
