import type { AutoencoderModel } from '../experiment/autoencoder.ts';
import { ridgeOf } from '../experiment/resolveExperiment.ts';
import { leastSquaresMap } from './leastSquares.ts';
import { type LinearMap, namedParameters } from './linearMap.ts';
import type { Program } from './program.ts';
import { unrolledMap } from './unrolled.ts';

/**
 * The map of a linear autoencoder at these parameters, on rows of which nothing is dropped (or, for `separate`, on what the encoder sees);
 * null where it is none: hidden layers, flags, soft thresholds, and for models of one matrix numbers that are not finite.
 */
export function linearMapOf(model: AutoencoderModel, program: Pick<Program, 'parameters'>, parameters: Float32Array): LinearMap | null {
  if (model.kind === 'linear' && model.parameterization !== 'separate') {
    const named = namedParameters(program, parameters);
    const [weights, bias] = [named['decoder.0.weights']!, named['decoder.0.bias']];
    if (!parameters.every(Number.isFinite)) return null;
    if (model.parameterization === 'leastSquares')
      return leastSquaresMap({ latent: model.latent, ridge: ridgeOf(model, { kind: 'none' }) }, weights, bias);
    return model.threshold > 0 ? null : unrolledMap(model, weights, bias);
  }
  const shapes = new Map(program.parameters.map(({ name, shape }) => [name, shape]));
  const [inputs, latent] = shapes.get('encoder.0.weights')!;
  const outputs = shapes.get('decoder.0.weights')![1];
  if (shapes.has('decoder.1.weights') || inputs !== outputs) return null;
  const named = namedParameters(program, parameters);
  const decoder = named['decoder.0.weights']!;
  const bias = Float64Array.from(named['decoder.0.bias'] ?? new Float32Array(inputs!));
  named['encoder.0.bias']?.forEach((value, l) => {
    for (let j = 0; j < inputs!; j++) bias[j] = bias[j]! + value * decoder[l * inputs! + j]!;
  });
  return { inputs: inputs!, latent: latent!, encoder: named['encoder.0.weights']!, decoder, bias };
}
