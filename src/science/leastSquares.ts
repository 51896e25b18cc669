import type { AutoencoderExperiment, AutoencoderModel } from '../experiment/autoencoder.ts';
import { ridgeOf } from '../experiment/resolveExperiment.ts';
import { leastSquaresCodes } from '../math/leastSquares.ts';
import type { RandomFills } from '../math/random.ts';
import type { Coder, CoderSections } from './coder.ts';
import { solveCodes } from './leastSquaresKernels.ts';
import type { LinearMap } from './linearMap.ts';
import { type LinearModel, singleMatrixCoder, singleMatrixMap } from './singleMatrix.ts';
import { type EvaluatedRows, type StoredPlace, storedDraw } from './storedDraws.ts';

/** Whether a model's encoder solves a least-squares problem a row. */
function isLeastSquares(model: AutoencoderModel): model is LinearModel {
  return model.kind === 'linear' && model.parameterization === 'leastSquares';
}

/**
 * The second parameterization (science.md 1.2): one matrix B and, with `bias`, a vector b; the encoder solves
 * l = argmin |m o (x - b - B l)|^2 + rho |l|^2, the decoder gives B l + b. rho = ridge tr(B^T B) / latent, with the whole B.
 * Under a mask m are its kept coordinates (`rescale` has no meaning: a solve from fewer coordinates is no smaller); Gaussian noise is
 * added to x; a clean input is solved from all coordinates. The solves are float64 on every engine.
 * @param sections a model that `coderOf` has found to be this one
 */
export function leastSquaresCoder(sections: CoderSections, inputs: number): Coder {
  const ridge = ridgeOf(sections.model as LinearModel, sections.corruption);
  return singleMatrixCoder(sections, inputs, { findCodes: (weights, x, mask) => solveCodes({ weights, x, mask }, { ridge }) });
}

/**
 * `latent.deficientSamples`: training rows of which the stored corruption, copy 0, leaves fewer visible coordinates than there are codes,
 * so that many codes fit exactly and the ridge (or at ridge 0 their length) decides. Only for `leastSquares` under masks; else nothing.
 */
export function deficientSamples(subject: {
  experiment: Pick<AutoencoderExperiment, 'model' | 'corruption' | 'seed'>;
  dataset: Pick<StoredPlace, 'imageShape'>;
  data: { train: EvaluatedRows; inputs: number };
  prepared: { readonly random?: RandomFills };
}): Record<string, number> {
  const { experiment, dataset, data, prepared } = subject;
  const { model, corruption, seed } = experiment;
  if (!isLeastSquares(model) || corruption.kind !== 'mask') return {};
  const rows = data.train.rows.length;
  const place = { seed, imageShape: dataset.imageShape, copy: 0, fills: prepared.random };
  const mask = storedDraw(corruption, data.train, place, { from: 0, to: rows });
  let found = 0;
  for (let from = 0; from < mask.length; from += data.inputs) {
    let visible = 0;
    for (let j = 0; j < data.inputs; j++) visible += mask[from + j]!;
    if (visible < model.latent) found++;
  }
  return { 'latent.deficientSamples': found };
}

/**
 * What a least-squares autoencoder does to clean or noisy rows, in float64: W = B A with A = (B^T B + rho I)^-1 B^T, at ridge 0 the
 * projection B B^+; bias b - W b.
 * @param weights B^T [latent, inputs]
 * @param ridge the model's, from `ridgeOf`
 * @param bias b [inputs], or none
 */
export function leastSquaresMap(
  { latent, ridge }: { latent: number; ridge: number },
  weights: ArrayLike<number>,
  bias?: ArrayLike<number>,
): LinearMap {
  const inputs = weights.length / latent;
  const unit = Float64Array.from({ length: inputs * inputs }, (_, at) => Number(at % (inputs + 1) === 0));
  const encoder = leastSquaresCodes({ weights, x: unit, mask: null, latent, ridge });
  return singleMatrixMap(encoder, Float64Array.from(weights), { latent, bias });
}
