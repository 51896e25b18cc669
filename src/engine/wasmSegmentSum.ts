import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { tf } from '../science/tensorflow.ts';

const kernelName = 'UnsortedSegmentSum';
type Call = Parameters<tf.KernelFunc>[0] & { backend: BackendWasm };

/**
 * Rows added up by their segment, [n, ...] -> [segments, ...], which the WebAssembly backend has no kernel for.
 * @throws Error for a segment that is not there
 */
function sumSegments({ inputs, attrs, backend }: Call): tf.TensorInfo {
  const { x, segmentIds } = inputs as Record<'x' | 'segmentIds', tf.TensorInfo>;
  const { numSegments } = attrs as unknown as { numSegments: number };
  const result = backend.makeOutput([numSegments, ...x.shape.slice(1)], x.dtype);
  // views of memory that may have moved while the result was made
  const from = backend.typedArrayFromHeap(x);
  const ids = backend.typedArrayFromHeap(segmentIds);
  const to = backend.typedArrayFromHeap(result);
  const wrong = ids.find((id) => id < 0 || id >= numSegments);
  if (wrong !== undefined) throw new Error(`expected segments from 0 to ${numSegments - 1}, got ${wrong}`);
  const width = tf.util.sizeFromShape(x.shape.slice(1));
  to.fill(0);
  for (let row = 0; row < ids.length; row++) {
    const first = ids[row]! * width;
    for (let i = 0; i < width; i++) to[first + i]! += from[row * width + i]!;
  }
  return result;
}

/** Gives the WebAssembly backend sums of segments: the gradient of looking rows up in a table. */
export function installWasmSegmentSum(): void {
  if (tf.getKernel(kernelName, 'wasm')) return;
  tf.registerKernel({ kernelName, backendName: 'wasm', kernelFunc: (call) => sumSegments(call as Call) });
}
