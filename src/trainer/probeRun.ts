import { projectionMeasures } from '../science/projectionMeasures.ts';
import { encodeRows } from '../science/runInBatches.ts';
import type { Moment } from './moment.ts';
import type { TrainingSetup } from './trainingSetup.ts';

/**
 * What is too costly for each evaluation: probes of the codes and how far their picture can be trusted, at every
 * `probe.every`-th evaluation from the first on and at the last; nothing where `probe` is false.
 * @param codes codes of all training rows, clean, [rows, latent]
 */
export function* probeRun(setup: TrainingSetup, codes: Float32Array, moment: Moment): Generator<void, Record<string, number>, void> {
  if (!isProbeDue(setup, moment)) return {};
  const { data, prepared, sample, probe } = setup;
  const metrics = yield* projectionMeasures(prepared, sample);
  if (probe === null) return metrics;
  const validation = yield* encodeRows(prepared, data.validation.x, data.validation.rows.length);
  return { ...metrics, ...(yield* probe.measure(codes, validation)) };
}

function isProbeDue({ experiment }: TrainingSetup, { step, isLast }: Moment): boolean {
  if (experiment.probe === false) return false;
  return isLast || (step / experiment.plan.evaluateEverySteps) % experiment.probe.every === 0;
}
