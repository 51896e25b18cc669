import { cast, elementwise } from './elementwiseKernels.ts';
import type { TracedGraph } from './tracedGraph.ts';
import { broadcastShape, isSameShape, sizeOf, type TracedValue } from './tracedValue.ts';
import { cannotTrace, type KernelCall, type TraceKernel } from './traceKernel.ts';

/** op(A) op(B) of two matrices, or of two stacks of them. */
function matMul({ graph, input, attribute }: KernelCall): TracedValue {
  const a = graph.stored(input('a'));
  const b = graph.stored(input('b'));
  const transposeA = attribute<boolean>('transposeA');
  const transposeB = attribute<boolean>('transposeB');
  const [rows, inner] = a.shape.slice(-2) as [number, number];
  const [otherInner, columns] = b.shape.slice(-2) as [number, number];
  const stack = broadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
  const shape = [...stack, transposeA ? inner : rows, transposeB ? otherInner : columns];
  graph.flops += 2 * sizeOf(shape) * (transposeA ? rows : inner);
  if (a.shape.length === 2 && b.shape.length === 2) {
    const attributes = { ...(transposeA && { transA: { int: 1 } }), ...(transposeB && { transB: { int: 1 } }) };
    return graph.add({ op: 'Gemm', inputs: [a, b], attributes }, shape);
  }
  const attributes = { transA: { int: Number(transposeA) }, transB: { int: Number(transposeB) } };
  return graph.add({ op: 'FusedMatMul', domain: 'com.microsoft', inputs: [a, b], attributes }, shape);
}

/** A sum whose one side is a product of matrices takes the other side, a row, into the product. */
function addToProduct(graph: TracedGraph, product: TracedValue, row: TracedValue): TracedValue | null {
  const node = graph.producer(product);
  if (node?.op !== 'Gemm' || node.inputs.length !== 2 || product.kind !== 'symbol' || row.kind !== 'symbol') return null;
  const columns = product.shape[1];
  const isRow = row.shape.length <= 2 && row.shape.at(-1) === columns && sizeOf(row.base) === columns;
  if (!isRow || !isSameShape(product.base, product.shape) || sizeOf(row.shape) !== columns) return null;
  return graph.add({ op: 'Gemm', inputs: [...node.inputs, row], attributes: node.attributes }, product.shape);
}

/** Axes to sum over, ascending. */
function reducedShape(shape: readonly number[], axes: readonly number[], keepDims: boolean): number[] {
  return keepDims ? shape.map((side, axis) => (axes.includes(axis) ? 1 : side)) : shape.filter((_, axis) => !axes.includes(axis));
}

/** A sum, mean or maximum over axes. */
function reduce({ graph, input, attribute }: KernelCall, op: 'ReduceSum' | 'ReduceMean' | 'ReduceMax'): TracedValue {
  // the mean of whole numbers is a fraction
  const x = op === 'ReduceMean' ? cast(graph, input('x'), 'float32') : input('x');
  const wanted = attribute<number | number[] | null>('axis') ?? x.shape.map((_, axis) => axis);
  const axes = [wanted].flat().map((axis) => (axis < 0 ? axis + x.shape.length : axis));
  const keepDims = attribute<boolean | undefined>('keepDims') ?? false;
  const shape = reducedShape(x.shape, axes, keepDims);
  if (x.kind === 'uniform') {
    const count = axes.reduce((product, axis) => product * x.shape[axis]!, 1);
    return { ...x, value: op === 'ReduceSum' ? Math.fround(x.value * count) : x.value, shape };
  }
  if (axes.every((axis) => x.shape[axis] === 1)) {
    if (keepDims || axes.length === 0) return x;
    return graph.add({ op: 'Squeeze', inputs: [graph.stored(x), graph.integers(axes)] }, shape, x.type);
  }
  const whole = graph.stored(x);
  if (op === 'ReduceSum' && x.type === 'float32' && x.shape.length === 2 && axes.length === 1 && axes[0] === 0) {
    // rows are added up faster by a product with ones
    const rows = x.shape[0]!;
    const ones = graph.stored({ kind: 'uniform', value: 1, shape: keepDims ? [1, rows] : [rows], type: 'float32' });
    return graph.add({ op: 'MatMul', inputs: [ones, whole] }, shape);
  }
  const attributes = { keepdims: { int: Number(keepDims) } };
  return graph.add({ op, inputs: [whole, graph.integers(axes)], attributes }, shape, x.type);
}

function reshapeTo(graph: TracedGraph, x: TracedValue, shape: readonly number[]): TracedValue {
  if (isSameShape(x.shape, shape)) return x;
  return graph.add({ op: 'Reshape', inputs: [graph.stored(x), graph.integers(shape)] }, shape, x.type);
}

/** Rows of x [n, width] added up by their segment: [n] -> [segments, width]. */
function segmentSum({ graph, input, attribute }: KernelCall): TracedValue {
  const x = graph.stored(input('x'));
  const ids = graph.stored(input('segmentIds'));
  const segments = attribute<number>('numSegments');
  const [rows, ...rest] = x.shape as [number, ...number[]];
  const width = sizeOf(rest);
  const flat = reshapeTo(graph, x, [rows, width]);
  const zeros = graph.stored({ kind: 'uniform', value: 0, shape: [segments, width], type: 'float32' });
  const column = graph.add({ op: 'Reshape', inputs: [ids, graph.integers([rows, 1])] }, [rows, 1], ids.type);
  const places = graph.add({ op: 'Expand', inputs: [column, graph.integers([rows, width])] }, [rows, width], ids.type);
  const attributes = { axis: { int: 0 }, reduction: { text: 'add' } };
  const sums = graph.add({ op: 'ScatterElements', inputs: [zeros, places, flat], attributes }, [segments, width]);
  return reshapeTo(graph, sums, [segments, ...rest]);
}

/** Rows without their mean, over their deviation, and one over the deviation (science/language/layerNorm.ts). */
function normalisedRows({ graph, input, attribute }: KernelCall): TracedValue[] {
  const x = graph.stored(input('x'));
  const [rows, width] = x.shape as [number, number];
  const ones = graph.stored({ kind: 'uniform', value: 1, shape: [width], type: 'float32' });
  const attributes = { axis: { int: -1 }, epsilon: { float: attribute<number>('epsilon') } };
  const [normalised, , inverse] = graph.addMany({ op: 'LayerNormalization', inputs: [x, ones], attributes }, [
    { base: x.shape },
    { base: [rows, 1] },
    { base: [rows, 1] },
  ]);
  return [normalised!, inverse!];
}

/** The kernels that bring numbers together: products of matrices, sums, softmax, look-ups. */
export function matrixKernels(): Record<string, TraceKernel> {
  return {
    BatchMatMul: matMul,
    Add: ({ graph, input }) => {
      const [a, b] = [input('a'), input('b')];
      return addToProduct(graph, a, b) ?? addToProduct(graph, b, a) ?? elementwise(graph, 'Add', [a, b]);
    },
    Sum: (call) => reduce(call, 'ReduceSum'),
    Mean: (call) => reduce(call, 'ReduceMean'),
    Max: (call) => reduce({ ...call, attribute: renamed(call) }, 'ReduceMax'),
    Softmax: ({ graph, input, attribute }) => {
      const x = graph.stored(input('logits'));
      return graph.add({ op: 'Softmax', inputs: [x], attributes: { axis: { int: attribute('dim') } } }, x.shape);
    },
    UnsortedSegmentSum: segmentSum,
    NormalisedRows: normalisedRows,
    GatherV2: ({ graph, input, attribute }) => {
      const x = graph.stored(input('x'));
      const indices = input('indices');
      const axis = (attribute<number>('axis') + x.shape.length) % x.shape.length;
      if (attribute<number>('batchDims') !== 0) throw cannotTrace('gather with batchDims');
      const shape = [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)];
      return graph.add({ op: 'Gather', inputs: [x, graph.stored(indices)], attributes: { axis: { int: axis } } }, shape, x.type);
    },
  };
}

/** Max calls its axes "reductionIndices". */
function renamed({ attribute }: KernelCall): KernelCall['attribute'] {
  return <T>(name: string) => attribute<T>(name === 'axis' ? 'reductionIndices' : name);
}
