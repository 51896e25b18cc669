import { tf } from '../science/tensorflow.ts';

type Gradient = NonNullable<ReturnType<typeof tf.getGradient>>;

/** The last two axes swapped. */
function swapped(x: tf.Tensor): tf.Tensor {
  const axes = x.shape.map((_, axis) => axis);
  const last = axes.length - 1;
  [axes[last - 1], axes[last]] = [last, last - 1];
  return tf.transpose(x, axes);
}

/**
 * Gradient of a matrix product with the transposes written out, for products whose own transposes are slow (13 to 31 times on
 * WebAssembly). With C = op(A) op(B): d op(A) = dC op(B)^T, d op(B) = op(A)^T dC.
 */
export const explicitTransposes: Gradient['gradFunc'] = (dy, saved, attributes) => {
  const [a, b] = saved as [tf.Tensor, tf.Tensor];
  const { transposeA, transposeB } = attributes as unknown as { transposeA: boolean; transposeB: boolean };
  const d = dy as tf.Tensor;
  return {
    a: () => {
      const gradient = tf.matMul(d, transposeB ? b : swapped(b));
      return transposeA ? swapped(gradient) : gradient;
    },
    b: () => {
      const gradient = tf.matMul(transposeA ? a : swapped(a), d);
      return transposeB ? swapped(gradient) : gradient;
    },
  };
};

let isInstalled = false;

/** Makes TensorFlow.js use `explicitTransposes` while the given backend is the current one; other backends keep its own gradient. */
export function installTransposedGradient(backend: string): void {
  if (isInstalled) return;
  const own = tf.getGradient('BatchMatMul');
  tf.unregisterGradient('BatchMatMul');
  tf.registerGradient({
    ...own,
    gradFunc: (dy, saved, attributes) => (tf.getBackend() === backend ? explicitTransposes : own.gradFunc)(dy, saved, attributes),
  });
  isInstalled = true;
}
