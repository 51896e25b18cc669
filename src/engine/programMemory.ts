import { type Program, parameterSize } from '../science/program.ts';
import { NonFiniteError, type OptimizerRule } from './engine.ts';
import type { KernelMemory } from './kernelMemory.ts';
import { momentsOf } from './optimizerRule.ts';

/** A parameter's stretch [from, to) of the flat arrays. */
export interface Place {
  name: string;
  shape: readonly number[];
  from: number;
  to: number;
}

/** Where the parameters of a program lie in its flat arrays. */
export function placesOf(program: Program): Place[] {
  let from = 0;
  return program.parameters.map((parameter) => {
    const place = { name: parameter.name, shape: parameter.shape, from, to: from + parameterSize(parameter) };
    from = place.to;
    return place;
  });
}

/** The state of a program in training: flat arrays in one memory. */
export interface ProgramMemory {
  memory: KernelMemory;
  places: readonly Place[];
  parameters: Float32Array;
  gradients: Float32Array;
  moments: Float32Array;
}

/** Numbers that `layOut` allocates for a program. */
export function stateSize(program: Program, rule: OptimizerRule): number {
  return (2 + momentsOf(rule.kind)) * (placesOf(program).at(-1)?.to ?? 0);
}

/**
 * Lays the state of a program out in a memory, its parameters copied from `initial`.
 * @throws Error when there are more or fewer parameters than the program has
 */
export function layOut(memory: KernelMemory, program: Program, initial: Float32Array, rule: OptimizerRule): ProgramMemory {
  const places = placesOf(program);
  const count = places.at(-1)?.to ?? 0;
  if (initial.length !== count) throw new Error(`expected ${count} parameters, got ${initial.length}`);
  const parameters = memory.allocate(count);
  parameters.set(initial);
  return { memory, places, parameters, gradients: memory.allocate(count), moments: memory.allocate(momentsOf(rule.kind) * count) };
}

/** @throws NonFiniteError naming the first parameter whose gradient has a NaN or an infinity */
export function checkGradients({ memory, gradients, places }: ProgramMemory): void {
  const found = memory.firstNonFinite(gradients);
  if (found >= 0) throw new NonFiniteError('gradient', places.find(({ to }) => found < to)!.name);
}

/** The numbers of `rows` rows of an input, from the row `from` on. @throws Error that names the input that is too short */
export function rowsOf(
  feed: Float32Array | undefined,
  { name, width }: { name: string; width: number },
  rows: number,
  from = 0,
): Float32Array {
  if (!feed || feed.length < (from + rows) * width)
    throw new Error(`input "${name}": expected [${from + rows}, ${width}], got ${feed ? `${feed.length} numbers` : 'nothing'}`);
  return feed.subarray(from * width, (from + rows) * width);
}

/**
 * Losses of `count` steps taken one after the other.
 * @param takeStep takes step i of them, from 0, and returns its loss
 * @throws what `takeStep` throws; a NonFiniteError with the losses of the steps before it
 */
export function takeOneByOne(count: number, takeStep: (i: number) => number): Float32Array {
  const losses = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    try {
      losses[i] = takeStep(i);
    } catch (error) {
      if (error instanceof NonFiniteError) error.before = losses.subarray(0, i);
      throw error;
    }
  }
  return losses;
}
