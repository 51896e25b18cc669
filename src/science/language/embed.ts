import { type Tensor, tf } from '../tensorflow.ts';

/** Tables of more rows than this add gradients up row by row. */
const mostOneHot = 512;

/** Whole numbers in float32 as rows of zeros with a single 1: ids [n] -> [n, size]. */
export function oneHot(ids: Tensor, size: number): Tensor {
  return tf.cast(tf.equal(tf.reshape(ids, [-1, 1]), tf.range(0, size)), 'float32');
}

/**
 * Rows of a table by their numbers: table [size, width], ids [n] whole numbers in float32 -> [n, width].
 * The gradient of a small table is the product H^T dy with the one-hot rows H, which costs less than it saves on every engine; that of a
 * large one is added up row by row.
 */
export function embed(table: Tensor, ids: Tensor): Tensor {
  const [size] = table.shape as [number, number];
  const pick = tf.customGrad((input, save) => {
    (save as (saved: Tensor[]) => void)([ids]);
    return {
      value: tf.gather(input as Tensor, tf.cast(ids, 'int32')),
      gradFunc: (dy, saved) => {
        const [read] = saved as [Tensor];
        if (size <= mostOneHot) return tf.matMul(oneHot(read, size), dy as Tensor, true);
        return tf.unsortedSegmentSum(dy as Tensor, tf.cast(read, 'int32') as tf.Tensor1D, size);
      },
    };
  });
  return pick(table);
}
