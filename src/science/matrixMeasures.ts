import type { AutoencoderModel } from '../experiment/autoencoder.ts';
import { linearMapOf } from './linearMapOf.ts';
import type { Program } from './program.ts';

/**
 * How the matrices of a linear model stand to each other (science.md 2), float64: `model.orthonormality`, |B^T B - I|_F, 0 where the
 * columns of B are orthonormal; with `separate` `model.tyingGap`, |A - B^T|_F, 0 where encoder and decoder are transposes, as a weight
 * penalty makes them (Kunin et al. 2019).
 * @returns nothing for models that are no linear map, and where a number is not finite
 */
export function matrixMeasures(subject: {
  experiment: { model: AutoencoderModel };
  program: Pick<Program, 'parameters'>;
  prepared: { readonly parameters: Float32Array };
}): Record<string, number> {
  const { model } = subject.experiment;
  const map = model.kind === 'linear' ? linearMapOf(model, subject.program, subject.prepared.parameters) : null;
  if (map === null || model.kind !== 'linear') return {};
  const { inputs, latent, encoder, decoder } = map;
  let [distance, gap] = [0, 0];
  for (let l = 0; l < latent; l++)
    for (let k = 0; k < latent; k++) {
      let sum = 0;
      for (let j = 0; j < inputs; j++) sum += decoder[l * inputs + j]! * decoder[k * inputs + j]!;
      distance += (sum - Number(l === k)) ** 2;
    }
  for (let l = 0; l < latent; l++) for (let j = 0; j < inputs; j++) gap += (encoder[j * latent + l]! - decoder[l * inputs + j]!) ** 2;
  if (!Number.isFinite(distance + gap)) return {};
  const measures = { 'model.orthonormality': Math.sqrt(distance) };
  return model.parameterization === 'separate' ? { ...measures, 'model.tyingGap': Math.sqrt(gap) } : measures;
}
