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
  /** The layer whose transposed weights this one uses, their first `to` rows: tied weights have no parameters of their own. */
  tiedTo?: string;
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

/** Decoder layers with the weights of the encoder layers that they mirror, the last one those of the first. */
function tiedLayers(decoder: readonly Layer[]): Layer[] {
  return decoder.map((layer, i) => ({ ...layer, tiedTo: `encoder.${decoder.length - 1 - i}` }));
}

/**
 * The layers of a model, encoder and mirrored decoder. `linear` with `separate` is one layer each: A = W_encoder^T, B = W_decoder^T.
 * With `tied` decoder layers use the transposed weights of the encoder layers that they mirror, and biases of their own; the weights
 * of flags have no counterpart.
 * @param encoderInputs width of what the encoder sees (twice `inputs` with flags)
 * @throws UserError for a model that cannot be computed yet
 */
export function layersOf(model: AutoencoderModel, inputs: number, encoderInputs = inputs): AutoencoderLayers {
  if (model.kind === 'linear' && model.parameterization === 'separate') {
    const how = { bias: model.bias, hidden: 'none', last: 'none' } as const;
    return { encoder: chain('encoder', [encoderInputs, model.latent], how), decoder: chain('decoder', [model.latent, inputs], how) };
  }
  if (model.kind === 'mlp') {
    const { hidden, latent, activation, latentActivation, outputActivation, tied } = model;
    const encoder = chain('encoder', [encoderInputs, ...hidden, latent], { bias: true, hidden: activation, last: latentActivation });
    const mirrored = { bias: true, hidden: activation, last: outputActivation };
    const decoder = chain('decoder', [latent, ...hidden.toReversed(), inputs], mirrored);
    return { encoder, decoder: tied ? tiedLayers(decoder) : decoder };
  }
  const what = model.kind === 'linear' ? `parameterization "${model.parameterization}"` : `"${model.kind}"`;
  throw new UserError(`not built yet: model with ${what}; use kind "mlp" or "linear" with parameterization "separate"`);
}

/** Named parameters of the layers, weights before biases; tied weights are listed where they belong only. */
export function parametersOf(layers: readonly Layer[]): ParameterShape[] {
  return layers.flatMap(({ name, from, to, bias, tiedTo }) => {
    const weights = { name: `${name}.weights`, shape: [from, to], fanIn: from, isBias: false };
    const own = tiedTo === undefined ? [weights] : [];
    return bias ? [...own, { name: `${name}.bias`, shape: [to], fanIn: from, isBias: true }] : own;
  });
}

/** The weights of a layer, [from, to]; those of a tied layer are transposed by hand, which is fast on every engine. */
export function weightsOf({ name, from, to, tiedTo }: Layer, parameters: Tensors): Tensor {
  if (tiedTo === undefined) return parameters[`${name}.weights`]!;
  const whole = parameters[`${tiedTo}.weights`]!; // [to, from], with flags [2 to, from]
  return tf.transpose(whole.shape[0] === to ? whole : tf.slice(whole, [0, 0], [to, from]));
}

/** x W + b of one layer, before its activation: [rows, from] -> [rows, to]. */
export function layerSums(layer: Layer, parameters: Tensors, x: Tensor): Tensor {
  const y = tf.matMul(x, weightsOf(layer, parameters));
  return layer.bias ? tf.add(y, parameters[`${layer.name}.bias`]!) : y;
}

/** Runs x through the layers: [rows, from of the first] -> [rows, to of the last]. */
export function runLayers(layers: readonly Layer[], parameters: Tensors, x: Tensor): Tensor {
  return layers.reduce((y, layer) => activate(layerSums(layer, parameters, y), layer.activation), x);
}
