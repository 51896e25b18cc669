import type { Program } from '../../science/program.ts';
import { type Feeds, NonFiniteError, type OptimizerRule, type StepUpdate } from '../engine.ts';
import { decayRanges } from '../optimizerRule.ts';
import { checkGradients, type ProgramMemory, rowsOf, takeOneByOne } from '../programMemory.ts';
import { gradientName, type TracedProgram, traceGradients } from '../trace/traceProgram.ts';
import type { OnnxRuntime, OrtSession, OrtTensor } from './onnxRuntime.ts';
import { threadsFor } from './sizeRules.ts';

/** What a way of taking steps is made of. */
export interface StepperParts {
  runtime: OnnxRuntime;
  program: Program;
  rule: OptimizerRule;
  state: ProgramMemory;
  /** The traced gradients at the size of most batches. */
  first: { rows: number; traced: TracedProgram };
}

/** Gradients at one number of rows: the graph, and the memory that it reads and writes. */
interface GradientGraph {
  session: OrtSession;
  feeds: Record<string, OrtTensor>;
}

/** Steps of larger models: each a run of the gradient graph, then the optimizer in one pass over memory. */
export class DirectSteps {
  readonly atOnce = 1;
  private readonly graphs = new Map<number, GradientGraph>();
  private readonly loss = new Float32Array(1);
  private readonly parameters: Record<string, OrtTensor>;
  private readonly fetches: Record<string, OrtTensor>;
  private readonly ranges: ReturnType<typeof decayRanges>;
  private readonly runtime: OnnxRuntime;
  private readonly program: Program;
  private readonly rule: OptimizerRule;
  private readonly state: ProgramMemory;

  constructor({ runtime, program, rule, state, first }: StepperParts) {
    this.runtime = runtime;
    this.program = program;
    this.rule = rule;
    this.state = state;
    const views = (array: Float32Array, name: (parameter: string) => string) =>
      Object.fromEntries(
        state.places.map((place) => [name(place.name), runtime.tensor(array.subarray(place.from, place.to), place.shape)]),
      );
    this.parameters = views(state.parameters, (name) => name);
    this.fetches = { ...views(state.gradients, gradientName), loss: runtime.tensor(this.loss, []) };
    this.ranges = decayRanges(program.parameters);
    this.makeGraph(first.rows, first.traced);
  }

  /** Losses of one step for each update, each on its own `rows` rows of the feeds. */
  take(feeds: Feeds, rows: number, updates: readonly StepUpdate[]): Float32Array {
    return takeOneByOne(updates.length, (i) => this.step(feeds, rows, i * rows, updates[i]!));
  }

  private step(feeds: Feeds, rows: number, from: number, update: StepUpdate): number {
    const graph = this.graphs.get(rows) ?? this.makeGraph(rows);
    for (const input of this.program.inputs) {
      const data = rowsOf(feeds[input.name], input, rows, from);
      const known = graph.feeds[input.name]?.data;
      if (known?.buffer !== data.buffer || known.byteOffset !== data.byteOffset)
        graph.feeds[input.name] = this.runtime.tensor(data, [rows, input.width]);
    }
    graph.session.run(graph.feeds, this.fetches);
    const loss = this.loss[0]!;
    if (!Number.isFinite(loss)) throw new NonFiniteError('loss', null);
    checkGradients(this.state);
    this.state.memory.update(this.rule, this.state, update, this.ranges);
    return loss;
  }

  private makeGraph(rows: number, { graph, flops }: TracedProgram = traceGradients(this.program, rows)): GradientGraph {
    const made = { session: this.runtime.session(graph, threadsFor(flops)), feeds: { ...this.parameters } };
    this.graphs.set(rows, made);
    return made;
  }

  dispose(): void {
    for (const { session } of this.graphs.values()) session.dispose();
  }
}
