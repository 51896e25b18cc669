import type { AutoencoderModel } from '../experiment/autoencoder.ts';
import { namedParameters } from './linearMap.ts';
import { linearMapOf } from './linearMapOf.ts';
import type { Program } from './program.ts';

/**
 * How the matrices of a linear model stand to each other (science.md 2), float64: `model.orthonormality`, |B^T B - I|_F, 0 where the
 * columns of B are orthonormal; with `separate` `model.tyingGap`, |A - B^T|_F, 0 where encoder and decoder are transposes, as a weight
 * penalty makes them (Kunin et al. 2019).
 * @returns nothing for networks and with flags, and where a number is not finite
 */
export function matrixMeasures(subject: {
  experiment: { model: AutoencoderModel };
  program: Pick<Program, 'parameters'>;
  prepared: { readonly parameters: Float32Array };
}): Record<string, number> {
  const { experiment, program, prepared } = subject;
  const { model } = experiment;
  if (model.kind !== 'linear') return {};
  // the encoder of one matrix, which takes long to write as a matrix, is not asked for
  if (model.parameterization !== 'separate')
    return finite({
      'model.orthonormality': orthonormality(namedParameters(program, prepared.parameters)['decoder.0.weights']!, model.latent),
    });
  const map = linearMapOf(model, program, prepared.parameters);
  if (map === null) return {};
  const { inputs, latent, encoder, decoder } = map;
  let gap = 0;
  for (let l = 0; l < latent; l++) for (let j = 0; j < inputs; j++) gap += (encoder[j * latent + l]! - decoder[l * inputs + j]!) ** 2;
  return finite({ 'model.orthonormality': orthonormality(decoder, latent), 'model.tyingGap': Math.sqrt(gap) });
}

/** |B^T B - I|_F of B^T [latent, inputs]. */
function orthonormality(decoder: ArrayLike<number>, latent: number): number {
  const inputs = decoder.length / latent;
  let square = 0;
  for (let l = 0; l < latent; l++)
    for (let k = 0; k <= l; k++) {
      let sum = 0;
      for (let j = 0; j < inputs; j++) sum += decoder[l * inputs + j]! * decoder[k * inputs + j]!;
      square += k === l ? (sum - 1) ** 2 : 2 * sum ** 2;
    }
  return Math.sqrt(square);
}

function finite(measures: Record<string, number>): Record<string, number> {
  return Object.values(measures).every(Number.isFinite) ? measures : {};
}
