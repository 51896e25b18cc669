import { UserError } from '../../experiment/problem.ts';
import type { TracedGraph } from './tracedGraph.ts';
import type { TracedValue } from './tracedValue.ts';

/** Operands of a kernel as it is traced. */
export interface KernelCall {
  graph: TracedGraph;
  /** An operand by the name that TensorFlow.js gives it: "x", "a", "b", "dy", ... */
  input(name: string): TracedValue;
  /** Operands without names: of Concat, Pack, AddN. */
  list: readonly TracedValue[];
  /** An attribute by its name, as TensorFlow.js has it. */
  attribute<T>(name: string): T;
}

/** How a kernel of TensorFlow.js is written into the graph. */
export type TraceKernel = (call: KernelCall) => TracedValue | TracedValue[];

/** Why a program cannot be traced, and what to do. */
export function cannotTrace(what: string): UserError {
  return new UserError(`the compiled engine has no ${what} yet; use engine "wasm" or "tensorflow" for this model`);
}
