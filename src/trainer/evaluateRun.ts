import { evaluateSplit } from '../science/evaluate.ts';
import { latentMeasures } from '../science/latentMeasures.ts';
import { theoryMeasures } from '../science/linearTheory.ts';
import type { TrainingSetup } from './trainingSetup.ts';

/**
 * Measures the model as it stands on every split, on its training codes and against the closed form.
 * @param goOn called between batches; false gives up
 * @returns metrics by their dotted names, or null when given up
 */
export function evaluateRun(setup: TrainingSetup, goOn: () => boolean): Record<string, number> | null {
  const { experiment, data, prepared } = setup;
  const metrics: Record<string, number> = {};
  for (const split of ['train', 'validation', 'test'] as const) {
    const rows = data[split].rows.length;
    if (rows === 0) continue;
    const measuring = evaluateSplit({ prepared, experiment, x: data[split].x, rows, split });
    let next = measuring.next();
    while (!next.done) {
      if (!goOn()) return null;
      next = measuring.next();
    }
    for (const [name, value] of Object.entries(next.value)) metrics[`${split}.${name}`] = value;
  }
  Object.assign(metrics, latentMeasures(prepared, data.train.x, data.train.rows.length));
  if (setup.theory !== null) Object.assign(metrics, theoryMeasures(setup.theory, setup, metrics));
  return metrics;
}
