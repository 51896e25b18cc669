import { type ParameterShape, parameterSize } from '../science/program.ts';
import type { OptimizerRule } from './engine.ts';

/** What an update of `KernelMemory` reads and writes, all of one layout; `moments` holds `momentsOf(kind)` arrays one after the other. */
export interface OptimizerState {
  parameters: Float32Array;
  gradients: Float32Array;
  moments: Float32Array;
}

/** A stretch of the flat arrays with one weight decay. */
export interface DecayRange {
  from: number;
  to: number;
  isDecayed: boolean;
}

/** Arrays of state that a rule keeps beside the parameters. */
export function momentsOf(kind: OptimizerRule['kind']): 0 | 1 | 2 {
  return kind === 'sgd' ? 0 : kind === 'momentum' ? 1 : 2;
}

/** Stretches of the flat parameters with and without weight decay (biases have none), neighbours of a kind joined. */
export function decayRanges(parameters: readonly Pick<ParameterShape, 'shape' | 'isBias'>[]): DecayRange[] {
  const ranges: DecayRange[] = [];
  let from = 0;
  for (const { shape, isBias } of parameters) {
    const to = from + parameterSize({ shape });
    const last = ranges.at(-1);
    if (last && last.isDecayed === !isBias) last.to = to;
    else ranges.push({ from, to, isDecayed: !isBias });
    from = to;
  }
  return ranges;
}
