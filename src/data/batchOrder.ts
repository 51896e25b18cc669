import { permutation } from '../math/random.ts';

/**
 * The order in which an epoch presents the training rows: a new random permutation each epoch, from stream `order`.
 * @param epoch number of the epoch, from 0
 * @returns Uint32Array of length trainRows
 */
export function epochOrder(trainRows: number, seed: number, epoch: number): Uint32Array {
  return permutation(trainRows, { seed, stream: 'order', step: epoch });
}

/**
 * Copies rows of x, [n, width], in the given order to the start of `out`.
 * @param order row numbers; a batch is a part of the epoch's order (`subarray`)
 * @param out at least order.length * width numbers
 */
export function gatherRows(x: Float32Array, width: number, order: Uint32Array, out: Float32Array): void {
  for (let i = 0; i < order.length; i++) {
    const from = order[i]! * width;
    const to = i * width;
    for (let j = 0; j < width; j++) out[to + j] = x[from + j]!;
  }
}
