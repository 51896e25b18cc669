import type { Coder, CoderSections } from './coder.ts';
import { convolutionalCoder } from './convolutional.ts';
import { encoderInput, hasFlags } from './corruption.ts';
import { layersOf, parametersOf, runLayers } from './layers.ts';
import { leastSquaresCoder } from './leastSquares.ts';
import type { MapShape } from './patches.ts';
import { unrolledCoder } from './unrolled.ts';

/**
 * The coder of a model.
 * @param imageShape [height, width] of a row where it is an image; null where it is none
 * @throws UserError for a model that cannot be computed yet, or not of such rows
 */
export function coderOf(sections: CoderSections, inputs: number, imageShape: MapShape | null): Coder {
  const { model } = sections;
  if (model.kind === 'convolutional') return convolutionalCoder({ ...sections, model }, imageShape);
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
