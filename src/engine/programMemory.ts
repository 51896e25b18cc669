import { type InputShape, type Program, parameterSize } from '../science/program.ts';
import { type Feeds, NonFiniteError, type OptimizerRule } from './engine.ts';
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
  /** Room for batches, by the name of the input. */
  feedRoom: Readonly<Record<string, Float32Array>>;
}

/** What decides how much memory a program takes. */
export interface MemoryNeeds {
  program: Program;
  rule: OptimizerRule;
  /** Rows that are fed at a time. */
  feedRows: number;
}

const feedSize = ({ program, feedRows }: MemoryNeeds) => feedRows * program.inputs.reduce((sum, { width }) => sum + width, 0);

/** Numbers of parameters and moments, which a step changes. */
export function stateSize({ program, rule }: Pick<MemoryNeeds, 'program' | 'rule'>): number {
  return (1 + momentsOf(rule.kind)) * (placesOf(program).at(-1)?.to ?? 0);
}

/** Numbers that `layOut` allocates for a program. */
export function memorySize(needs: MemoryNeeds): number {
  return stateSize(needs) + (placesOf(needs.program).at(-1)?.to ?? 0) + feedSize(needs);
}

/**
 * Lays the state of a program and room for its batches out in a memory, its parameters copied from `initial`.
 * @throws Error when there are more or fewer parameters than the program has
 */
export function layOut(memory: KernelMemory, initial: Float32Array, { program, rule, feedRows }: MemoryNeeds): ProgramMemory {
  const places = placesOf(program);
  const count = places.at(-1)?.to ?? 0;
  if (initial.length !== count) throw new Error(`expected ${count} parameters, got ${initial.length}`);
  const parameters = memory.allocate(count);
  parameters.set(initial);
  const [gradients, moments] = [memory.allocate(count), memory.allocate(momentsOf(rule.kind) * count)];
  const feedRoom = Object.fromEntries(program.inputs.map(({ name, width }) => [name, memory.allocate(feedRows * width)]));
  return { memory, places, parameters, gradients, moments, feedRoom };
}

/** @throws NonFiniteError naming the first parameter whose gradient has a NaN or an infinity */
export function checkGradients({ memory, gradients, places }: ProgramMemory): void {
  const found = memory.firstNonFinite(gradients);
  if (found >= 0) throw new NonFiniteError('gradient', places.find(({ to }) => found < to)!.name);
}

/** @throws NonFiniteError naming the first parameter of which a value or a moment is NaN or infinite */
export function checkState(program: Program, { parameters, moments }: Pick<ProgramMemory, 'parameters' | 'moments'>): void {
  const places = placesOf(program);
  for (const numbers of [parameters, moments])
    for (let i = 0; i < numbers.length; i++) {
      if (Number.isFinite(numbers[i])) continue;
      const found = i % parameters.length;
      throw new NonFiniteError('state', places.find(({ to }) => found < to)!.name);
    }
}

/** @throws Error that names the input of which there are fewer than `rows` rows */
export function checkFeeds(inputs: readonly InputShape[], feeds: Feeds, rows: number): void {
  for (const input of inputs) rowsOf(feeds[input.name], input, rows);
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
