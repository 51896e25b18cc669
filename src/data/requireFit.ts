import type { AutoencoderExperiment } from '../experiment/autoencoder.ts';
import { UserError } from '../experiment/problem.ts';
import type { PreparedData } from './prepareData.ts';

/**
 * Refuses an experiment that only its data can contradict: binary cross-entropy of inputs outside 0..1.
 * @throws UserError naming the first row and input that does not fit, and what to change
 */
export function requireFit(experiment: AutoencoderExperiment, data: PreparedData): void {
  if (experiment.loss.kind !== 'binaryCrossEntropy') return;
  for (const split of [data.train, data.validation, data.test]) {
    const outside = split.x.findIndex((v) => v < 0 || v > 1);
    if (outside < 0) continue;
    const row = split.rows[Math.floor(outside / data.inputs)]! + 1;
    const value = Number(split.x[outside]!.toPrecision(6));
    const where = `row ${row}, input ${(outside % data.inputs) + 1}`;
    throw new UserError(
      `loss.kind "binaryCrossEntropy" needs inputs between 0 and 1, but ${where} is ${value} after scaling; set data.scale to "unit" or loss.kind to "squared"`,
      'loss.kind',
    );
  }
}
