import { describe, expect, test } from 'vitest';
import { drawStored } from '../../../src/science/storedDraws.ts';
import { runExperiment } from './runExperiment.ts';

/** A whole run of an experiment with these sections: its events, and the arrays it kept. */
async function run(sections: object) {
  const { setup, events, arrays } = await runExperiment(sections);
  const last = events.at(-1)!;
  const warnings = events.flatMap((event) => (event.kind === 'warned' ? [event.message] : []));
  return { setup, arrays, warnings, metrics: last.kind === 'runFinished' ? last.metrics : {} };
}

const sparse = {
  model: { kind: 'mlp', hidden: [24], latent: 12, latentActivation: 'sigmoid', tied: true },
  corruption: { kind: 'mask', ratio: 0.25, shape: 'blocks', blockSize: 3 },
  penalty: { weights: 1e-4, latentL1: 1e-3, latentTopK: 4, latentKl: { weight: 0.01 }, contractive: 1e-3 },
  training: { batchSize: 128, epochs: 6, evaluateEvery: 6 },
};

describe('a run with tied weights, masks in blocks and every penalty', () => {
  test('learns on every engine to the same loss, and leaves 4 of 12 codes', async () => {
    const found = [];
    for (const engine of ['compiled', 'wasm']) {
      const { metrics, arrays, setup } = await run({ ...sparse, engine });
      expect(metrics['train.r2']).toBeGreaterThan(0.02);
      const codes = [...arrays.entries()].filter(([name]) => name.startsWith('latents')).at(-1)![1];
      for (let row = 0; row < setup.sample.rows; row++)
        expect(codes.subarray(12 * row, 12 * row + 12).filter((code) => code !== 0)).toHaveLength(4);
      found.push(metrics);
    }
    expect(Math.abs(found[1]!['train.loss']! / found[0]!['train.loss']! - 1)).toBeLessThan(1e-3);
  });

  test('shows and stores masks of the blocks of its images', async () => {
    const { setup, arrays } = await run({ ...sparse, training: { steps: 1 } });
    const { corruption, seed } = setup.experiment;
    const isOneBlock = (dropped: (pixel: number) => boolean) =>
      [0, 1, 2].every((y) => [0, 1, 2].every((x) => dropped(8 * y + x) === dropped(0)));
    const corrupted = arrays.get('corrupted')!;
    const stored = drawStored(corruption, setup.data.train.rows, 64, { seed, copy: 0, imageShape: [8, 8] });
    for (let row = 0; row < 64; row++) {
      expect(isOneBlock((pixel) => Number.isNaN(corrupted[64 * row + pixel]))).toBe(true);
      expect(isOneBlock((pixel) => stored[64 * row + pixel] === 0)).toBe(true);
    }
    expect(corrupted.some(Number.isNaN)).toBe(true);
  });
});

describe('an autoencoder with as many codes as inputs', () => {
  const copying = {
    data: { source: { generator: 'lowRankGaussian', dimensions: 4, rank: 2, samples: 500, noiseVariance: 0.5 } },
    model: { kind: 'linear', latent: 4 },
    optimizer: { learningRate: 0.02 },
    training: { batchSize: 50, epochs: 60, evaluateEvery: 10 },
  };

  test('is told once when it copies', async () => {
    const { warnings, metrics } = await run(copying);
    expect(metrics['latent.identityDistance']).toBeLessThan(0.05);
    expect(warnings).toEqual([
      expect.stringMatching(/^the autoencoder copies its input: with 4 codes for 4 inputs it is within 0\.0\d\d of/),
    ]);
  });

  test('is told so of a network too, by its Jacobian', async () => {
    const { warnings, metrics } = await run({ ...copying, model: { kind: 'mlp', hidden: [], latent: 4 } });
    expect(metrics['latent.identityDistance']).toBeLessThan(0.05);
    // without hidden layers the network is one map with biases: noise is lost as its distance to the identity says, or by its biases
    expect(metrics['latent.noiseError']).toBeLessThan(0.01);
    expect(metrics['train.explainedVariance']).toBeGreaterThanOrEqual(metrics['train.r2']!);
    expect(warnings).toHaveLength(1);
  });

  test('is not when noise, or too few codes, keep it from copying', async () => {
    const noisy = await run({ ...copying, corruption: { kind: 'gaussian', sigma: 0.1 } });
    const narrow = await run({ ...copying, model: { kind: 'linear', latent: 3 } });
    expect([...noisy.warnings, ...narrow.warnings]).toEqual([]);
  });
});

test('the data say where blocks have no place', async () => {
  const table = { generator: 'lowRankGaussian', samples: 100 };
  await expect(run({ data: { source: table }, corruption: sparse.corruption })).rejects.toThrow('corruption.shape "blocks" needs images');
  await expect(run({ corruption: { ...sparse.corruption, blockSize: 9 } })).rejects.toThrow('which have 8x8 pixels, got 9');
});
