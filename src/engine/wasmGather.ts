import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { tf } from '../science/tensorflow.ts';

const kernelName = 'GatherV2';
type Call = Parameters<tf.KernelFunc>[0] & { backend: BackendWasm };

/**
 * Picks places of one axis by moving the stretches behind them, [before, side, stretch] -> [before, places, stretch]. The kernel of the
 * WebAssembly backend finds the place of every single number anew, which takes 20 times as long for the patches of convolutions.
 * @throws Error for a place that is not on the axis
 */
function gatherStretches({ inputs, attrs, backend }: Call): tf.TensorInfo {
  const { x, indices } = inputs as Record<'x' | 'indices', tf.TensorInfo>;
  const [axis] = tf.util.parseAxisParam((attrs as unknown as { axis: number }).axis, x.shape) as [number];
  const shape = [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)];
  const result = backend.makeOutput(shape, x.dtype);
  // views of memory that may have moved while the result was made
  const from = backend.typedArrayFromHeap(x);
  const places = backend.typedArrayFromHeap(indices);
  const to = backend.typedArrayFromHeap(result);
  const side = x.shape[axis]!;
  const wrong = places.find((place) => place < 0 || place >= side);
  if (wrong !== undefined) throw new Error(`expected places from 0 to ${side - 1} to gather, got ${wrong}`);
  const stretch = tf.util.sizeFromShape(x.shape.slice(axis + 1));
  const block = side * stretch;
  let at = 0;
  for (let start = 0; start < from.length; start += block)
    for (let i = 0; i < places.length; i++) {
      const first = start + places[i]! * stretch;
      for (let j = first; j < first + stretch; j++) to[at++] = from[j]!;
    }
  return result;
}

let isInstalled = false;

/** Makes the WebAssembly backend gather by stretches; its own kernel is left what it alone can do, gathers within batches. */
export function installWasmGather(): void {
  if (isInstalled) return;
  const own = tf.getKernel(kernelName, 'wasm');
  tf.unregisterKernel(kernelName, 'wasm');
  tf.registerKernel({
    ...own,
    kernelFunc: (call) => {
      const { batchDims } = call.attrs as unknown as { batchDims: number };
      return batchDims === 0 ? gatherStretches(call as Call) : own.kernelFunc(call);
    },
  });
  isInstalled = true;
}
