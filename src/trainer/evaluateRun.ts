import { evaluateSplit } from '../science/evaluate.ts';
import { latentMeasures } from '../science/latentMeasures.ts';
import { theoryMeasures } from '../science/linearTheory.ts';
import { encodeRows } from '../science/runInBatches.ts';
import type { TrainingSetup } from './trainingSetup.ts';

/**
 * Measures the model as it stands on every split, on its training codes and against the closed form.
 * Yields between calls of the engine, so that orders are heard and the measuring can be given up.
 * @returns metrics by their dotted names
 */
export function* evaluateRun(setup: TrainingSetup): Generator<void, Record<string, number>, void> {
  const { experiment, data, prepared, program, trainMean } = setup;
  const metrics: Record<string, number> = {};
  for (const name of ['train', 'validation', 'test'] as const) {
    const measured = yield* evaluateSplit({ prepared, program, experiment, split: data[name], trainMean });
    for (const [metric, value] of Object.entries(measured)) metrics[`${name}.${metric}`] = value;
  }
  const codes = yield* encodeRows(prepared, data.train.x, data.train.rows.length);
  Object.assign(metrics, latentMeasures(codes, codes.length / data.train.rows.length));
  if (setup.theory !== null) Object.assign(metrics, theoryMeasures(setup.theory, setup, metrics));
  return metrics;
}
