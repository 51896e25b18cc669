import type { ElementType } from '../onnx/onnxGraph.ts';

/** Element types that a trace meets: TensorFlow.js's int32 and bool beside float32, and float64 inside of single kernels. */
export type TracedType = Extract<ElementType, 'float32' | 'int32' | 'bool' | 'float64'>;

/** Numbers that are known while tracing. */
export type KnownNumbers = Float32Array | Int32Array | Uint8Array | Float64Array;

/** What stands behind a tensor while a program is traced: numbers that are known, one known number everywhere, or a value of the graph. */
export type TracedValue = { shape: readonly number[]; type: TracedType } & (
  | { kind: 'known'; data: KnownNumbers }
  | { kind: 'uniform'; value: number }
  /** `base` is the shape that the value has in the graph; where it is not `shape`, the value stands for its broadcast. */
  | { kind: 'symbol'; name: string; base: readonly number[] }
);

/** A value of the graph. */
export type TracedSymbol = Extract<TracedValue, { kind: 'symbol' }>;

/** Product of a shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, side) => product * side, 1);
}

/** Whether two shapes are the same. */
export function isSameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((side, axis) => side === b[axis]);
}

/**
 * The shape that two shapes broadcast to, by the rules of NumPy and ONNX.
 * @throws Error when they do not fit
 */
export function broadcastShape(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const left = a[axis - rank + a.length] ?? 1;
    const right = b[axis - rank + b.length] ?? 1;
    if (left !== right && left !== 1 && right !== 1) throw new Error(`shapes [${a}] and [${b}] do not fit together`);
    return left === 1 ? right : left;
  });
}

/** Numbers of a type; a boolean is a byte. */
export function arrayOf(type: TracedType, from: number | ArrayLike<number>): KnownNumbers {
  const Kind = { float32: Float32Array, int32: Int32Array, bool: Uint8Array, float64: Float64Array }[type];
  return typeof from === 'number' ? new Kind(from) : Kind.from(from);
}

/** Known numbers as a value: uniform when they are all the same. */
export function knownValue(data: KnownNumbers, shape: readonly number[], type: TracedType): TracedValue {
  const first = data[0];
  const isUniform = first !== undefined && data.every((value) => Object.is(value, first));
  return isUniform ? { kind: 'uniform', value: first, shape, type } : { kind: 'known', data, shape, type };
}
