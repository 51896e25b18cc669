import type { AutoencoderExperiment } from './autoencoder.ts';
import { contradiction } from './contradiction.ts';
import type { Fault } from './fault.ts';
import { sourceKind } from './sourceKind.ts';

/** A convolutional model. */
export type ConvolutionalModel = Extract<AutoencoderExperiment['model'], { kind: 'convolutional' }>;

/** [height, width] of the built-in images. */
const BUILT_IN_IMAGES: Readonly<Record<string, readonly [number, number]>> = { digits: [8, 8], fashion: [28, 28] };

/** Convolutions of rows that are no images, or of images that are too small for them, as far as the source tells before it is read. */
export function findConvolutionFaults({ model, data }: AutoencoderExperiment): Fault[] {
  if (model.kind !== 'convolutional') return [];
  const { source } = data;
  const isTable = typeof source === 'string' && sourceKind(source, 'autoencoder') === 'csv';
  if (typeof source !== 'string' || isTable) {
    const rows = isTable ? 'the rows of a table' : 'rows from a generator';
    const message = `model.kind "convolutional" needs images, and ${rows} are none: use "mlp" or "linear"`;
    return [contradiction('model.kind', message, ['data.source'])];
  }
  const imageShape = BUILT_IN_IMAGES[source];
  const misfit = imageShape === undefined ? null : findMisfit(model, imageShape);
  return misfit === null ? [] : [contradiction(misfit.path, misfit.message, ['data.source'])];
}

/**
 * Why a convolutional model cannot have images of this size: kernels larger than they are, more layers than it takes to come down to one pixel.
 * @param imageShape [height, width]
 */
export function findMisfit(
  { kernelSize, channels }: ConvolutionalModel,
  [height, width]: readonly [number, number],
): { path: string; message: string } | null {
  if (kernelSize > Math.min(height, width)) {
    const message = `model.kernelSize must be at most the side of the images, which have ${height}x${width} pixels, got ${kernelSize}`;
    return { path: 'model.kernelSize', message };
  }
  const most = Math.ceil(Math.log2(Math.max(height, width)));
  if (channels.length <= most) return null;
  const message = `model.channels must have at most ${most} layers for images of ${height}x${width} pixels, which are then a single pixel, got ${channels.length}`;
  return { path: 'model.channels', message };
}
