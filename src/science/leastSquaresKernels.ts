import { type LeastSquares, leastSquaresCodes, leastSquaresGradient } from '../math/leastSquares.ts';
import { type Tensor, tf } from './tensorflow.ts';

/** Kernel {weights, x, mask} -> codes; attribute `ridge`. A mask of rank 0 keeps everything. */
const codeKernel = 'LeastSquaresCode';
/** Kernel {weights, x, mask, slopes} -> [derivative by weights, derivative by x]; attribute `ridge`. */
const gradientKernel = 'LeastSquaresGradient';
/** Backends of TensorFlow.js whose numbers can be read and written at once. The trace has its own, engine/trace/leastSquaresKernels.ts. */
const eagerBackends = ['cpu', 'wasm', 'tensorflow'];

type KernelCall = Parameters<tf.KernelFunc>[0] & { backend: tf.KernelBackend };

/** The numbers of an operand. */
function numbersOf({ inputs, backend }: KernelCall, name: string): ArrayLike<number> {
  return backend.readSync((inputs[name] as tf.TensorInfo).dataId) as Float32Array;
}

/** The operands of a call as plain arrays. */
function problemOf(call: KernelCall): LeastSquares {
  const { weights, mask } = call.inputs as Record<string, tf.TensorInfo>;
  return {
    weights: numbersOf(call, 'weights'),
    x: numbersOf(call, 'x'),
    mask: mask!.shape.length === 0 ? null : numbersOf(call, 'mask'),
    latent: weights!.shape[0]!,
    ridge: (call.attrs as unknown as { ridge: number }).ridge,
  };
}

/** Float64 numbers as a float32 result. */
function resultOf({ backend }: KernelCall, numbers: Float64Array, shape: number[]): tf.TensorInfo {
  return { dataId: backend.write(Float32Array.from(numbers), shape, 'float32'), shape, dtype: 'float32' };
}

function computeCodes(call: KernelCall): tf.TensorInfo {
  const { weights, x } = call.inputs as Record<string, tf.TensorInfo>;
  return resultOf(call, leastSquaresCodes(problemOf(call)), [x!.shape[0]!, weights!.shape[0]!]);
}

function computeGradient(call: KernelCall): tf.TensorInfo[] {
  const { weights, x } = call.inputs as Record<string, tf.TensorInfo>;
  const found = leastSquaresGradient(problemOf(call), numbersOf(call, 'slopes'));
  return [resultOf(call, found.weights, weights!.shape), resultOf(call, found.x, x!.shape)];
}

/** Makes the kernels and the gradient known to TensorFlow.js, once. */
function install(): void {
  if (tf.getGradient(codeKernel)) return;
  for (const backendName of eagerBackends) {
    tf.registerKernel({ kernelName: codeKernel, backendName, kernelFunc: (call) => computeCodes(call as KernelCall) });
    tf.registerKernel({ kernelName: gradientKernel, backendName, kernelFunc: (call) => computeGradient(call as KernelCall) });
  }
  tf.registerGradient({
    kernelName: codeKernel,
    inputsToSave: ['weights', 'x', 'mask'],
    gradFunc: (dy, [weights, x, mask], attributes) => {
      // at once: each of the functions below runs in a tidy of its own, where the result of the other would be lost
      const [dWeights, dx] = solveGradient(
        { weights: weights!, x: x!, mask: mask! },
        dy as Tensor,
        attributes as unknown as { ridge: number },
      );
      return { weights: () => dWeights, x: () => dx, mask: () => tf.zerosLike(mask!) };
    },
  });
}

/** Operands of the kernels. */
interface SolveOperands {
  /** B^T [latent, inputs] */
  weights: Tensor;
  /** [rows, inputs] */
  x: Tensor;
  /** m [rows, inputs], 1 kept and 0 dropped; null, or of rank 0: everything is kept. */
  mask: Tensor | null;
}

const operandsOf = ({ weights, x, mask }: SolveOperands) => ({ weights, x, mask: mask ?? tf.scalar(1) });

/**
 * Codes of rows by least squares, l = argmin |m o (x - B l)|^2 + rho |l|^2 with rho = ridge tr(B^T B) / latent, solved in float64 on every
 * engine and rounded to float32. Differentiable once by weights and x, by the implicit formula (math/leastSquares.ts), in float64 too.
 * @returns [rows, latent]
 */
export function solveCodes(operands: SolveOperands, attributes: { ridge: number }): Tensor {
  install();
  return tf.engine().runKernel(codeKernel, operandsOf(operands), attributes) as Tensor;
}

/**
 * The gradient of `solveCodes`.
 * @param slopes derivative of a loss by the codes, [rows, latent]
 * @returns derivatives by weights [latent, inputs] and by x [rows, inputs]
 */
export function solveGradient(operands: SolveOperands, slopes: Tensor, attributes: { ridge: number }): [Tensor, Tensor] {
  install();
  return tf.engine().runKernel(gradientKernel, { ...operandsOf(operands), slopes }, attributes) as unknown as [Tensor, Tensor];
}
