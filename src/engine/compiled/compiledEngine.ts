import type { Program } from '../../science/program.ts';
import type { Engine, Feeds, OptimizerRule, PreparedProgram, StepUpdate } from '../engine.ts';
import { KernelMemory } from '../kernelMemory.ts';
import { checkFeeds, layOut, memorySize, type ProgramMemory, rowsOf, stateSize } from '../programMemory.ts';
import { traceFunction, traceGradients } from '../trace/traceProgram.ts';
import { DirectSteps, type StepperParts } from './directSteps.ts';
import { LoopedSteps } from './loopedSteps.ts';
import { loadOnnxRuntime, type OnnxRuntime, type OrtSession, type OrtTensor } from './onnxRuntime.ts';
import { functionRows, stepsAtOnce, threadsFor } from './sizeRules.ts';

/** A function of a program as a graph, and the memory that it reads. */
interface FunctionGraph {
  session: OrtSession;
  feeds: Record<string, OrtTensor>;
}

/** A program whose gradients and functions are ONNX graphs and whose state lies in one memory. */
class CompiledProgram implements PreparedProgram {
  readonly parameters: Float32Array;
  readonly gradients: Float32Array;
  readonly moments: Float32Array;
  readonly feedRoom: Feeds;
  /** By name, and by rows where a function is not the same for any number of rows. */
  private readonly functions = new Map<string, FunctionGraph>();

  private readonly runtime: OnnxRuntime;
  private readonly program: Program;
  private readonly state: ProgramMemory;

  constructor(
    { runtime, program, state }: StepperParts,
    private readonly stepper: DirectSteps | LoopedSteps,
    readonly threads: number,
  ) {
    this.runtime = runtime;
    this.program = program;
    this.state = state;
    this.parameters = state.parameters;
    this.gradients = state.gradients;
    this.moments = state.moments;
    this.feedRoom = state.feedRoom;
  }

  get random(): KernelMemory {
    return this.state.memory;
  }

  get multiplications(): number | undefined {
    return this.program.multiplications;
  }

  get stepsAtOnce(): number {
    return this.stepper.atOnce;
  }

  steps(feeds: Feeds, rows: number, updates: readonly StepUpdate[]): Float32Array {
    checkFeeds(this.program.inputs, feeds, rows * updates.length);
    return this.stepper.take(feeds, rows, updates);
  }

  step(feeds: Feeds, rows: number, update: StepUpdate): number {
    return this.steps(feeds, rows, [update])[0]!;
  }

  call(name: string, feeds: Feeds, rows: number): Record<string, Float32Array> {
    const called = this.program.functions[name];
    if (!called) throw new Error(`the program has no function "${name}"`);
    const graph = this.functions.get(name) ?? this.functions.get(`${name} ${rows}`) ?? this.makeFunction(name, rows);
    for (const input of called.inputs)
      graph.feeds[input.name] = this.runtime.tensor(rowsOf(feeds[input.name], input, rows), [rows, input.width]);
    const results: Record<string, Float32Array> = {};
    const fetches: Record<string, OrtTensor> = {};
    for (const { name: output, width } of called.outputs) {
      results[output] = new Float32Array(rows * width);
      fetches[output] = this.runtime.tensor(results[output], [rows, width]);
    }
    graph.session.run(graph.feeds, fetches);
    return results;
  }

  private makeFunction(name: string, rows: number): FunctionGraph {
    const { graph, flopsARow, isForAnyRows } = traceFunction(this.program, name, rows);
    const feeds = Object.fromEntries(
      this.state.places.map((place) => [place.name, this.runtime.tensor(this.parameters.subarray(place.from, place.to), place.shape)]),
    );
    const made = {
      session: this.runtime.session(graph, threadsFor(flopsARow * (this.program.functions[name]!.usualRows ?? functionRows))),
      feeds,
    };
    this.functions.set(isForAnyRows ? name : `${name} ${rows}`, made);
    return made;
  }

  dispose(): void {
    this.stepper.dispose();
    for (const { session } of this.functions.values()) session.dispose();
  }
}

/**
 * The engine of traced programs: TensorFlow.js's operations and differentiation recorded once as ONNX graphs, run by ONNX
 * Runtime's native library; parameters, gradients and moments in one WebAssembly memory that it reads and writes in place.
 * @param engineFolder folder of the bundles, with kernels.wasm and ONNX Runtime beside it
 * @throws Error when the native library or the kernels are missing or broken
 */
export async function createCompiledEngine(engineFolder: string): Promise<Engine> {
  const runtime = loadOnnxRuntime(engineFolder);
  return {
    kind: 'compiled',
    description: `ONNX Runtime ${runtime.version}, graphs traced by TensorFlow.js`,
    prepare: async (program: Program, parameters: Float32Array, rule: OptimizerRule, batchRows = 64) => {
      const traced = traceGradients(program, batchRows);
      const atOnce = stepsAtOnce(program, batchRows, { parameters: parameters.length, flops: traced.flops });
      const needs = { program, rule, feedRows: atOnce * batchRows };
      // loops have the state twice: before and after a call
      const memory = await KernelMemory.create(engineFolder, memorySize(needs) + (atOnce > 1 ? stateSize(needs) : 0));
      const state = layOut(memory, parameters, needs);
      const parts = { runtime, program, rule, state, first: { rows: batchRows, traced } };
      const stepper = atOnce > 1 ? new LoopedSteps(parts, atOnce) : new DirectSteps(parts);
      return new CompiledProgram(parts, stepper, atOnce > 1 ? 1 : threadsFor(traced.flops));
    },
  };
}
