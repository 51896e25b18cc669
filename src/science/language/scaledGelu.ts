import { type Tensor, tf } from '../tensorflow.ts';

/**
 * g(u) = u (1 + erf u), with which x Phi(x), the exact GELU of Hendrycks and Gimpel (2016), is g(x/sqrt 2)/sqrt 2: the factors can go into
 * the products before and after it. Its slope 1 + erf u + u (2/sqrt pi) exp(-u^2) is computed beside it, so that u itself need not be kept.
 */
export function scaledGelu(u: Tensor): Tensor {
  const run = tf.customGrad((input, save) => {
    const x = input as Tensor;
    const rise = tf.add(tf.erf(x), 1);
    const bell = tf.exp(tf.sub(Math.log(2 / Math.sqrt(Math.PI)), tf.mul(x, x)));
    (save as (saved: Tensor[]) => void)([tf.add(rise, tf.mul(x, bell))]);
    return { value: tf.mul(x, rise), gradFunc: (dy, saved) => tf.mul(dy as Tensor, saved[0]!) };
  });
  return run(u);
}
