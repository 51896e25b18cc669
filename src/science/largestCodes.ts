import type { Coder } from './coder.ts';
import { type Tensor, tf } from './tensorflow.ts';

/**
 * 1 for the k largest numbers of each row, else 0, and no gradient: [rows, width] -> [rows, width]. By value, not by size.
 * Numbers that equal the k-th largest of their row are all 1, so that ties may leave more than k.
 */
export function largestMask(codes: Tensor, k: number): Tensor {
  return tf.customGrad((input) => {
    const x = input as Tensor;
    // x itself may be gone when gradients are asked for
    const { shape } = x;
    const largest = tf.topk(x, k).values; // [rows, k]
    // the smallest of them, in operations that treat any number of rows alike
    const least = tf.neg(tf.max(tf.neg(largest), 1, true)); // [rows, 1]
    return { value: tf.cast(tf.greaterEqual(x, least), 'float32'), gradFunc: () => tf.zeros(shape) };
  })(codes);
}

/**
 * A coder that keeps the k largest codes of each row and sets the others to 0, in training and ever after (the k-sparse autoencoder of
 * Makhzani and Frey 2013). Gradients go through the kept codes only. With k = 0, or as many as there are, the coder itself.
 */
export function keepLargest(coder: Coder, k: number): Coder {
  if (k === 0 || k >= coder.latent) return coder;
  return {
    ...coder,
    encode(parameters, x, draw) {
      const codes = coder.encode(parameters, x, draw);
      return tf.mul(codes, largestMask(codes, k));
    },
  };
}
