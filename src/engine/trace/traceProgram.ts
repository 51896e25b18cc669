import type { InputShape, Program, Tensors } from '../../science/program.ts';
import { type Tensor, tf } from '../../science/tensorflow.ts';
import type { OnnxGraph, OnnxValue } from '../onnx/onnxGraph.ts';
import { elementwiseKernels } from './elementwiseKernels.ts';
import { leastSquaresKernels } from './leastSquaresKernels.ts';
import { matrixKernels } from './matrixKernels.ts';
import { shapeKernels } from './shapeKernels.ts';
import { TraceBackend, traceName } from './traceBackend.ts';
import { TracedGraph } from './tracedGraph.ts';
import { cannotTrace, type TraceKernel } from './traceKernel.ts';

/** A part of a program as a graph. */
export interface TracedProgram {
  graph: OnnxGraph;
  /** Multiplications and additions in its products of matrices, of one call. */
  flops: number;
}

/** A function of a program as a graph. */
export interface TracedFunction {
  graph: OnnxGraph;
  /** Multiplications and additions in its products of matrices, of one row. */
  flopsARow: number;
  /** Whether the graph takes any number of rows; else the one it was traced for. */
  isForAnyRows: boolean;
}

/** Every kernel of TensorFlow.js, and of ours, that can be traced, by its name there. */
export const traceKernels: Readonly<Record<string, TraceKernel>> = {
  ...elementwiseKernels(),
  ...shapeKernels(),
  ...matrixKernels(),
  ...leastSquaresKernels(),
};

let backend: TraceBackend | undefined;

/** The recording backend, known to TensorFlow.js from its first use on. */
function traceBackend(): TraceBackend {
  if (backend) return backend;
  const made = new TraceBackend();
  tf.registerBackend(traceName, () => made, 0);
  for (const [kernelName, kernel] of Object.entries(traceKernels))
    tf.registerKernel({ kernelName, backendName: traceName, kernelFunc: (call) => runKernel(made, kernel, call) });
  backend = made;
  return made;
}

function runKernel(
  made: TraceBackend,
  kernel: TraceKernel,
  { inputs, attrs }: Parameters<tf.KernelFunc>[0],
): tf.TensorInfo | tf.TensorInfo[] {
  const list = Array.isArray(inputs) ? (inputs as tf.TensorInfo[]) : (Object.values(inputs) as tf.TensorInfo[]);
  const result = kernel({
    graph: made.graph,
    input: (name) => made.valueBehind(inputs[name] as tf.TensorInfo),
    list: list.map((one) => made.valueBehind(one)),
    attribute: <T>(name: string) => (attrs as Record<string, unknown> | undefined)?.[name] as T,
  });
  return Array.isArray(result) ? result.map((one) => made.tensorOf(one)) : made.tensorOf(result);
}

/** Why a program cannot be traced, for people. */
function explain(error: unknown): unknown {
  const message = error instanceof Error ? error.message : String(error);
  const kernel = /Kernel '(\w+)' not registered for backend 'trace'/.exec(message)?.[1];
  if (!kernel) return error;
  return cannotTrace(`"${kernel}"`);
}

/** Runs `work` on tensors that stand for the parameters and inputs, and records what it does. */
function record(
  program: Program,
  inputs: readonly InputShape[],
  rows: number,
  work: (parameters: Tensors, fed: Tensors, graph: TracedGraph) => Record<string, Tensor>,
): TracedProgram {
  const before = tf.getBackend();
  const tracing = traceBackend();
  const graph = new TracedGraph();
  tracing.graph = graph;
  void tf.setBackend(traceName);
  try {
    return tf.tidy(() => {
      const tensor = (name: string, shape: readonly number[]) =>
        [name, tf.engine().makeTensorFromTensorInfo(tracing.tensorOf(graph.input(name, shape)), tracing)] as const;
      const parameters = Object.fromEntries(program.parameters.map(({ name, shape }) => tensor(name, shape)));
      const fed = Object.fromEntries(inputs.map(({ name, width }) => tensor(name, [rows, width])));
      const results = Object.entries(work(parameters, fed, graph)).map(([name, result]) => [name, tracing.valueBehind(result)] as const);
      return { graph: graph.finish('program', Object.fromEntries(results)), flops: graph.flops } as never;
    });
  } catch (error) {
    throw explain(error);
  } finally {
    if (before) void tf.setBackend(before);
  }
}

/** Name of the output that holds the gradient of a parameter. */
export const gradientName = (parameter: string): string => `gradient.${parameter}`;

/**
 * Loss and gradients of a program at `rows` rows as one graph, by TensorFlow.js's own differentiation.
 * Inputs: the parameters, then the inputs of the loss [rows, width]. Outputs: `loss`, and `gradient.<parameter>` for each parameter.
 * @throws UserError that names the kernel which cannot be traced
 */
export function traceGradients(program: Program, rows: number): TracedProgram {
  return record(program, program.inputs, rows, (parameters, fed, graph) => {
    const names = program.parameters.map(({ name }) => name);
    const { value, grads } = tf.valueAndGrads((...tensors: Tensor[]) => {
      const loss = program.loss(Object.fromEntries(names.map((name, i) => [name, tensors[i]!])), fed);
      graph.phase = 'gradient/';
      return loss;
    })(names.map((name) => parameters[name]!));
    return Object.fromEntries([['loss', value], ...names.map((name, i) => [gradientName(name), grads[i]!] as const)]);
  });
}

/** Shape with the side of the rows left open. */
const openRows = (value: OnnxValue): OnnxValue => ({ ...value, shape: ['rows', ...value.shape.slice(1)] });

/** Two numbers of rows that no width equals by chance twice. */
const probes = [3, 5] as const;

/**
 * One of the functions of a program as a graph: for any number of rows where it treats each row by itself (traced at two numbers
 * of rows it is then the same graph), else for `rows` rows.
 * Inputs: the parameters, then the function's inputs [rows, width]; outputs by their names.
 * @throws UserError that names the kernel which cannot be traced
 */
export function traceFunction(program: Program, name: string, rows: number): TracedFunction {
  const called = program.functions[name];
  if (!called) throw new Error(`the program has no function "${name}"`);
  const trace = (count: number) => record(program, called.inputs, count, (parameters, fed) => called.run(parameters, fed));
  const [first, second] = probes.map(trace) as [TracedProgram, TracedProgram];
  if (!isSameGraph(first.graph, second.graph)) {
    const { graph, flops } = trace(rows);
    return { graph, flopsARow: flops / rows, isForAnyRows: false };
  }
  const isFed = (value: OnnxValue) => called.inputs.some((input) => input.name === value.name);
  const inputs = first.graph.inputs.map((value) => (isFed(value) ? openRows(value) : value));
  const graph = { ...first.graph, inputs, outputs: first.graph.outputs.map(openRows) };
  return { graph, flopsARow: first.flops / probes[0], isForAnyRows: true };
}

/** Whether two graphs compute the same, whatever the shapes of what goes in and out. */
function isSameGraph(a: OnnxGraph, b: OnnxGraph): boolean {
  const whole = ({ nodes, constants }: OnnxGraph) =>
    JSON.stringify([nodes, constants.map(({ bytes, ...constant }) => [constant, [...bytes]])]);
  const rowsFirst = ({ outputs }: OnnxGraph, rows: number) => outputs.every(({ shape }) => shape[0] === rows);
  return whole(a) === whole(b) && rowsFirst(a, probes[0]) && rowsFirst(b, probes[1]);
}
