import type { AutoencoderExperiment } from '../experiment/autoencoder.ts';
import type { Layer } from './layers.ts';
import type { ParameterShape, Tensors } from './program.ts';
import type { Tensor } from './tensorflow.ts';

/** The sections of an experiment that decide how an autoencoder encodes and decodes. */
export type CoderSections = Pick<AutoencoderExperiment, 'model' | 'corruption' | 'loss'>;

/** How a model encodes and decodes: all that the parameterizations differ in. */
export interface Coder {
  parameters: readonly ParameterShape[];
  /** Width of the code. */
  latent: number;
  /** Multiplications of one row through both sides, where parameters are used more than once. */
  multiplications?: number;
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
