import type { ParameterShape, Tensors } from '../program.ts';
import { type Tensor, tf } from '../tensorflow.ts';

/** Kernel {x [n, width]} -> [normalised rows [n, width], 1/deviation [n, 1]]; attribute `epsilon`. The trace has its own. */
const kernelName = 'NormalisedRows';
const eagerBackends = ['cpu', 'wasm', 'tensorflow'];
/** Added to the variance. */
const epsilon = 1e-5;

/** The parameters of a layer normalisation: `<name>.gain`, at first 1, and `<name>.bias`, at first 0. */
export function normParameters(name: string, width: number): ParameterShape[] {
  return [
    { name: `${name}.gain`, shape: [width], fanIn: width, initial: 1, isBias: true },
    { name: `${name}.bias`, shape: [width], fanIn: width, initial: 0, isBias: true },
  ];
}

function normaliseEagerly({ inputs, attrs }: Parameters<tf.KernelFunc>[0]): tf.TensorInfo[] {
  const x = inputs.x as Tensor;
  const centred = tf.sub(x, tf.mean(x, 1, true));
  const inverse = tf.rsqrt(tf.add(tf.mean(tf.square(centred), 1, true), (attrs as unknown as { epsilon: number }).epsilon));
  return [tf.mul(centred, inverse), inverse];
}

/** Makes the kernel known to TensorFlow.js, once. */
function install(): void {
  if (tf.getKernel(kernelName, eagerBackends[0]!)) return;
  for (const backendName of eagerBackends) tf.registerKernel({ kernelName, backendName, kernelFunc: normaliseEagerly });
}

/**
 * Rows without their mean, over their standard deviation: y = (x - mean)/sqrt(variance + epsilon), and 1/sqrt(variance + epsilon).
 * It has no gradient of its own.
 * @param x [n, width]
 * @returns [n, width] and [n, 1]
 */
export function normaliseRows(x: Tensor): [Tensor, Tensor] {
  install();
  return tf.engine().runKernel(kernelName, { x }, { epsilon }) as unknown as [Tensor, Tensor];
}

/**
 * Layer normalisation (Ba et al. 2016): y = g r + b with r = (x - mean)/sqrt(variance + 1e-5) over the last axis, x [n, width]. The gradient is
 * written by hand: with e = g dy it is (e - mean(e) - r mean(e r))/deviation; both means are products of rows with g.
 */
export function layerNorm(x: Tensor, parameters: Tensors, name: string): Tensor {
  const run = tf.customGrad((input, gain, bias, save) => {
    const [given, factors, row] = [input, gain, bias] as unknown as [Tensor, Tensor, Tensor];
    const [rows, inverse] = normaliseRows(given);
    (save as unknown as (saved: Tensor[]) => void)([rows, inverse, factors]);
    return {
      value: tf.add(tf.mul(rows, factors), row),
      gradFunc: (dy, saved) => {
        const [r, inverseDeviation, g] = saved as [Tensor, Tensor, Tensor];
        const slope = dy as Tensor;
        const along = tf.mul(slope, r);
        const share = tf.reshape(tf.mul(g, 1 / g.shape[0]!), [-1, 1]);
        const centred = tf.sub(tf.mul(slope, g), tf.matMul(slope, share));
        const dx = tf.mul(tf.sub(centred, tf.mul(r, tf.matMul(along, share))), inverseDeviation);
        return [dx, tf.sum(along, 0), tf.sum(slope, 0)];
      },
    };
  });
  return run(x, parameters[`${name}.gain`]!, parameters[`${name}.bias`]!);
}
