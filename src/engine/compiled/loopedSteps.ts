import type { Program } from '../../science/program.ts';
import { type Feeds, NonFiniteError, type OptimizerRule, type StepUpdate } from '../engine.ts';
import { momentsOf } from '../optimizerRule.ts';
import { checkGradients, type ProgramMemory, rowsOf } from '../programMemory.ts';
import { type TracedProgram, traceGradients } from '../trace/traceProgram.ts';
import type { StepperParts } from './directSteps.ts';
import type { OnnxRuntime, OrtSession, OrtTensor } from './onnxRuntime.ts';
import { coefficientCount, coefficientsOf, stepLoop } from './stepLoop.ts';

/** Steps of small models: several in one call, gradients and optimizer in one graph. */
export class LoopedSteps {
  private readonly sessions = new Map<number, OrtSession>();
  /** The state before and after a call; the gradient is of the last step. */
  private readonly start: Record<string, OrtTensor>;
  private readonly after: Record<string, OrtTensor>;
  /** Pairs (after, before) of arrays. */
  private readonly carried: readonly (readonly [Float32Array, Float32Array])[];

  readonly atOnce: number;
  private readonly runtime: OnnxRuntime;
  private readonly program: Program;
  private readonly rule: OptimizerRule;
  private readonly state: ProgramMemory;

  /** @param atOnce most steps of one call */
  constructor({ runtime, program, rule, state, first }: StepperParts, atOnce: number) {
    this.runtime = runtime;
    this.program = program;
    this.rule = rule;
    this.state = state;
    this.atOnce = atOnce;
    const count = state.parameters.length;
    const moments = Array.from({ length: momentsOf(rule.kind) }, (_, i) => state.moments.subarray(i * count, (i + 1) * count));
    const before = [state.parameters, ...moments];
    const names = ['parameters', 'moment.0', 'moment.1'].slice(0, before.length);
    const after = before.map(() => state.memory.allocate(count));
    const tensor = (array: Float32Array) => runtime.tensor(array, [count]);
    this.carried = after.map((array, i) => [array, before[i]!]);
    this.start = Object.fromEntries(names.map((name, i) => [`${name}.start`, tensor(before[i]!)]));
    this.start['gradient.start'] = tensor(state.gradients);
    this.after = Object.fromEntries(names.map((name, i) => [`${name}.after`, tensor(after[i]!)]));
    this.after['gradient.after'] = tensor(state.gradients);
    this.makeSession(first.rows, first.traced);
  }

  /** Losses of one step for each update, each on its own `rows` rows of the feeds. */
  take(feeds: Feeds, rows: number, updates: readonly StepUpdate[]): Float32Array {
    const losses = new Float32Array(updates.length);
    for (let from = 0; from < updates.length; from += this.atOnce) {
      const part = updates.slice(from, from + this.atOnce);
      const taken = this.run(feeds, rows, from * rows, part);
      if (!this.isFinite(taken)) this.fail({ feeds, rows, updates: part, losses, from });
      this.accept();
      losses.set(taken, from);
    }
    return losses;
  }

  private run(feeds: Feeds, rows: number, fromRow: number, updates: readonly StepUpdate[]): Float32Array {
    const steps = updates.length;
    const session = this.sessions.get(rows) ?? this.makeSession(rows);
    const fed: Record<string, OrtTensor> = { ...this.start };
    for (const input of this.program.inputs) {
      const data = rowsOf(feeds[input.name], input, steps * rows, fromRow);
      fed[`${input.name}.steps`] = this.runtime.tensor(data, [steps, rows, input.width]);
    }
    const coefficients = Float32Array.from(updates.flatMap((update) => coefficientsOf(this.rule, update)));
    fed['coefficients.steps'] = this.runtime.tensor(coefficients, [steps, coefficientCount]);
    const losses = new Float32Array(steps);
    session.run(fed, { ...this.after, losses: this.runtime.tensor(losses, [steps]) });
    return losses;
  }

  private isFinite(losses: Float32Array): boolean {
    const { memory, gradients } = this.state;
    return losses.every((loss) => Number.isFinite(loss)) && memory.firstNonFinite(gradients) < 0;
  }

  private accept(): void {
    for (const [after, before] of this.carried) before.set(after);
  }

  /** Takes the steps of a call that went wrong one by one, up to the one to blame. @throws NonFiniteError */
  private fail({
    feeds,
    rows,
    updates,
    losses,
    from,
  }: {
    feeds: Feeds;
    rows: number;
    updates: readonly StepUpdate[];
    losses: Float32Array;
    from: number;
  }): never {
    for (const [i, update] of updates.entries()) {
      const loss = this.run(feeds, rows, (from + i) * rows, [update])[0]!;
      try {
        if (!Number.isFinite(loss)) throw new NonFiniteError('loss', null);
        checkGradients(this.state);
      } catch (error) {
        if (error instanceof NonFiniteError) error.before = losses.subarray(0, from + i);
        throw error;
      }
      this.accept();
      losses[from + i] = loss;
    }
    throw new NonFiniteError('loss', null);
  }

  private makeSession(rows: number, { graph }: TracedProgram = traceGradients(this.program, rows)): OrtSession {
    const session = this.runtime.session(stepLoop(graph, this.program, this.rule), 1);
    this.sessions.set(rows, session);
    return session;
  }

  dispose(): void {
    for (const session of this.sessions.values()) session.dispose();
  }
}
