import type { AutoencoderExperiment } from '../experiment/autoencoder.ts';
import { columnSquares, diagonalOf } from './linearMap.ts';
import { linearMapOf } from './linearMapOf.ts';
import type { Program } from './program.ts';

/** A model whose distance to the identity is asked. */
export interface IdentitySubject {
  experiment: Pick<AutoencoderExperiment, 'model' | 'loss' | 'penalty'>;
  program: Pick<Program, 'parameters'>;
  prepared: { readonly parameters: Float32Array };
}

/**
 * How far encoder and decoder together are from changing nothing: |W - I|_F / sqrt(m) with W = B A, m inputs, float64 (science.md 2);
 * its square is (sum_j |W e_j|^2 - 2 sum_j W_jj + m) / m. 0: everything is copied; 1: W = 0; a projection on k directions sqrt(1 - k/m).
 * @returns `latent.identityDistance`; nothing where the model is no linear map, or a parameter is not finite
 */
export function identityMeasure({ experiment, program, prepared }: IdentitySubject): Record<string, number> {
  const { model, loss, penalty } = experiment;
  const isCut = penalty.latentTopK > 0 && penalty.latentTopK < model.latent;
  if (model.kind !== 'linear' || loss.kind !== 'squared' || isCut) return {};
  const map = linearMapOf(model, program, prepared.parameters);
  if (map === null) return {};
  let square = map.inputs;
  columnSquares(map).forEach((column) => {
    square += column;
  });
  diagonalOf(map).forEach((own) => {
    square -= 2 * own;
  });
  return Number.isFinite(square) ? { 'latent.identityDistance': Math.sqrt(Math.max(0, square) / map.inputs) } : {};
}
