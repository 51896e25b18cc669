import { describe, expect, test } from 'vitest';
import type { UntimedRunEvent } from '../../../src/run/runEvent.ts';
import { runExperiment } from './runExperiment.ts';

type Evaluated = Extract<UntimedRunEvent, { kind: 'evaluated' }>;

/** A run's evaluations, and the lists of its last moment by name. */
async function runOf(sections: object): Promise<{ evaluations: Evaluated[]; spectra: Record<string, number[]> }> {
  const { setup, events, arrays } = await runExperiment(sections);
  setup.prepared.dispose();
  const frame = events.findLast((event) => event.kind === 'frameSaved')!;
  const { file, parts } = frame.spectra!;
  const numbers = arrays.get(file)!;
  const spectra: Record<string, number[]> = {};
  let from = 0;
  for (const { name, length } of parts) {
    spectra[name] = Array.from(numbers.subarray(from, from + length));
    from += length;
  }
  expect(from).toBe(numbers.length);
  return { evaluations: events.filter((event) => event.kind === 'evaluated'), spectra };
}

/** Six independent inputs of falling variance. */
const source = {
  generator: 'gaussian',
  samples: 600,
  covariance: [8, 4, 2, 1, 0.5, 0.25].map((v, i) => [0, 1, 2, 3, 4, 5].map((j) => (i === j ? v : 0))),
};

describe('from aligned weights', () => {
  test.each([
    ['without noise', { kind: 'none' }],
    ['with noise', { kind: 'gaussian', sigma: 0.7 }],
  ])('plain gradient descent %s follows the predicted learning curve of every mode', async (_, corruption) => {
    const { evaluations } = await runOf({
      data: { source, split: 'none' },
      model: { kind: 'linear', latent: 4, initialStrength: 0.01 },
      corruption,
      optimizer: { kind: 'sgd', learningRate: 0.002 },
      training: { batchSize: 'full', epochs: 1200, evaluateEvery: 50 },
    });
    expect(evaluations).toHaveLength(25);
    let largest = 0;
    for (const { metrics } of evaluations)
      for (const mode of [1, 2, 3, 4])
        largest = Math.max(largest, Math.abs(metrics[`modes.${mode}.strength`]! - metrics[`modes.${mode}.predicted`]!));
    // the flow is continuous, the steps are not: an error of the order of rate times variance
    expect(largest).toBeLessThan(0.03);
    expect(evaluations[0]!.metrics['modes.5.predicted']).toBeUndefined();
    expect(evaluations[0]!.metrics['modes.5.strength']).toBeCloseTo(0, 6);
    expect(evaluations.at(-1)!.metrics['modes.4.strength']).toBeGreaterThan(0.5);
  });
});

describe('the lists of a moment', () => {
  test('of a trained linear model agree with their predictions, and their lengths fit the file', async () => {
    const { spectra, evaluations } = await runOf({
      data: { source, split: 'none' },
      model: { kind: 'linear', latent: 2 },
      corruption: { kind: 'gaussian', sigma: 1 },
      optimizer: { learningRate: 0.01, schedule: 'cosine' },
      training: { batchSize: 100, epochs: 300, evaluateEvery: 100 },
    });
    expect(Object.keys(spectra).sort()).toEqual([
      'filter.learned',
      'filter.predicted',
      'filter.variance',
      'latent.spectrum',
      'singular.best',
      'singular.decoder',
      'singular.encoder',
      'singular.map',
    ]);
    const [variance, predicted, learned] = ['variance', 'predicted', 'learned'].map((name) => spectra[`filter.${name}`]!);
    predicted!.forEach((value, i) => {
      expect(value).toBeCloseTo(i < 2 ? variance![i]! / (variance![i]! + 1) : 0, 5);
      expect(Math.abs(learned![i]! - value)).toBeLessThan(0.02);
    });
    expect(Math.abs(spectra['singular.map']![0]! - spectra['singular.best']![0]!)).toBeLessThan(0.02);
    const { metrics } = evaluations.at(-1)!;
    expect(metrics['theory.angles.2']).toBe(metrics['theory.angle']);
    expect(metrics['theory.angles.1']).toBeLessThanOrEqual(metrics['theory.angles.2']!);
  });

  test('of a network are those of its codes', async () => {
    const { spectra } = await runOf({
      data: { source, split: 'none' },
      model: { kind: 'mlp', hidden: [8], latent: 3 },
      training: { epochs: 1 },
    });
    expect(Object.keys(spectra)).toContain('latent.spectrum');
    expect(spectra['latent.spectrum']).toHaveLength(3);
    expect(Object.keys(spectra).filter((name) => /^(filter|singular)/.test(name))).toEqual([]);
  });
});
