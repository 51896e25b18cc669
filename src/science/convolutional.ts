import type { AutoencoderModel } from '../experiment/autoencoder.ts';
import { UserError } from '../experiment/problem.ts';
import type { Coder, CoderSections } from './coder.ts';
import { encoderInput, hasFlags } from './corruption.ts';
import { type Activation, activate, type Layer, parametersOf, runLayers } from './layers.ts';
import { halved, type MapShape, Patches, pixelsOf } from './patches.ts';
import type { ParameterShape, Tensors } from './program.ts';
import { type Tensor, tf } from './tensorflow.ts';

/** A layer of convolutions between a map and its half; the encoder runs it down, the decoder up. */
interface Convolution {
  name: string;
  /** Channels that go in and come out. */
  from: number;
  to: number;
  patches: Patches;
  activation: Activation;
}

/** All layers of a convolutional autoencoder, in the order in which they run. */
interface ConvolutionalLayers {
  down: Convolution[];
  encoder: Layer;
  decoder: Layer;
  up: Convolution[];
}

type ConvolutionalModel = Extract<AutoencoderModel, { kind: 'convolutional' }>;

function convolutionalLayersOf(model: ConvolutionalModel, imageShape: MapShape, channelsSeen: number): ConvolutionalLayers {
  const { channels, kernelSize, latent, activation } = model;
  const maps = channels.reduce<MapShape[]>((shapes) => [...shapes, halved(shapes.at(-1)!)], [imageShape]);
  const patches = channels.map((_, i) => new Patches(maps[i]!, kernelSize));
  const depth = channels.length;
  const down = channels.map((to, i) => ({
    name: `encoder.${i}`,
    from: channels[i - 1] ?? channelsSeen,
    to,
    patches: patches[i]!,
    activation,
  }));
  const up = channels.toReversed().map((from, i) => ({
    name: `decoder.${i + 1}`,
    from,
    to: channels[depth - 2 - i] ?? 1,
    patches: patches[depth - 1 - i]!,
    activation: i === depth - 1 ? model.outputActivation : activation,
  }));
  const flat = channels.at(-1)! * pixelsOf(maps.at(-1)!);
  const encoder = { name: `encoder.${depth}`, from: flat, to: latent, bias: true, activation: model.latentActivation };
  return { down, encoder, decoder: { name: 'decoder.0', from: latent, to: flat, bias: true, activation }, up };
}

/** Kernels before biases; those of the decoder have their channels in first, as PyTorch's transposed convolutions. */
function kernelsOf(layers: readonly Convolution[], { channelsInFirst }: { channelsInFirst: boolean }): ParameterShape[] {
  return layers.flatMap(({ name, from, to, patches: { taps } }) => {
    const side = Math.sqrt(taps);
    const shape = [...(channelsInFirst ? [from, to] : [to, from]), side, side];
    return [
      { name: `${name}.weights`, shape, fanIn: taps * from, isBias: false },
      { name: `${name}.bias`, shape: [to], fanIn: taps * from, isBias: true },
    ];
  });
}

/** activation(K * x + b): [from, pixels, rows] -> [to, patches, rows]; K as a matrix [to, from taps] meets each patch. */
function runDown(map: Tensor, { name, from, to, patches, activation }: Convolution, parameters: Tensors): Tensor {
  const kernel = tf.reshape(parameters[`${name}.weights`]!, [to, from * patches.taps]);
  const seen = tf.reshape(patches.unfold(map), [from * patches.taps, -1]);
  const sums = tf.add(tf.matMul(kernel, seen), tf.reshape(parameters[`${name}.bias`]!, [to, 1]));
  return tf.reshape(activate(sums, activation), [to, patches.patches, -1]);
}

/** The transposed convolution: every number of the map draws its patch. [from, patches, rows] -> [to, pixels, rows]. */
function runUp(map: Tensor, { name, from, to, patches, activation }: Convolution, parameters: Tensors): Tensor {
  // transposed by hand, which is fast on every engine
  const kernel = tf.transpose(tf.reshape(parameters[`${name}.weights`]!, [from, to * patches.taps]));
  const drawn = tf.matMul(kernel, tf.reshape(map, [from, -1]));
  const sums = patches.fold(tf.reshape(drawn, [to, patches.taps * patches.patches, -1]));
  return activate(tf.add(sums, tf.reshape(parameters[`${name}.bias`]!, [to, 1, 1])), activation);
}

/** Rows [rows, channels pixels] as maps [channels, pixels, rows]. */
function toMaps(rows: Tensor, channels: number, pixels: number): Tensor {
  return tf.reshape(tf.transpose(rows), [channels, pixels, -1]);
}

/** Maps [channels, pixels, rows] as rows [rows, channels pixels]. */
function toRows(maps: Tensor): Tensor {
  return tf.transpose(tf.reshape(maps, [maps.shape[0]! * maps.shape[1]!, -1]));
}

/** Multiplications of one row through all layers: kernels are used once a patch. */
function multiplicationsOf({ down, encoder, decoder, up }: ConvolutionalLayers): number {
  const dense = [encoder, decoder].reduce((sum, { from, to }) => sum + from * to, 0);
  return [...down, ...up].reduce((sum, { from, to, patches }) => sum + from * to * patches.taps * patches.patches, dense);
}

/**
 * An autoencoder of images: convolutions of stride 2 with padding "same", each halving the sides, then a dense code; the decoder mirrors it
 * with transposed convolutions, which come back to the sides of the image whether they are odd or even. Flags of a mask are a second
 * channel. With binaryCrossEntropy the decoder ends in logits.
 * @param imageShape [height, width] of a row
 * @throws UserError for rows that are no images
 */
export function convolutionalCoder(
  { model, corruption, loss }: CoderSections & { model: ConvolutionalModel },
  imageShape: MapShape | null,
): Coder {
  if (imageShape === null) throw new UserError('model.kind "convolutional" needs images; use "mlp" or "linear"', 'model.kind');
  const channelsSeen = hasFlags(corruption) ? 2 : 1;
  const layers = convolutionalLayersOf(model, imageShape, channelsSeen);
  const { down, encoder, decoder, up } = layers;
  if (loss.kind === 'binaryCrossEntropy') up.at(-1)!.activation = 'none';
  const smallest = up[0]!;
  return {
    parameters: [
      ...kernelsOf(down, { channelsInFirst: false }),
      ...parametersOf([encoder, decoder]),
      ...kernelsOf(up, { channelsInFirst: true }),
    ],
    latent: model.latent,
    multiplications: multiplicationsOf(layers),
    encode(p, x, draw) {
      const image = toMaps(encoderInput(x, draw, corruption), channelsSeen, pixelsOf(imageShape));
      const map = down.reduce((seen, layer) => runDown(seen, layer, p), image);
      return runLayers([encoder], p, toRows(map));
    },
    decode(p, latent) {
      const map = toMaps(runLayers([decoder], p, latent), smallest.from, smallest.patches.patches);
      return toRows(up.reduce((drawn, layer) => runUp(drawn, layer, p), map));
    },
  };
}
