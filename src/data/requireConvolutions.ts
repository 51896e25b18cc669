import type { AutoencoderExperiment } from '../experiment/autoencoder.ts';
import { type ConvolutionalModel, findMisfit } from '../experiment/convolutionContradictions.ts';
import { UserError } from '../experiment/problem.ts';
import type { Dataset } from './dataset.ts';

/** Parameters that are still trained: with their gradient and both moments they take 1 GB. */
const mostParameters = 2 ** 26;
/** Numbers in the patches of one layer at a step: 512 MB, and training keeps several. */
const mostNumbers = 2 ** 27;

/** A layer of the encoder on images of a certain size: what it reads and makes. */
interface LayerSize {
  from: number;
  to: number;
  /** [height, width] of the map it makes. */
  map: [number, number];
}

const pixels = ([height, width]: readonly [number, number]) => height * width;

function layerSizes({ channels }: ConvolutionalModel, imageShape: readonly [number, number]): LayerSize[] {
  let map: [number, number] = [...imageShape];
  return channels.map((to, i) => {
    map = [Math.ceil(map[0] / 2), Math.ceil(map[1] / 2)];
    return { from: channels[i - 1] ?? 1, to, map };
  });
}

/**
 * Parameters of a convolutional model: kernels and biases of both sides, and the dense layers to and from the code.
 * @param seen channels of the image: 2 with flags
 */
export function countConvolutionalParameters(model: ConvolutionalModel, imageShape: readonly [number, number], seen: 1 | 2): number {
  const { kernelSize, latent } = model;
  const layers = layerSizes(model, imageShape);
  const taps = kernelSize * kernelSize;
  const kernels = layers.reduce((sum, { from, to }) => sum + 2 * taps * from * to + to + from, taps * (seen - 1) * layers[0]!.to);
  const flat = layers.at(-1)!.to * pixels(layers.at(-1)!.map);
  return kernels + 2 * flat * latent + latent + flat;
}

/**
 * Refuses convolutions that the rows cannot have: rows that are no images, kernels larger than these, more layers than it takes to come down
 * to one pixel; and those that do not fit into memory.
 * @throws UserError naming what does not fit, and what to change
 */
export function requireConvolutions(
  experiment: AutoencoderExperiment,
  { imageShape, trainRows }: { imageShape: Dataset['imageShape']; trainRows: number },
): void {
  const { model } = experiment;
  if (model.kind !== 'convolutional') return;
  if (imageShape === null)
    throw new UserError('model.kind "convolutional" needs images, and these rows are none; use "mlp" or "linear"', 'model.kind');
  const misfit = findMisfit(model, imageShape);
  if (misfit !== null) throw new UserError(misfit.message, misfit.path);
  requireMemory(experiment, { model, imageShape, trainRows });
}

function requireMemory(
  { corruption, training }: AutoencoderExperiment,
  { model, imageShape, trainRows }: { model: ConvolutionalModel; imageShape: [number, number]; trainRows: number },
): void {
  const images = `images of ${imageShape.join('x')} pixels`;
  const seen = corruption.kind === 'mask' && corruption.flags ? 2 : 1;
  const parameters = countConvolutionalParameters(model, imageShape, seen);
  if (parameters > mostParameters)
    throw new UserError(
      `this model has ${parameters} parameters on ${images}, and at most ${mostParameters} are trained: add a layer to model.channels, which quarters the last map, or use fewer channels or a smaller model.latent`,
      'model.channels',
    );
  const rows = training.batchSize === 'full' ? trainRows : Math.min(training.batchSize, trainRows);
  const widest = layerSizes(model, imageShape).map(({ from, map }, i) => model.kernelSize ** 2 * (i === 0 ? seen : from) * pixels(map));
  const numbers = rows * Math.max(...widest);
  if (numbers <= mostNumbers) return;
  throw new UserError(
    `convolutions of ${rows} ${images} need ${numbers} numbers at once, and at most ${mostNumbers} are computed: use a smaller training.batchSize, or fewer model.channels`,
    'training.batchSize',
  );
}
