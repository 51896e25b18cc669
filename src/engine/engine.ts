import type { Program } from '../science/program.ts';

/** Names of the engines a run can be computed on. */
export type EngineKind = 'compiled' | 'tensorflow' | 'wasm';

/** A place where tensors are computed. Everything that crosses this line is a flat array. */
export interface Engine {
  readonly kind: EngineKind;
  /** "TensorFlow.js 4.22.0 on WebAssembly (SIMD)": for the run record and for people. */
  readonly description: string;
  readonly threads: number;
  /** Makes a program ready to run with these initial parameters (copied into the engine's memory). */
  prepare(program: Program, parameters: Float32Array, optimizer: OptimizerRule): Promise<PreparedProgram>;
}

/** The update rule of the optimizer; the schedule is applied outside (learningRate comes with every step). */
export interface OptimizerRule {
  kind: 'sgd' | 'momentum' | 'adam' | 'adamw';
  momentum: number;
  nesterov: boolean;
  beta1: number;
  beta2: number;
  epsilon: number;
  weightDecay: number;
}

/** Flat inputs of one call by the program's input names; each is [rows, width] row after row. */
export type Feeds = Readonly<Record<string, Float32Array>>;

/** A program in an engine's memory. State lies in flat arrays that stay where they are while the program lives. */
export interface PreparedProgram {
  /** All parameters one after the other, in the order of `program.parameters`. Live: read it between steps. */
  readonly parameters: Float32Array;
  /** Gradient of the last step, same layout. */
  readonly gradients: Float32Array;
  /** Optimizer state (0, 1 or 2 arrays of the same length, one after the other). Live; written back by a resume. */
  readonly moments: Float32Array;
  /**
   * One step: gradients of the program's training loss at the fed batch, then the optimizer in place.
   * A non-finite loss or gradient throws NonFiniteError before the optimizer runs.
   * @param feeds inputs of `program.inputs`, `rows` rows each
   * @param step one-based number of the step (Adam's bias correction)
   * @returns the training loss before the update
   */
  step(feeds: Feeds, rows: number, update: { step: number; learningRate: number }): number;
  /** Runs one of `program.functions` at the current parameters. Returns one flat array a named output. */
  call(name: string, feeds: Feeds, rows: number): Record<string, Float32Array>;
  dispose(): void;
}

/** Loss or gradient stopped being finite; the parameters are those of before the step. */
export class NonFiniteError extends Error {
  override readonly name = 'NonFiniteError';
  constructor(
    readonly what: 'loss' | 'gradient',
    /** Parameter whose gradient is not finite; null when it is the loss. */
    readonly parameter: string | null,
  ) {
    super(what === 'loss' ? 'the loss is not finite' : `the gradient of ${parameter} is not finite`);
  }
}
