import type { AutoencoderExperiment } from './autoencoder.ts';
import { contradiction } from './contradiction.ts';
import type { Fault } from './fault.ts';

/** Penalties that the model gives no meaning to. */
export function findPenaltyFaults({ model, penalty }: AutoencoderExperiment): Fault[] {
  const faults: Fault[] = [];
  if (penalty.latentTopK > model.latent) {
    const message = `penalty.latentTopK keeps ${penalty.latentTopK} codes of only ${model.latent}: it must be at most model.latent`;
    faults.push(contradiction('penalty.latentTopK', message, ['model.latent']));
  }
  if (penalty.latentKl.weight > 0) faults.push(...findKlFaults(model));
  if (penalty.contractive > 0 && model.kind === 'linear' && model.parameterization !== 'separate') {
    const message = `penalty.contractive needs an encoder with weights of its own, and that of "${model.parameterization}" has none: set it to 0, or model.parameterization to "separate"`;
    faults.push(contradiction('penalty.contractive', message, ['model.parameterization']));
  }
  if (penalty.contractive > 0 && model.kind === 'convolutional') {
    const message = `penalty.contractive needs the Jacobian of the encoder, which is taken through dense layers only: set it to 0, or model.kind to "mlp"`;
    faults.push(contradiction('penalty.contractive', message, ['model.kind']));
  }
  return faults;
}

function findKlFaults(model: AutoencoderExperiment['model']): Fault[] {
  const path = 'penalty.latentKl.weight';
  const needs = 'penalty.latentKl compares mean activities with a target between 0 and 1';
  if (!('latentActivation' in model)) {
    const message = `${needs}: it needs model.kind "mlp" or "convolutional" with latentActivation "sigmoid", or weight 0`;
    return [contradiction(path, message, ['model.kind'])];
  }
  if (model.latentActivation === 'sigmoid') return [];
  const message = `${needs}: set model.latentActivation to "sigmoid", it is "${model.latentActivation}"`;
  return [contradiction(path, message, ['model.latentActivation'])];
}
