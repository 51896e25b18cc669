import type { Tensor } from './tensorflow.ts';

/** A named array of parameters. */
export interface ParameterShape {
  /** "encoder.0.weights": what a person reads in an error or an exported graph. */
  name: string;
  shape: readonly number[];
  /** Fan-in for the initialisation: uniform on +-1/sqrt(fanIn) (science.md 1.0b). */
  fanIn: number;
  /** Normal with this standard deviation instead. */
  deviation?: number;
  /** All numbers are this one instead. */
  initial?: number;
  /** The initial matrix is scaled down where its largest singular value exceeds this. */
  largestSingularValue?: number;
  /** Biases are excluded from weight penalties and decay. */
  isBias: boolean;
}

/** Numbers in a parameter array: the product of its shape. */
export function parameterSize({ shape }: { shape: readonly number[] }): number {
  return shape.reduce((product, side) => product * side, 1);
}

/** A named input: [rows, width]. */
export interface InputShape {
  name: string;
  width: number;
}

/** Tensors by name. */
export type Tensors = Readonly<Record<string, Tensor>>;

/** A function of parameters and inputs, written once in TensorFlow.js operations (shapes [rows, ...]). */
export interface ProgramFunction {
  inputs: readonly InputShape[];
  /** Outputs by name; a width of 0 is a scalar. */
  outputs: readonly InputShape[];
  run(parameters: Tensors, inputs: Tensors): Record<string, Tensor>;
  /** Rows that it is mostly asked for at a time, default 1024: threads are chosen for them. */
  usualRows?: number;
}

/**
 * What an engine runs: the parameters, the training loss whose gradient moves them, and the functions asked of it otherwise.
 * For autoencoders the inputs of the loss are `x` [rows, inputs] (clean, the target) and, with corruption, `draw` [rows, inputs]
 * (standard normal numbers for Gaussian noise; 1 kept / 0 dropped for a mask). Functions:
 * `encode` {x} -> {latent} (clean input), `reconstruct` {x} -> {output} (clean input),
 * `encodeCorrupted`/`reconstructCorrupted` {x, draw} -> {latent}/{output} (the corruption applied as in training),
 * `decode` {latent} -> {output}, and `score`/`scoreCorrupted`: the output before the sigmoid of a cross-entropy, else the output.
 */
export interface Program {
  parameters: readonly ParameterShape[];
  inputs: readonly InputShape[];
  /** Scalar loss, mean over the rows. */
  loss(parameters: Tensors, inputs: Tensors): Tensor;
  functions: Readonly<Record<string, ProgramFunction>>;
  /** Multiplications of one row through the model, where they are more than its parameters. */
  multiplications?: number;
}
