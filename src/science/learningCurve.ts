import type { AutoencoderExperiment } from '../experiment/autoencoder.ts';

type CurveSections = Pick<AutoencoderExperiment, 'model' | 'corruption' | 'loss' | 'penalty' | 'optimizer'>;

/**
 * Strength s_i(t) of a mode of variance l under gradient flow of the loss (no 1/2 in it) from balanced, aligned weights of strength s0:
 * s(t) = c / (1 + (c/s0 - 1) e^(-4 l t)), c = l / (l + sigma^2), which is 1 without noise (Saxe et al. 2014, Pretorius et al. 2018).
 * @param time sum of the learning rates of all steps
 */
export function modeStrength(variance: number, { start, sigma, time }: { start: number; sigma: number; time: number }): number {
  if (variance <= 0) return sigma > 0 ? start * Math.exp(-4 * sigma ** 2 * time) : start;
  const limit = variance / (variance + sigma ** 2);
  return limit / (1 + (limit / start - 1) * Math.exp(-4 * variance * time));
}

/**
 * Whether the modes of a run have learning curves in closed form: two matrices that start along the modes, plain gradient descent, squared
 * errors of all coordinates, no mask and no penalty.
 */
export function hasLearningCurves({ model, corruption, loss, penalty, optimizer }: CurveSections): boolean {
  if (model.kind !== 'linear' || model.parameterization !== 'separate' || model.initialStrength === 0) return false;
  if (corruption.kind === 'mask' || loss.kind !== 'squared' || optimizer.kind !== 'sgd') return false;
  const { weights, latentL1, latentTopK, latentKl, contractive } = penalty;
  return weights === 0 && latentL1 === 0 && latentTopK === 0 && latentKl.weight === 0 && contractive === 0;
}
