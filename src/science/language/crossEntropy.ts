import { type Tensor, tf } from '../tensorflow.ts';
import { oneHot } from './embed.ts';

/** Logits z [n, V] made safe: e = exp(z - max), s = its sums [n, 1], and z - max. */
function shifted(logits: Tensor): { below: Tensor; exponentials: Tensor; sums: Tensor } {
  const below = tf.sub(logits, tf.max(logits, 1, true));
  const exponentials = tf.exp(below);
  return { below, exponentials, sums: tf.sum(exponentials, 1, true) };
}

/** Log-softmax over the last axis with the largest logit taken out first: [n, V] -> [n, V]. */
export function logSoftmax(logits: Tensor): Tensor {
  const { below, sums } = shifted(logits);
  return tf.sub(below, tf.log(sums));
}

/** -ln p of the target of each row: logits [n, V], targets [n] whole numbers in float32 -> [n, 1]. */
export function rowNats(logits: Tensor, targets: Tensor): Tensor {
  const { below, sums } = shifted(logits);
  return tf.sub(tf.log(sums), tf.sum(tf.mul(below, oneHot(targets, logits.shape[1]!)), 1, true));
}

/**
 * Mean cross-entropy in nats: sum_i w_i (-ln softmax(z_i)[y_i]) / max(1, sum_i w_i), logits z [n, V], targets y [n].
 * Its gradient is written by hand: w_i (softmax(z_i) - onehot(y_i)) / W.
 * @param weights w [n]; null: all 1
 */
export function crossEntropy(logits: Tensor, targets: Tensor, weights: Tensor | null): Tensor {
  const [rows, size] = logits.shape as [number, number];
  const hot = oneHot(targets, size);
  const total = weights === null ? tf.scalar(rows) : tf.maximum(tf.sum(weights), 1);
  const share = weights === null ? tf.div(tf.ones([rows, 1]), total) : tf.div(tf.reshape(weights, [-1, 1]), total); // [n, 1]
  const measure = tf.customGrad((z, save) => {
    const { below, exponentials, sums } = shifted(z as Tensor);
    const nats = tf.sub(tf.log(sums), tf.sum(tf.mul(below, hot), 1, true));
    (save as (saved: Tensor[]) => void)([exponentials, sums, hot, share]);
    return {
      value: tf.sum(tf.mul(nats, share)),
      gradFunc: (dy, saved) => {
        const [e, s, target, part] = saved as [Tensor, Tensor, Tensor, Tensor];
        return tf.mul(tf.sub(tf.mul(e, tf.div(part, s)), tf.mul(target, part)), dy as Tensor);
      },
    };
  });
  return measure(logits);
}
