import { bestStepsMeasure } from '../science/depthProfile.ts';
import { evaluateSplit } from '../science/evaluate.ts';
import { explainedVariance, isCostly } from '../science/explainedVariance.ts';
import { identityMeasure } from '../science/identityDistance.ts';
import { latentMeasures } from '../science/latentMeasures.ts';
import { deficientSamples } from '../science/leastSquares.ts';
import { theoryMeasures } from '../science/linearTheory.ts';
import { matrixMeasures } from '../science/matrixMeasures.ts';
import { modeMeasures } from '../science/modeMeasures.ts';
import { encodeRows } from '../science/runInBatches.ts';
import { stepLoadMeasure } from '../science/unrolled.ts';
import { whiteNoiseMeasure } from '../science/whiteNoise.ts';
import { zeroFilledMeasure } from '../science/zeroFilled.ts';
import type { Moment } from './moment.ts';
import { isLookDue, jacobiansAt, probedNetwork } from './probedNetwork.ts';
import { probeRun } from './probeRun.ts';
import type { TrainingSetup } from './trainingSetup.ts';

/**
 * Measures the model as it stands on every split, on its training codes and against the closed form.
 * Yields between calls of the engine, so that orders are heard and the measuring can be given up.
 * @returns metrics by their dotted names
 */
export function* evaluateRun(setup: TrainingSetup, moment: Moment): Generator<void, Record<string, number>, void> {
  const { experiment, dataset, data, prepared, program, trainMean } = setup;
  const { imageShape } = dataset;
  const metrics: Record<string, number> = {};
  const isLook = isLookDue(setup, moment);
  for (const name of ['train', 'validation', 'test'] as const) {
    const measured = yield* evaluateSplit({ prepared, program, experiment, split: data[name], trainMean, imageShape });
    for (const [metric, value] of Object.entries(measured)) metrics[`${name}.${metric}`] = value;
    const isDue = moment.isLast || (isLook && !isCostly(data.train));
    if (!isDue || measured.mse === undefined) continue;
    const explained = yield* explainedVariance({ prepared, split: data[name], mse: measured.mse });
    if (explained !== null) metrics[`${name}.explainedVariance`] = explained;
  }
  const codes = yield* encodeRows(prepared, data.train.x, data.train.rows.length);
  Object.assign(metrics, latentMeasures(codes, codes.length / data.train.rows.length));
  if (isLook) Object.assign(metrics, whiteNoiseMeasure({ experiment, prepared, x: data.train.x, trainMean }));
  if (experiment.model.kind === 'linear') Object.assign(metrics, identityMeasure(probedNetwork(setup)));
  else if (isLook) Object.assign(metrics, identityMeasure(probedNetwork(setup), jacobiansAt(setup, moment)));
  Object.assign(metrics, matrixMeasures(setup));
  Object.assign(metrics, deficientSamples(setup));
  Object.assign(metrics, stepLoadMeasure(setup));
  Object.assign(metrics, bestStepsMeasure({ ...setup, split: data.train }));
  Object.assign(metrics, zeroFilledMeasure({ experiment, prepared, split: data.train, imageShape }));
  Object.assign(metrics, modeMeasures(setup, moment.time));
  Object.assign(metrics, yield* probeRun(setup, codes, moment));
  if (setup.separateOptimum !== null) metrics['theory.separateOptimum'] = setup.separateOptimum;
  if (setup.theory !== null) Object.assign(metrics, theoryMeasures(setup.theory, setup, metrics));
  return metrics;
}
