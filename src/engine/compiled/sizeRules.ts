import { availableParallelism } from 'node:os';
import type { Program } from '../../science/program.ts';

/** Below this many multiplications and additions of a call the threads cost more than they bring. */
const oneThreadFlops = 1e8;
/** Rows that a function is mostly asked for at a time: its threads are chosen for them. */
export const functionRows = 1024;
/** Models and steps up to this size are trained several steps a call. */
const loopedParameters = 32_768;
const loopedFlops = 1e7;
/** Numbers of the batches of one call: they are to stay in the second cache. */
const loopedNumbers = 65_536;
const mostStepsAtOnce = 32;

/** Threads of a graph: one for small graphs, all cores for large ones. A rule on its size, never on time: equal files give equal runs. */
export function threadsFor(flops: number): number {
  return flops < oneThreadFlops ? 1 : availableParallelism();
}

/** Steps of one call for a program at this batch: 1 for all but small models. */
export function stepsAtOnce(program: Program, batchRows: number, size: { parameters: number; flops: number }): number {
  if (size.parameters > loopedParameters || size.flops > loopedFlops) return 1;
  const numbers = batchRows * program.inputs.reduce((sum, { width }) => sum + width, 0);
  return Math.max(1, Math.min(mostStepsAtOnce, Math.floor(loopedNumbers / numbers)));
}
