import type { AutoencoderModel } from '../experiment/autoencoder.ts';
import { UserError } from '../experiment/problem.ts';
import type { ParameterShape, Tensors } from './program.ts';
import { type Tensor, tf } from './tensorflow.ts';

/** A non-linearity between layers; "none" is the identity. */
export type Activation = Extract<AutoencoderModel, { kind: 'mlp' }>['activation'];

/** One dense layer: y = activation(x W + b), W [from, to], b [to]. */
export interface Layer {
  name: string;
  from: number;
  to: number;
  bias: boolean;
  activation: Activation;
}

const activations: Readonly<Record<Activation, (x: Tensor) => Tensor>> = {
  none: (x) => x,
  relu: (x) => tf.relu(x),
  tanh: (x) => tf.tanh(x),
  sigmoid: (x) => tf.sigmoid(x),
  // x Phi(x) with the exact normal distribution function, not the tanh approximation
  gelu: (x) => tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1)),
  elu: (x) => tf.elu(x),
  softplus: (x) => tf.softplus(x),
};

/** Applies a non-linearity coordinate by coordinate; gelu is x Phi(x), elu has alpha 1. */
export function activate(x: Tensor, activation: Activation): Tensor {
  return activations[activation](x);
}

/** The dense layers of an autoencoder. */
export interface AutoencoderLayers {
  encoder: Layer[];
  decoder: Layer[];
}

/** A chain of dense layers through the given widths; the last one has its own activation. */
function chain(
  side: 'encoder' | 'decoder',
  widths: readonly number[],
  how: { bias: boolean; hidden: Activation; last: Activation },
): Layer[] {
  return widths.slice(1).map((to, i) => ({
    name: `${side}.${i}`,
    from: widths[i]!,
    to,
    bias: how.bias,
    activation: i === widths.length - 2 ? how.last : how.hidden,
  }));
}

/**
 * The layers of a model, encoder and mirrored decoder. `linear` with `separate` is one layer each: A = W_encoder^T, B = W_decoder^T.
 * @param encoderInputs width of what the encoder sees (twice `inputs` with flags)
 * @throws UserError for a model that cannot be computed yet
 */
export function layersOf(model: AutoencoderModel, inputs: number, encoderInputs = inputs): AutoencoderLayers {
  if (model.kind === 'linear' && model.parameterization === 'separate') {
    const how = { bias: model.bias, hidden: 'none', last: 'none' } as const;
    return { encoder: chain('encoder', [encoderInputs, model.latent], how), decoder: chain('decoder', [model.latent, inputs], how) };
  }
  if (model.kind === 'mlp' && !model.tied) {
    const { hidden, latent, activation, latentActivation, outputActivation } = model;
    return {
      encoder: chain('encoder', [encoderInputs, ...hidden, latent], { bias: true, hidden: activation, last: latentActivation }),
      decoder: chain('decoder', [latent, ...hidden.toReversed(), inputs], { bias: true, hidden: activation, last: outputActivation }),
    };
  }
  const what =
    model.kind === 'linear' ? `parameterization "${model.parameterization}"` : model.kind === 'mlp' ? 'tied weights' : `"${model.kind}"`;
  throw new UserError(`not built yet: model with ${what}; use kind "mlp" or "linear" with parameterization "separate"`);
}

/** Named parameters of the layers, weights before biases. */
export function parametersOf(layers: readonly Layer[]): ParameterShape[] {
  return layers.flatMap(({ name, from, to, bias }) => {
    const weights = { name: `${name}.weights`, shape: [from, to], fanIn: from, isBias: false };
    return bias ? [weights, { name: `${name}.bias`, shape: [to], fanIn: from, isBias: true }] : [weights];
  });
}

/** Runs x through the layers: [rows, from of the first] -> [rows, to of the last]. */
export function runLayers(layers: readonly Layer[], parameters: Tensors, x: Tensor): Tensor {
  let y = x;
  for (const { name, bias, activation } of layers) {
    y = tf.matMul(y, parameters[`${name}.weights`]!); // [rows, to]
    if (bias) y = tf.add(y, parameters[`${name}.bias`]!);
    y = activate(y, activation);
  }
  return y;
}
