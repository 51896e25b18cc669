import type { AutoencoderExperiment } from '../experiment/autoencoder.ts';
import { encoderInput, hasFlags } from './corruption.ts';
import { type Layer, layersOf, parametersOf, runLayers } from './layers.ts';
import { leastSquaresCoder } from './leastSquares.ts';
import type { ParameterShape, Tensors } from './program.ts';
import type { Tensor } from './tensorflow.ts';
import { unrolledCoder } from './unrolled.ts';

/** The sections of an experiment that decide how an autoencoder encodes and decodes. */
export type CoderSections = Pick<AutoencoderExperiment, 'model' | 'corruption' | 'loss'>;

/** How a model encodes and decodes: all that the parameterizations differ in. */
export interface Coder {
  parameters: readonly ParameterShape[];
  /** Width of the code. */
  latent: number;
  /** Codes of rows x [rows, inputs] under a draw [rows, inputs] of the corruption, of clean rows without one: [rows, latent]. */
  encode(parameters: Tensors, x: Tensor, draw: Tensor | null): Tensor;
  /** Codes [rows, latent] -> [rows, inputs]; with binaryCrossEntropy what stands before the sigmoid. */
  decode(parameters: Tensors, latent: Tensor): Tensor;
  /** The encoder where it is dense layers on something: what its Jacobian is taken of. */
  layered?: {
    layers: readonly Layer[];
    /** What the first layer sees of rows x [rows, inputs] under a draw: [rows, from of the first layer]. */
    seen(x: Tensor, draw: Tensor | null): Tensor;
  };
}

/**
 * The coder of a model.
 * @throws UserError for a model that cannot be computed yet
 */
export function coderOf(sections: CoderSections, inputs: number): Coder {
  const { model } = sections;
  if (model.kind === 'linear' && model.parameterization === 'leastSquares') return leastSquaresCoder(sections, inputs);
  if (model.kind === 'linear' && model.parameterization === 'unrolled') return unrolledCoder(sections, inputs);
  return layeredCoder(sections, inputs);
}

/** Dense layers on both sides. With binaryCrossEntropy the decoder ends in logits: the sigmoid belongs to the loss and to the output. */
function layeredCoder({ model, corruption, loss }: CoderSections, inputs: number): Coder {
  const { encoder, decoder } = layersOf(model, inputs, hasFlags(corruption) ? 2 * inputs : inputs);
  if (loss.kind === 'binaryCrossEntropy') decoder.at(-1)!.activation = 'none';
  return {
    parameters: parametersOf([...encoder, ...decoder]),
    latent: encoder.at(-1)!.to,
    encode: (p, x, draw) => runLayers(encoder, p, encoderInput(x, draw, corruption)),
    decode: (p, latent) => runLayers(decoder, p, latent),
    layered: { layers: encoder, seen: (x, draw) => encoderInput(x, draw, corruption) },
  };
}
