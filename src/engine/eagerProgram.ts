import type { InputShape, Program } from '../science/program.ts';
import { type Tensor, tf } from '../science/tensorflow.ts';
import { type Feeds, NonFiniteError, type OptimizerRule, type PreparedProgram, type StepUpdate } from './engine.ts';
import { KernelMemory } from './kernelMemory.ts';
import { decayRanges } from './optimizerRule.ts';
import { checkFeeds, checkGradients, layOut, memorySize, type ProgramMemory, rowsOf, takeOneByOne } from './programMemory.ts';

/** Where and how a program is computed eagerly. */
export interface EagerPlace {
  rule: OptimizerRule;
  /** Name of the TensorFlow.js backend. */
  backend: string;
  threads: number;
  /** Folder of the bundles, with kernels.wasm. */
  engineFolder: string;
  /** Rows of most steps. */
  batchRows: number;
}

function tensorsOf(inputs: readonly InputShape[], feeds: Feeds, rows: number, from = 0): Record<string, Tensor> {
  const tensors: Record<string, Tensor> = {};
  for (const input of inputs) tensors[input.name] = tf.tensor(rowsOf(feeds[input.name], input, rows, from), [rows, input.width], 'float32');
  return tensors;
}

/**
 * A program that is run operation by operation on a TensorFlow.js backend. The state lies in plain arrays of ours; every call
 * makes fresh tensors of it (the WebAssembly backend packs weights by tensor, so that memory under a tensor may never change)
 * and leaves none behind.
 */
class EagerProgram implements PreparedProgram {
  readonly stepsAtOnce = 1;
  readonly threads: number;
  readonly parameters: Float32Array;
  readonly gradients: Float32Array;
  readonly moments: Float32Array;
  readonly feedRoom: Feeds;
  readonly random: KernelMemory;
  readonly multiplications: number | undefined;
  private readonly ranges: ReturnType<typeof decayRanges>;

  constructor(
    private readonly program: Program,
    private readonly state: ProgramMemory,
    private readonly place: EagerPlace,
  ) {
    this.threads = place.threads;
    this.parameters = state.parameters;
    this.gradients = state.gradients;
    this.moments = state.moments;
    this.feedRoom = state.feedRoom;
    this.random = state.memory;
    this.multiplications = program.multiplications;
    this.ranges = decayRanges(program.parameters);
  }

  steps(feeds: Feeds, rows: number, updates: readonly StepUpdate[]): Float32Array {
    checkFeeds(this.program.inputs, feeds, rows * updates.length);
    return takeOneByOne(updates.length, (i) => this.takeStep(feeds, rows, i * rows, updates[i]!));
  }

  step(feeds: Feeds, rows: number, update: StepUpdate): number {
    return this.steps(feeds, rows, [update])[0]!;
  }

  private takeStep(feeds: Feeds, rows: number, from: number, update: StepUpdate): number {
    this.choose();
    const loss = tf.tidy(() => {
      const inputs = tensorsOf(this.program.inputs, feeds, rows, from);
      const evaluate = (...tensors: Tensor[]) => this.program.loss(this.named(tensors), inputs);
      const { value, grads } = tf.valueAndGrads(evaluate)(this.parameterTensors());
      const loss = value.dataSync()[0]!;
      if (!Number.isFinite(loss)) throw new NonFiniteError('loss', null);
      grads.forEach((gradient, i) => {
        this.gradients.set(gradient.dataSync(), this.state.places[i]!.from);
      });
      return loss;
    });
    checkGradients(this.state);
    this.state.memory.update(this.place.rule, this.state, update, this.ranges);
    return loss;
  }

  call(name: string, feeds: Feeds, rows: number): Record<string, Float32Array> {
    const called = this.program.functions[name];
    if (!called) throw new Error(`the program has no function "${name}"`);
    this.choose();
    const out: Record<string, Float32Array> = {};
    tf.tidy(() => {
      const results = called.run(this.named(this.parameterTensors()), tensorsOf(called.inputs, feeds, rows));
      for (const output of called.outputs) out[output.name] = results[output.name]!.dataSync<'float32'>();
    });
    return out;
  }

  private choose(): void {
    if (tf.getBackend() !== this.place.backend) void tf.setBackend(this.place.backend);
  }

  private parameterTensors(): Tensor[] {
    return this.state.places.map(({ shape, from, to }) => tf.tensor(this.parameters.subarray(from, to), [...shape], 'float32'));
  }

  private named(tensors: readonly Tensor[]): Record<string, Tensor> {
    return Object.fromEntries(this.state.places.map(({ name }, i) => [name, tensors[i]!]));
  }

  dispose(): void {
    // no tensor outlives a call
  }
}

/**
 * Makes a program ready to run eagerly.
 * @param initial initial parameters, copied
 */
export async function prepareEagerly(program: Program, initial: Float32Array, place: EagerPlace): Promise<PreparedProgram> {
  const needs = { program, rule: place.rule, feedRows: place.batchRows };
  const memory = await KernelMemory.create(place.engineFolder, memorySize(needs));
  return new EagerProgram(program, layOut(memory, initial, needs), place);
}
