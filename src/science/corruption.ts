import type { Corruption } from '../experiment/autoencoder.ts';
import { UserError } from '../experiment/problem.ts';
import { plainFills, type StreamName } from '../math/random.ts';
import { fillBlocks } from './blockMask.ts';
import { type Tensor, tf } from './tensorflow.ts';

/** Where the numbers of a corruption are drawn from; without a stream: `noise` for Gaussian noise, `mask` for masks (training). */
export interface CorruptionPlace {
  seed: number;
  stream?: StreamName;
  step: number;
  /** Index of the first number drawn, default 0. */
  from?: number;
  /** [height, width] of a row where it is an image: masks in blocks need it. */
  imageShape?: readonly [number, number] | null;
}

/**
 * Fills `out` with the random numbers of a corruption, the input `draw` of a program: standard normal numbers for Gaussian
 * noise, 1 (kept, probability p = 1 - ratio) or 0 (dropped) for masks, each coordinate or each block of an image by itself. Without
 * corruption `out` is left alone. Number i depends on (seed, stream, step, from + i) only.
 * @throws UserError for blocks of rows that are no images
 */
export function drawCorruption(corruption: Corruption, out: Float32Array, at: CorruptionPlace, fills = plainFills): void {
  const { imageShape, ...place } = at;
  if (corruption.kind === 'gaussian') fills.fillNormal(out, { ...place, stream: at.stream ?? 'noise' });
  else if (corruption.kind === 'mask') {
    const { shape, blockSize, ratio } = corruption;
    const drawn = { ...place, stream: at.stream ?? 'mask' };
    if (shape === 'coordinates') fills.fillBernoulli(out, drawn, 1 - ratio);
    else if (imageShape) fillBlocks(out, drawn, { grid: { imageShape, blockSize }, keep: 1 - ratio, fills });
    else throw new UserError('corruption.shape "blocks" needs images; use "coordinates"', 'corruption.shape');
  }
}

/** What a kept coordinate is multiplied by in training: 1/p for masks with `rescale`, else 1. */
export function keptScale(corruption: Corruption): number {
  return corruption.kind === 'mask' && corruption.rescale ? 1 / (1 - corruption.ratio) : 1;
}

/** Whether the encoder sees the mask beside the input. */
export function hasFlags(corruption: Corruption): boolean {
  return corruption.kind === 'mask' && corruption.flags;
}

/**
 * What the encoder sees of rows x [rows, inputs] under a draw [rows, inputs]: x + sigma draw, or x draw / p (1/p only with
 * `rescale`), with flags [x draw / p, draw]. A clean input (draw null) is never scaled and has all flags 1.
 * @returns [rows, inputs], with flags [rows, 2 inputs]
 */
export function encoderInput(x: Tensor, draw: Tensor | null, corruption: Corruption): Tensor {
  const flags = hasFlags(corruption);
  if (!draw || corruption.kind === 'none') return flags ? tf.concat([x, tf.onesLike(x)], 1) : x;
  if (corruption.kind === 'gaussian') return tf.add(x, tf.mul(draw, corruption.sigma));
  const scale = keptScale(corruption);
  const kept = tf.mul(x, scale === 1 ? draw : tf.mul(draw, scale));
  return flags ? tf.concat([kept, draw], 1) : kept;
}

/** `encoderInput` without flags on plain arrays, for pictures of corrupted rows. Returns an array of the length of x. */
export function corruptRows(x: Float32Array, draw: Float32Array, corruption: Corruption): Float32Array {
  if (corruption.kind === 'none') return x.slice();
  const scale = keptScale(corruption);
  if (corruption.kind === 'mask') return x.map((value, i) => value * draw[i]! * scale);
  return x.map((value, i) => value + corruption.sigma * draw[i]!);
}
