import { type Tensor, tf } from '../tensorflow.ts';

/**
 * (x W + b)/sqrt 2: x [n, from], W [from, to], b [to] -> [n, to], for what goes into `scaledGelu` and comes out of it. The gradient is written
 * by hand so that the factor stands behind products there too, which take it in.
 */
export function scaledDense(x: Tensor, weights: Tensor, bias: Tensor): Tensor {
  const times = (product: Tensor) => tf.mul(product, Math.SQRT1_2);
  const run = tf.customGrad((input, matrix, row, save) => {
    const [a, w, b] = [input, matrix, row] as unknown as [Tensor, Tensor, Tensor];
    (save as unknown as (saved: Tensor[]) => void)([a, w]);
    return {
      value: times(tf.add(tf.matMul(a, w), b)),
      gradFunc: (dy, saved) => {
        const [seen, used] = saved as [Tensor, Tensor];
        const slope = dy as Tensor;
        return [times(tf.matMul(slope, tf.transpose(used))), times(tf.matMul(tf.transpose(seen), slope)), times(tf.sum(slope, 0))];
      },
    };
  });
  return run(x, weights, bias);
}
