import { fileURLToPath } from 'node:url';
import { loadOnnxRuntime } from '../../../src/engine/compiled/onnxRuntime.ts';
import type { OnnxGraph } from '../../../src/engine/onnx/onnxGraph.ts';

/** Where the WebAssembly files of the engines lie in the checkout, and ONNX Runtime above them. */
export const engineFolder = fileURLToPath(new URL('../../../dist', import.meta.url));

/** Runs a graph of float32 inputs and outputs once by ONNX Runtime, which also checks that the file is well formed. */
export function runGraph(graph: OnnxGraph, feeds: Readonly<Record<string, ArrayLike<number>>>): Record<string, Float32Array> {
  const runtime = loadOnnxRuntime(engineFolder);
  const session = runtime.session(graph, 1);
  const shapeOf = (shape: readonly (number | string)[]) => shape.map(Number);
  const fed = graph.inputs.map(({ name, shape }) => [name, runtime.tensor(Float32Array.from(feeds[name]!), shapeOf(shape))] as const);
  const fetched = graph.outputs.map(({ name, shape }) => {
    const size = shapeOf(shape).reduce((product, side) => product * side, 1);
    return [name, runtime.tensor(new Float32Array(size), shapeOf(shape))] as const;
  });
  session.run(Object.fromEntries(fed), Object.fromEntries(fetched));
  session.dispose();
  return Object.fromEntries(fetched.map(([name, tensor]) => [name, tensor.data]));
}
