import { arrayOf, broadcastShape, knownValue, sizeOf, type TracedType, type TracedValue } from './tracedValue.ts';

/** Known numbers are computed at once where that is little work. */
const mostFolded = 65_536;

/** What elementwise operations do with numbers, by their ONNX names. Sums and products as in float64, then rounded to the type. */
const formulas: Readonly<Record<string, (a: number, b: number) => number>> = {
  Add: (a, b) => a + b,
  Sub: (a, b) => a - b,
  Mul: (a, b) => a * b,
  Div: (a, b) => a / b,
  Max: Math.max,
  Min: Math.min,
  Pow: (a, b) => a ** b,
  Neg: (a) => -a,
  Abs: Math.abs,
  Sqrt: Math.sqrt,
  Exp: Math.exp,
  Log: Math.log,
  Reciprocal: (a) => 1 / a,
  Sign: Math.sign,
  Relu: (a) => Math.max(0, a),
  Tanh: Math.tanh,
  Greater: (a, b) => Number(a > b),
  GreaterOrEqual: (a, b) => Number(a >= b),
  Less: (a, b) => Number(a < b),
  LessOrEqual: (a, b) => Number(a <= b),
  Equal: (a, b) => Number(a === b),
};

/** Number of a known value at a place of the shape it is broadcast to. */
function numberAt(value: TracedValue, shape: readonly number[], flat: number): number {
  if (value.kind === 'uniform') return value.value;
  if (value.kind !== 'known') throw new Error('only known numbers can be folded');
  let rest = flat;
  let place = 0;
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const index = rest % shape[axis]!;
    rest = Math.floor(rest / shape[axis]!);
    const side = value.shape[axis - shape.length + value.shape.length] ?? 1;
    if (side > 1) place += index * stride;
    stride *= side;
  }
  return value.data[place]!;
}

/** The result of an elementwise operation on known numbers; null when an operand is not known, or the work is large. */
export function foldElementwise(op: string, operands: readonly TracedValue[], type: TracedType): TracedValue | null {
  const formula = formulas[op];
  if (!formula || operands.some(({ kind }) => kind === 'symbol')) return null;
  const shape = operands.map((operand) => operand.shape).reduce(broadcastShape);
  const isUniform = operands.every(({ kind }) => kind === 'uniform');
  const count = isUniform ? 1 : sizeOf(shape);
  if (count > mostFolded) return null;
  const data = arrayOf(type, count);
  for (let i = 0; i < count; i++) data[i] = formula(numberAt(operands[0]!, shape, i), operands[1] ? numberAt(operands[1], shape, i) : 0);
  return isUniform ? { kind: 'uniform', value: data[0]!, shape, type } : knownValue(data, shape, type);
}
