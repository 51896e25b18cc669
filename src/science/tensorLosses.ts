import type { HeadLoss } from '../experiment/autoencoder.ts';
import { type Tensor, tf } from './tensorflow.ts';

/** The surrogates of `takeLosses` of tensors, a mean over rows: scores [rows, K], target [rows, K] with 1 at the right class -> scalar. */
export const tensorLosses: Readonly<Record<HeadLoss, (scores: Tensor, target: Tensor) => Tensor>> = {
  crossEntropy(scores, target) {
    const shifted = tf.sub(scores, tf.max(scores, 1, true));
    return meanOfRows(tf.sub(tf.log(tf.sum(tf.exp(shifted), 1, true)), tf.sum(tf.mul(shifted, target), 1, true)));
  },
  squared: (scores, target) => meanOfRows(tf.sum(tf.square(tf.sub(scores, target)), 1, true)),
  hinge(scores, target) {
    const raised = tf.add(scores, tf.sub(1, target));
    return meanOfRows(tf.sub(tf.max(raised, 1, true), tf.sum(tf.mul(scores, target), 1, true)));
  },
};

/** [rows, 1] -> scalar */
function meanOfRows(losses: Tensor): Tensor {
  return tf.mul(tf.sum(losses), 1 / losses.shape[0]!);
}
