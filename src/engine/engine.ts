import type { RandomFills } from '../math/random.ts';
import type { Program } from '../science/program.ts';

/** Names of the engines a run can be computed on. */
export type EngineKind = 'compiled' | 'tensorflow' | 'wasm';

/** A place where tensors are computed. Everything that crosses this line is a flat array. */
export interface Engine {
  readonly kind: EngineKind;
  /** "TensorFlow.js 4.22.0 on WebAssembly (SIMD)": for the run record and for people. */
  readonly description: string;
  /**
   * Makes a program ready to run with these initial parameters (copied into the engine's memory).
   * @param batchRows rows of most steps, default 64: the memory for batches and the way to take steps are chosen for them
   */
  prepare(program: Program, parameters: Float32Array, optimizer: OptimizerRule, batchRows?: number): Promise<PreparedProgram>;
}

/** What changes from step to step. */
export interface StepUpdate {
  /** One-based number of the step (Adam's bias correction). */
  step: number;
  learningRate: number;
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
  /** Threads that compute a step: a rule on its size, never on time. */
  readonly threads: number;
  /** Steps that are worth taking in one call of `steps`. */
  readonly stepsAtOnce: number;
  /** Multiplications of one row, as the program says: what decides how many rows are worth a call. */
  readonly multiplications: number | undefined;
  /** Draws the numbers of math/random.ts, to the bit, faster. */
  readonly random: RandomFills;
  /** Memory for the inputs of `stepsAtOnce` steps of `batchRows` rows, by name: what is drawn and fed there is not copied. */
  readonly feedRoom: Feeds;
  /** All parameters one after the other, in the order of `program.parameters`. Live: read it between steps. */
  readonly parameters: Float32Array;
  /** Gradient of the last step, same layout. */
  readonly gradients: Float32Array;
  /** Optimizer state (0, 1 or 2 arrays of the same length, one after the other). Live; written back by a resume. */
  readonly moments: Float32Array;
  /**
   * Steps one after the other: gradients of the program's training loss at a batch, then the optimizer in place.
   * A non-finite loss or gradient throws NonFiniteError before the optimizer runs; the state is that of the step before. An update
   * that is not finite is applied: the loss of the next step tells.
   * The same steps give the same numbers to the bit, however they are divided into calls.
   * @param feeds inputs of `program.inputs`: `rows` rows for the first update, then those of the second, ...
   * @returns the training loss before each update
   */
  steps(feeds: Feeds, rows: number, updates: readonly StepUpdate[]): Float32Array;
  /** One step of `steps`; its loss. */
  step(feeds: Feeds, rows: number, update: StepUpdate): number;
  /** Runs one of `program.functions` at the current parameters. Returns one flat array a named output. */
  call(name: string, feeds: Feeds, rows: number): Record<string, Float32Array>;
  dispose(): void;
}

/** Loss, gradient or the state itself stopped being finite. */
export class NonFiniteError extends Error {
  override readonly name = 'NonFiniteError';
  /** Losses of the steps of the same call that went well before it. */
  before: Float32Array = new Float32Array(0);
  /** One-based number of the step that failed; null while nobody has counted. */
  step: number | null = null;

  constructor(
    readonly what: 'loss' | 'gradient' | 'state',
    /** Parameter whose gradient, value or moment is not finite; null when it is the loss. */
    readonly parameter: string | null,
  ) {
    const named = { loss: 'the loss', gradient: `the gradient of ${parameter}`, state: `${parameter} (a value or its optimizer's moment)` };
    super(`${named[what]} is not finite`);
  }
}
