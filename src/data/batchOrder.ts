import { permutation } from '../math/random.ts';

/**
 * The order in which an epoch presents the training rows: a new random permutation each epoch, from stream `order`.
 * @param epoch number of the epoch, from 0
 * @returns Uint32Array of length trainRows
 */
export function epochOrder(trainRows: number, seed: number, epoch: number): Uint32Array {
  return permutation(trainRows, { seed, stream: 'order', step: epoch });
}
