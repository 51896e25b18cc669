import { describe, expect, test } from 'vitest';
import { runExperiment } from './runExperiment.ts';

/** A whole run of an experiment with these sections: its events but for the record of the engine, and its last measures. */
async function run(sections: object) {
  const { setup, events } = await runExperiment(sections);
  const last = events.at(-1)!;
  return { setup, events, metrics: last.kind === 'runFinished' ? last.metrics : {} };
}

const small = {
  model: { kind: 'convolutional', channels: [4, 8], latent: 8 },
  corruption: { kind: 'mask', ratio: 0.25, shape: 'blocks', blockSize: 3, flags: true },
  penalty: { weights: 1e-5, latentL1: 1e-4, latentTopK: 6 },
  optimizer: { learningRate: 0.003 },
  training: { batchSize: 64, epochs: 8, evaluateEvery: 8 },
};

describe('a run of convolutions under masks in blocks, with flags and penalties', () => {
  test('learns to the same loss on every engine', async () => {
    const found = [];
    for (const engine of ['compiled', 'wasm']) {
      const { metrics, setup } = await run({ ...small, engine });
      expect(setup.prepared.parameters).toHaveLength(
        setup.program.parameters.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b), 0),
      );
      expect(metrics['train.r2']).toBeGreaterThan(0.3);
      found.push(metrics);
    }
    expect(Math.abs(found[1]!['train.loss']! / found[0]!['train.loss']! - 1)).toBeLessThan(1e-2);
  });

  test('is the same to the last event when it is run again', async () => {
    const [one, other] = [await run(small), await run(small)];
    expect(one.events.length).toBeGreaterThan(10);
    expect(other.events).toEqual(one.events);
  });
});

test('convolutions draw digits better than the mean does, from a code of 8', async () => {
  const { metrics, setup } = await run({
    model: { kind: 'convolutional', channels: [8, 16], latent: 8 },
    optimizer: { learningRate: 0.003 },
    training: { epochs: 20, evaluateEvery: 20 },
  });
  expect(metrics['validation.r2']).toBeGreaterThan(0.6);
  expect(setup.theory).toBeNull();
});
