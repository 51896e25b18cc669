import type { AutoencoderExperiment } from '../experiment/autoencoder.ts';
import { UserError } from '../experiment/problem.ts';
import type { Dataset } from './dataset.ts';
import type { PreparedData } from './prepareData.ts';
import { requireConvolutions } from './requireConvolutions.ts';
import { requireDownstream } from './requireDownstream.ts';
import { requireJacobian } from './requireJacobian.ts';

/**
 * Refuses an experiment that only its data can contradict: binary cross-entropy of inputs outside 0..1, masks in blocks of rows that are
 * no images or smaller than a block, convolutions that do not fit the images or memory, contractive penalties beyond memory, codes as
 * wide as the inputs where least squares then has nothing left to learn, and comparisons of more labels than there are.
 * @throws UserError naming what does not fit, and what to change
 */
export function requireFit(experiment: AutoencoderExperiment, data: PreparedData, { imageShape }: Pick<Dataset, 'imageShape'>): void {
  requireBounds(experiment, data);
  requireImages(experiment, imageShape);
  requireConvolutions(experiment, { imageShape, trainRows: data.train.rows.length });
  requireNarrowCodes(experiment, data.inputs);
  requireModes(experiment, data.inputs);
  requireJacobian(experiment, { inputs: data.inputs, trainRows: data.train.rows.length });
  requireDownstream(experiment, data);
}

function requireBounds(experiment: AutoencoderExperiment, data: PreparedData): void {
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

/** Blocks are squares of pixels, and no larger than the picture. */
function requireImages({ corruption }: AutoencoderExperiment, imageShape: Dataset['imageShape']): void {
  if (corruption.kind !== 'mask' || corruption.shape !== 'blocks') return;
  if (imageShape === null)
    throw new UserError('corruption.shape "blocks" needs images, and these rows are none; set it to "coordinates"', 'corruption.shape');
  const [height, width] = imageShape;
  if (corruption.blockSize <= Math.min(height, width)) return;
  throw new UserError(
    `corruption.blockSize must be at most the side of the images, which have ${height}x${width} pixels, got ${corruption.blockSize}`,
    'corruption.blockSize',
  );
}

/** Without a mask, codes as wide as the inputs draw every input exactly (science.md 1.0, row 5); a ridge only adds an error to be shrunk away. */
function requireNarrowCodes({ model, corruption }: AutoencoderExperiment, inputs: number): void {
  if (model.kind !== 'linear' || model.parameterization !== 'leastSquares') return;
  if (corruption.kind === 'mask' || model.latent < inputs) return;
  const loss = corruption.kind === 'none' ? '0' : 'that of the noise';
  throw new UserError(
    `model.latent must be below the ${inputs} inputs for "leastSquares" without a mask, got ${model.latent}: every input is then drawn exactly, the loss is ${loss} whatever B, and its gradient is zero; set model.latent below ${inputs} or corruption.kind to "mask"`,
    'model.latent',
  );
}

/** Widest inputs whose principal directions are looked for before a run starts. */
const widestStart = 256;

function requireModes({ model }: AutoencoderExperiment, inputs: number): void {
  if (model.kind !== 'linear' || model.parameterization !== 'separate' || model.initialStrength === 0 || inputs <= widestStart) return;
  throw new UserError(
    `model.initialStrength starts along the principal directions of at most ${widestStart} inputs, and these rows have ${inputs}; set it to 0`,
    'model.initialStrength',
  );
}
