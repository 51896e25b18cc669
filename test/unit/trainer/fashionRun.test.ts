import { expect, test } from 'vitest';
import { runExperiment } from './runExperiment.ts';

test('a few steps on articles of clothing learn, and are shown as images of named classes in the units of the file', async () => {
  const { events, arrays } = await runExperiment({
    data: { source: 'fashion' },
    model: { hidden: [32], latent: 8 },
    training: { batchSize: 64, steps: 40, evaluateEvery: 40 },
    probe: false,
  });

  expect(events[0]).toMatchObject({ kind: 'runStarted', rows: { train: 2800, validation: 400, test: 800 } });
  const sample = events.find((event) => event.kind === 'sampleSaved')!;
  expect(sample).toMatchObject({ imageShape: [28, 28], labelNames: expect.arrayContaining(['Trouser', 'Ankle boot']) });
  const losses = events.flatMap((event) => (event.kind === 'evaluated' ? [event.metrics['validation.loss']!] : []));
  expect(losses.at(-1)! / losses[0]!).toBeLessThan(0.7);
  expect(Math.max(...arrays.get('inputs')!)).toBeCloseTo(255, 2);
});
