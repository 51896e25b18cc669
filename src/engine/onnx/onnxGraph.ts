/** Element types of the values in a graph; the numbers are ONNX's (TensorProto.DataType). */
export const elementTypes = { float32: 1, int32: 6, int64: 7, bool: 9, float64: 11 } as const;

/** Element type of a value in a graph. */
export type ElementType = keyof typeof elementTypes;

/** What an attribute of a node may be: whole numbers (`ints`, `int`), a fraction, a word, or a graph that the node runs (the body of a loop). */
export type OnnxAttribute = { int: number } | { ints: readonly number[] } | { float: number } | { text: string } | { graph: OnnxGraph };

/** One operation: `op` of the standard's operator set, or of ONNX Runtime's own (`domain` "com.microsoft"). */
export interface OnnxNode {
  op: string;
  domain?: 'com.microsoft';
  /** What a person reads when the graph is drawn: "encoder.0/MatMul". */
  name: string;
  inputs: readonly string[];
  outputs: readonly string[];
  attributes?: Readonly<Record<string, OnnxAttribute>>;
}

/** A value that goes into or comes out of a graph; a side of its shape that is a name is known only at each call. */
export interface OnnxValue {
  name: string;
  type: ElementType;
  shape: readonly (number | string)[];
}

/** A value that the graph itself holds, in the byte order of all machines we run on (little-endian). */
export interface OnnxConstant extends OnnxValue {
  shape: readonly number[];
  bytes: Uint8Array;
}

/** A graph as ONNX has it: nodes in an order in which they can be computed. */
export interface OnnxGraph {
  name: string;
  nodes: readonly OnnxNode[];
  constants: readonly OnnxConstant[];
  inputs: readonly OnnxValue[];
  outputs: readonly OnnxValue[];
}
