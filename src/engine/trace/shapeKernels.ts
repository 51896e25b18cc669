import { tf } from '../../science/tensorflow.ts';
import type { TracedGraph } from './tracedGraph.ts';
import { isSameShape, sizeOf, type TracedValue } from './tracedValue.ts';
import type { KernelCall, TraceKernel } from './traceKernel.ts';

/** The same numbers in another shape; a side that is left to be found is so in the graph, which may then be the same for any number of rows. */
function reshape(graph: TracedGraph, x: TracedValue, wanted: readonly number[]): TracedValue {
  const rest = sizeOf(x.shape) / sizeOf(wanted.filter((side) => side >= 0));
  const shape = wanted.map((side) => (side < 0 ? rest : side));
  if (isSameShape(shape, x.shape)) return x;
  if (x.kind !== 'symbol') return { ...x, shape };
  const whole = graph.stored(x);
  return graph.add({ op: 'Reshape', inputs: [whole, graph.integers(wanted)] }, shape, x.type);
}

/** Operands joined along an axis. */
function concat(graph: TracedGraph, parts: readonly TracedValue[], axis: number): TracedValue {
  const filled = parts.filter((part) => sizeOf(part.shape) > 0);
  if (filled.length === 1) return filled[0]!;
  const shape = filled[0]!.shape.map((side, a) => (a === axis ? filled.reduce((sum, part) => sum + part.shape[axis]!, 0) : side));
  const whole = filled.map((part) => graph.stored(part));
  return graph.add({ op: 'Concat', inputs: whole, attributes: { axis: { int: axis } } }, shape, filled[0]!.type);
}

/** A block of x: from `begin`, of this shape. */
function slice(graph: TracedGraph, x: TracedValue, begin: readonly number[], shape: readonly number[]): TracedValue {
  if (isSameShape(shape, x.shape)) return x;
  if (x.kind === 'uniform') return { ...x, shape };
  const ends = shape.map((side, axis) => begin[axis]! + side);
  return graph.add({ op: 'Slice', inputs: [graph.stored(x), graph.integers(begin), graph.integers(ends)] }, shape, x.type);
}

/** x cut along an axis into pieces of these sizes; equal ones only by their number, so that the graph may be the same for any number of rows. */
function split(graph: TracedGraph, x: TracedValue, sizes: readonly number[], axis: number): readonly TracedValue[] {
  const shapes = sizes.map((size) => x.shape.map((side, a) => (a === axis ? size : side)));
  if (sizes.length === 1) return [x];
  if (x.kind === 'uniform') return shapes.map((shape) => ({ ...x, shape }));
  const isEqual = sizes.every((size) => size === sizes[0]);
  const attributes = { axis: { int: axis }, ...(isEqual && { num_outputs: { int: sizes.length } }) };
  return graph.addMany(
    { op: 'Split', inputs: [graph.stored(x), ...(isEqual ? [] : [graph.integers(sizes)])], attributes },
    shapes.map((base) => ({ base, type: x.type })),
  );
}

const axisOf = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis);

/** Sizes of the pieces that SplitV wants: a number of equal ones, or a list in which -1 is the rest. */
function splitSizes(wanted: number | readonly number[], side: number): number[] {
  if (typeof wanted === 'number') return new Array<number>(wanted).fill(side / wanted);
  const rest = side - wanted.filter((size) => size >= 0).reduce((sum, size) => sum + size, 0);
  return wanted.map((size) => (size < 0 ? rest : size));
}

/** The same numbers again and again along each axis. */
function tile({ graph, input, attribute }: KernelCall): TracedValue {
  const x = input('x');
  const reps = attribute<number[]>('reps');
  const shape = x.shape.map((side, axis) => side * reps[axis]!);
  if (x.kind === 'uniform') return { ...x, shape };
  return graph.add({ op: 'Tile', inputs: [graph.stored(x), graph.integers(reps)] }, shape, x.type);
}

/** The k largest numbers of the last axis, the largest first. Their places, TopK's second result, are left out: no program asks for them. */
function topK({ graph, input, attribute }: KernelCall): TracedValue[] {
  const x = graph.stored(input('x'));
  const k = attribute<number>('k');
  const attributes = { axis: { int: -1 }, largest: { int: 1 }, sorted: { int: 1 } };
  const shape = [...x.shape.slice(0, -1), k];
  return [graph.add({ op: 'TopK', inputs: [x, graph.integers([k])], attributes, unread: 1 }, shape, x.type)];
}

/** The kernels that move numbers and compute none. */
export function shapeKernels(): Record<string, TraceKernel> {
  return {
    Reshape: ({ graph, input, attribute }) => reshape(graph, input('x'), attribute('shape')),
    ExpandDims: ({ graph, input, attribute }) => {
      const { shape } = input('input');
      const axis = axisOf(attribute('dim'), shape.length + 1);
      return reshape(graph, input('input'), [...shape.slice(0, axis), 1, ...shape.slice(axis)]);
    },
    Transpose: ({ graph, input, attribute }) => {
      const x = input('x');
      const perm = attribute<number[]>('perm');
      const shape = perm.map((axis) => x.shape[axis]!);
      if (x.kind === 'uniform') return { ...x, shape };
      return graph.add({ op: 'Transpose', inputs: [graph.stored(x)], attributes: { perm: { ints: perm } } }, shape, x.type);
    },
    Slice: ({ graph, input, attribute }) => {
      const x = input('x');
      const whole = { shape: [...x.shape] } as tf.Tensor;
      const [begin, shape] = tf.slice_util.parseSliceParams(whole, attribute('begin'), attribute('size')) as [number[], number[]];
      return slice(graph, x, begin, shape);
    },
    SplitV: ({ graph, input, attribute }) => {
      const x = input('x');
      const axis = axisOf(attribute('axis'), x.shape.length);
      return [...split(graph, x, splitSizes(attribute('numOrSizeSplits'), x.shape[axis]!), axis)];
    },
    Concat: ({ graph, list, attribute }) => concat(graph, list, axisOf(attribute('axis'), list[0]!.shape.length)),
    Pack: ({ graph, list, attribute }) => {
      const { shape } = list[0]!;
      const axis = axisOf(attribute('axis'), shape.length + 1);
      const wide = [...shape.slice(0, axis), 1, ...shape.slice(axis)];
      return concat(
        graph,
        list.map((one) => reshape(graph, one, wide)),
        axis,
      );
    },
    Unpack: ({ graph, input, attribute }) => {
      const x = input('value');
      const axis = axisOf(attribute('axis'), x.shape.length);
      const narrow = x.shape.filter((_, a) => a !== axis);
      return split(graph, x, new Array<number>(x.shape[axis]!).fill(1), axis).map((one) => reshape(graph, one, narrow));
    },
    Tile: tile,
    TopK: topK,
    PadV2: ({ graph, input, attribute }) => {
      const x = input('x');
      const paddings = attribute<[number, number][]>('paddings');
      const shape = x.shape.map((side, axis) => side + paddings[axis]![0] + paddings[axis]![1]);
      const pads = graph.integers([...paddings.map(([before]) => before), ...paddings.map(([, after]) => after)]);
      const value: TracedValue = { kind: 'uniform', value: attribute('constantValue'), shape: [], type: x.type };
      return graph.add({ op: 'Pad', inputs: [graph.stored(x), pads, value] }, shape, x.type);
    },
  };
}
