import { elementTypes } from '../onnx/onnxGraph.ts';
import { foldElementwise } from './foldNumbers.ts';
import type { TracedGraph } from './tracedGraph.ts';
import { arrayOf, broadcastShape, isSameShape, knownValue, type TracedType, type TracedValue } from './tracedValue.ts';
import type { TraceKernel } from './traceKernel.ts';

/** Kernels of one operand `x` that are one ONNX operation. */
const unary: Readonly<Record<string, string>> = {
  Abs: 'Abs',
  Ceil: 'Ceil',
  Cos: 'Cos',
  Elu: 'Elu',
  Erf: 'Erf',
  Exp: 'Exp',
  Floor: 'Floor',
  Log: 'Log',
  Neg: 'Neg',
  Reciprocal: 'Reciprocal',
  Relu: 'Relu',
  Sigmoid: 'Sigmoid',
  Sign: 'Sign',
  Sin: 'Sin',
  Softplus: 'Softplus',
  Sqrt: 'Sqrt',
  Tanh: 'Tanh',
};

/** Kernels of two operands `a` and `b` that are one ONNX operation. */
const binary: Readonly<Record<string, string>> = {
  Add: 'Add',
  Sub: 'Sub',
  Multiply: 'Mul',
  RealDiv: 'Div',
  Maximum: 'Max',
  Minimum: 'Min',
  Pow: 'Pow',
};

/** Comparisons: booleans come out. */
const comparisons: Readonly<Record<string, string>> = {
  Equal: 'Equal',
  Greater: 'Greater',
  GreaterEqual: 'GreaterOrEqual',
  Less: 'Less',
  LessEqual: 'LessOrEqual',
};

const uniform = (value: number, shape: readonly number[] = [], type: TracedType = 'float32'): TracedValue => ({
  kind: 'uniform',
  value,
  shape,
  type,
});
const isUniform = (value: TracedValue, number: number): boolean => value.kind === 'uniform' && value.value === number;

/** The value as it stands for a larger shape; nothing is computed. */
function broadcast(value: TracedValue, shape: readonly number[]): TracedValue | null {
  return value.kind === 'known' && !isSameShape(value.shape, shape) ? null : ({ ...value, shape } as TracedValue);
}

/** x + 0, x - 0, x * 1, x / 1: the operand that comes out as it went in. */
function neutral(op: string, a: TracedValue, b: TracedValue): TracedValue | null {
  if ((op === 'Add' || op === 'Sub') && isUniform(b, 0)) return a;
  if ((op === 'Mul' || op === 'Div' || op === 'Pow') && isUniform(b, 1)) return a;
  if ((op === 'Add' && isUniform(a, 0)) || (op === 'Mul' && isUniform(a, 1))) return b;
  return null;
}

/** One elementwise operation, folded or left out where the numbers are known. */
export function elementwise(graph: TracedGraph, op: string, operands: readonly TracedValue[], type?: TracedType): TracedValue {
  const [a, b] = operands as [TracedValue, TracedValue?];
  const resultType = type ?? a.type;
  const folded = foldElementwise(op, operands, resultType);
  if (folded) return folded;
  if (b) {
    const same = neutral(op, a, b);
    const kept = same && broadcast(same, broadcastShape(a.shape, b.shape));
    if (kept) return kept;
    if (op === 'Mul') return multiply(graph, a, b);
  }
  return graph.addElementwise(op, operands, resultType);
}

/** A number of full precision in float32. */
const isNormal = (value: number): boolean => Number.isFinite(value) && Math.abs(value) >= 2 ** -126;

/** A product; a value that is already some x times a number is multiplied as x times the product of the numbers. */
function multiply(graph: TracedGraph, a: TracedValue, b: TracedValue): TracedValue {
  if (a.kind === 'uniform') return multiply(graph, b, a);
  const scale = b.kind === 'uniform' && b.type === 'float32' ? graph.scaled(a) : undefined;
  const factor = scale && b.kind === 'uniform' ? Math.fround(scale.factor * b.value) : Number.NaN;
  if (scale && isNormal(factor)) return elementwise(graph, 'Mul', [{ ...scale.value, shape: a.shape }, uniform(factor, b.shape)]);
  const product = graph.addElementwise('Mul', [a, b], a.type);
  if (a.kind === 'symbol' && b.kind === 'uniform') graph.rememberScaled(product, a, b.value);
  return product;
}

/** 1 where x > 0, else alpha; where relu(x) is computed anyway, that is asked, so that x itself need not be kept. */
function step(graph: TracedGraph, x: TracedValue, alpha: number): TracedValue {
  const relu = x.kind === 'symbol' ? graph.find({ op: 'Relu', inputs: [x] }) : undefined;
  const isAbove = elementwise(graph, 'Greater', [relu ? { ...relu, shape: x.shape } : x, uniform(0)], 'bool');
  return alpha === 0 ? cast(graph, isAbove, 'float32') : graph.addElementwise('Where', [isAbove, uniform(1), uniform(alpha)], 'float32');
}

/** Another type for the same numbers; as a boolean everything but 0 is true. */
export function cast(graph: TracedGraph, x: TracedValue, type: TracedType): TracedValue {
  if (x.type === type) return x;
  const converted = (data: ArrayLike<number>) => arrayOf(type, type === 'bool' ? Array.from(data, (value) => Number(value !== 0)) : data);
  if (x.kind === 'uniform') return { ...x, value: converted([x.value])[0]!, type };
  if (x.kind === 'known') return { ...x, data: converted(x.data), type };
  return graph.addElementwise('Cast', [x], type, { to: { int: elementTypes[type] } });
}

/** start, start + step, ... up to and without stop; downwards where stop is below and no step was given, as TensorFlow.js has it. */
function range(start: number, stop: number, given: number): number[] {
  const step = stop < start && given === 1 ? -1 : given;
  return Array.from({ length: Math.max(0, Math.ceil((stop - start) / step)) }, (_, i) => start + i * step);
}

/** The kernels that work on each element by itself. */
export function elementwiseKernels(): Record<string, TraceKernel> {
  const kernels: Record<string, TraceKernel> = {
    Square: ({ graph, input }) => elementwise(graph, 'Mul', [input('x'), input('x')]),
    SquaredDifference: ({ graph, input }) => {
      const difference = elementwise(graph, 'Sub', [input('a'), input('b')]);
      return elementwise(graph, 'Mul', [difference, difference]);
    },
    Rsqrt: ({ graph, input }) => elementwise(graph, 'Reciprocal', [elementwise(graph, 'Sqrt', [input('x')])]),
    Step: ({ graph, input, attribute }) => step(graph, input('x'), attribute('alpha')),
    // dy where y > 0, else dy (y + 1): y is never below -1
    EluGrad: ({ graph, input }) => {
      const slope = elementwise(graph, 'Add', [elementwise(graph, 'Min', [input('y'), uniform(0)]), uniform(1)]);
      return elementwise(graph, 'Mul', [input('dy'), slope]);
    },
    ClipByValue: ({ graph, input, attribute }) => {
      const [x, least, most] = [input('x'), uniform(attribute('clipValueMin')), uniform(attribute('clipValueMax'))];
      if (x.kind === 'symbol') return graph.addElementwise('Clip', [x, least, most], x.type);
      return elementwise(graph, 'Min', [elementwise(graph, 'Max', [x, least]), most]);
    },
    AddN: ({ graph, list }) => list.reduce((sum, one) => elementwise(graph, 'Add', [sum, one])),
    NotEqual: ({ graph, input }) => elementwise(graph, 'Not', [elementwise(graph, 'Equal', [input('a'), input('b')], 'bool')], 'bool'),
    LogicalNot: ({ graph, input }) => elementwise(graph, 'Not', [input('x')], 'bool'),
    LogicalAnd: ({ graph, input }) => elementwise(graph, 'And', [input('a'), input('b')], 'bool'),
    LogicalOr: ({ graph, input }) => elementwise(graph, 'Or', [input('a'), input('b')], 'bool'),
    Select: ({ graph, input }) => graph.addElementwise('Where', [input('condition'), input('t'), input('e')], input('t').type),
    Cast: ({ graph, input, attribute }) => cast(graph, input('x'), attribute('dtype')),
    Identity: ({ input }) => input('x'),
    ZerosLike: ({ input }) => uniform(0, input('x').shape, input('x').type),
    OnesLike: ({ input }) => uniform(1, input('x').shape, input('x').type),
    Range: ({ attribute }) => {
      const numbers = range(attribute('start'), attribute('stop'), attribute('step'));
      const type = attribute<TracedType>('dtype');
      return knownValue(arrayOf(type, numbers), [numbers.length], type);
    },
    Fill: ({ attribute }) => uniform(attribute('value'), attribute('shape'), attribute<TracedType | undefined>('dtype') ?? 'float32'),
  };
  for (const [kernel, op] of Object.entries(unary)) kernels[kernel] = ({ graph, input }) => elementwise(graph, op, [input('x')]);
  for (const [kernel, op] of Object.entries(binary))
    kernels[kernel] = ({ graph, input }) => elementwise(graph, op, [input('a'), input('b')]);
  for (const [kernel, op] of Object.entries(comparisons))
    kernels[kernel] = ({ graph, input }) => elementwise(graph, op, [input('a'), input('b')], 'bool');
  return kernels;
}
