import { epochOrder } from '../data/batchOrder.ts';
import { NonFiniteError } from '../engine/engine.ts';
import { checkState } from '../engine/programMemory.ts';
import { gatherRows } from '../math/gatherRows.ts';
import type { UntimedRunEvent } from '../run/runEvent.ts';
import { drawCorruption } from '../science/corruption.ts';
import { learningRateAt } from '../science/schedule.ts';
import { ClaimJudge } from './claimJudge.ts';
import { compareDownstream } from './downstreamRun.ts';
import { evaluateRun } from './evaluateRun.ts';
import { FrameKeeper } from './frameKeeper.ts';
import { Meter } from './meter.ts';
import { obeyOrders } from './obeyOrders.ts';
import type { OrderDesk } from './orderDesk.ts';
import { Patience } from './patience.ts';
import type { RunKeeper } from './runKeeper.ts';
import { RunWarnings } from './runWarnings.ts';
import type { TrainingSetup } from './trainingSetup.ts';

/** Milliseconds a stretch of steps may keep the process from its signals and messages. */
const BREATH_MS = 20;

/**
 * Trains a prepared run and tells what happens as it happens.
 * Nothing it yields depends on the clock: equal seeds and files give equal events.
 * @param desk what people ask of the run; looked at between steps and between evaluation batches
 * @param keeper where arrays and checkpoints go
 * @throws NonFiniteError when loss or gradient stop being finite, with the state of the step before, or a state that is to be stored
 */
export async function* train(
  setup: TrainingSetup,
  session: number,
  desk: OrderDesk,
  keeper: RunKeeper,
): AsyncGenerator<UntimedRunEvent, void, void> {
  const loop = new TrainingLoop(setup, desk, keeper, session);
  yield loop.started();
  if (setup.engineWarning !== null) yield { kind: 'warned', step: 0, message: setup.engineWarning };
  yield loop.frames.sampleSaved();
  yield* loop.evaluate();
  while (loop.step < loop.totalSteps && desk.stopReason === null) {
    yield* loop.obeyOrders();
    if (desk.stopReason !== null) break;
    yield* loop.takeSteps();
    if (loop.isEvaluationDue()) yield* loop.evaluate();
    if (loop.isCheckpointDue()) yield* loop.saveCheckpoint();
    if (loop.patience.isLost()) break;
    await loop.breathe();
  }
  yield* loop.end();
}

/** The state of one run between its steps. */
class TrainingLoop {
  step = 0;
  readonly totalSteps: number;
  readonly frames: FrameKeeper;
  private readonly warnings: RunWarnings;
  private readonly claims: ClaimJudge;
  readonly patience: Patience;
  private readonly meter = new Meter();
  private order = new Uint32Array(0);
  private orderEpoch = -1;
  /** Factor on the file's rate, moved by the order setLearningRate. */
  private rateFactor = 1;
  private loggedRate = Number.NaN;
  /** Sum of the rates of all steps taken. */
  private time = 0;
  private metrics: Record<string, number> = {};
  private lastCheckpoint = -1;
  private lastEvaluation = -1;
  private lastBreathMs = Date.now();

  constructor(
    private readonly setup: TrainingSetup,
    private readonly desk: OrderDesk,
    private readonly keeper: RunKeeper,
    private readonly session: number,
  ) {
    this.totalSteps = setup.experiment.plan.totalSteps;
    this.frames = new FrameKeeper(setup, keeper);
    this.warnings = new RunWarnings(setup);
    this.claims = new ClaimJudge(setup.experiment.expect);
    this.patience = new Patience(setup.experiment.training.patience);
  }

  private get epoch(): number {
    return this.step / this.setup.experiment.plan.stepsPerEpoch;
  }

  started(): UntimedRunEvent {
    const { setup, session } = this;
    const { plan } = setup.experiment;
    const rows = { train: setup.data.train.rows.length, validation: setup.data.validation.rows.length, test: setup.data.test.rows.length };
    return {
      kind: 'runStarted',
      version: 1,
      session,
      name: setup.name,
      totalSteps: plan.totalSteps,
      totalEpochs: plan.totalEpochs,
      stepsPerEpoch: plan.stepsPerEpoch,
      logEvery: plan.logEvery,
      engine: setup.engine.kind,
      threads: setup.prepared.threads,
      enginePassedOver: setup.enginePassedOver ?? undefined,
      parameters: setup.prepared.parameters.length,
      rows,
    };
  }

  /** Steps of the optimizer on the next batches: as many as the engine likes in one call, up to the next thing that is due. */
  *takeSteps(): Generator<UntimedRunEvent> {
    const { prepared } = this.setup;
    const batches = this.nextBatches();
    const updates = batches.steps.map((step) => ({ step, learningRate: this.learningRate(step) }));
    try {
      yield* this.logSteps(prepared.steps(batches.feeds, batches.rows, updates));
    } catch (error) {
      if (error instanceof NonFiniteError) {
        yield* this.logSteps(error.before);
        error.step = this.step + 1;
      }
      throw error;
    }
  }

  /** Steps that may be taken before something is due: an order to stop after a step, the end of the epoch, an evaluation, a checkpoint. */
  private stepsAhead(rows: number): number {
    const { batchSize, stepsPerEpoch, evaluateEverySteps, checkpointEverySteps } = this.setup.experiment.plan;
    const until = (every: number) => every - (this.step % every);
    // the last batch of an epoch may be smaller: it goes alone
    const inEpoch = until(stepsPerEpoch);
    const ofThisSize = rows < batchSize ? 1 : Math.max(1, this.order.length % batchSize === 0 ? inEpoch : inEpoch - 1);
    const due = [until(evaluateEverySteps), until(checkpointEverySteps), this.totalSteps - this.step, this.desk.stepsAllowed];
    return Math.min(ofThisSize, this.setup.prepared.stepsAtOnce, ...due);
  }

  /** The batches of the next steps, gathered and their corruption drawn. */
  private nextBatches(): { steps: number[]; rows: number; feeds: Record<string, Float32Array> } {
    const { experiment, data, dataset, prepared } = this.setup;
    const { batchSize, stepsPerEpoch } = experiment.plan;
    const epochIndex = Math.floor(this.step / stepsPerEpoch);
    if (epochIndex !== this.orderEpoch) {
      this.order = new Uint32Array(epochOrder(data.train.rows.length, experiment.seed, epochIndex));
      this.orderEpoch = epochIndex;
    }
    const from = (this.step % stepsPerEpoch) * batchSize;
    const rows = Math.min(batchSize, this.order.length - from);
    const steps = Array.from({ length: this.stepsAhead(rows) }, (_, i) => this.step + 1 + i);
    const size = rows * data.inputs;
    const x = prepared.feedRoom.x!.subarray(0, steps.length * size);
    gatherRows(data.train.x, data.inputs, this.order.subarray(from, from + steps.length * rows), x);
    if (experiment.corruption.kind === 'none') return { steps, rows, feeds: { x } };
    const draw = prepared.feedRoom.draw!.subarray(0, steps.length * size);
    const { imageShape } = dataset;
    steps.forEach((step, i) => {
      const place = { seed: experiment.seed, step, imageShape };
      drawCorruption(experiment.corruption, draw.subarray(i * size, (i + 1) * size), place, prepared.random);
    });
    return { steps, rows, feeds: { x, draw } };
  }

  private *logSteps(losses: Float32Array): Generator<UntimedRunEvent> {
    for (const loss of losses) {
      this.meter.add(loss);
      this.time += this.learningRate(this.step);
      this.step += 1;
      this.desk.stepTaken();
      yield* this.logStep();
    }
  }

  private learningRate(step: number): number {
    return this.rateFactor * learningRateAt(this.setup.experiment.optimizer, step, this.totalSteps);
  }

  private *logStep(): Generator<UntimedRunEvent> {
    if (this.step % this.setup.experiment.plan.logEvery !== 0 && this.step !== this.totalSteps) return;
    const metrics: Record<string, number> = { 'batch.loss': this.meter.read() };
    const rate = this.learningRate(this.step);
    if (rate !== this.loggedRate) metrics.learningRate = rate;
    this.loggedRate = rate;
    yield { kind: 'stepFinished', step: this.step, epoch: this.epoch, metrics };
  }

  isEvaluationDue(): boolean {
    return this.step % this.setup.experiment.plan.evaluateEverySteps === 0 || this.step === this.totalSteps;
  }

  isCheckpointDue(): boolean {
    return this.step % this.setup.experiment.plan.checkpointEverySteps === 0 || this.step === this.totalSteps;
  }

  /** Measures the model on every split and keeps a frame of its codes; gives up at once when told to stop. */
  *evaluate(): Generator<UntimedRunEvent> {
    const metrics = this.measure(this.step === this.totalSteps);
    if (metrics === null) return;
    this.metrics = metrics;
    this.claims.remember(metrics);
    this.lastEvaluation = this.step;
    yield { kind: 'evaluated', step: this.step, epoch: this.epoch, metrics };
    for (const message of this.warnings.after(metrics)) yield { kind: 'warned', step: this.step, message };
    yield* this.frames.keepFrame(this.step, this.epoch, this.step === this.totalSteps);
    const loss = metrics['validation.loss'] ?? metrics['train.loss']!;
    this.patience.remember({ loss, step: this.step, time: this.time, parameters: this.setup.prepared.parameters });
  }

  /** The metrics of this moment; null when told to stop meanwhile. */
  private measure(isLast: boolean): Record<string, number> | null {
    const measuring = evaluateRun(this.setup, { step: this.step, isLast, time: this.time });
    for (let next = measuring.next(); ; next = measuring.next()) {
      if (next.done) return next.value;
      this.desk.poll();
      if (this.desk.stopReason !== null) return null;
    }
  }

  /** A state that is not finite is never stored. @throws NonFiniteError */
  private checkState(): void {
    const { prepared, program } = this.setup;
    try {
      checkState(program, prepared);
    } catch (error) {
      if (error instanceof NonFiniteError) error.step = this.step;
      throw error;
    }
  }

  /** Copies the state at this step boundary and hands it to be written. */
  async *saveCheckpoint(): AsyncGenerator<UntimedRunEvent> {
    if (this.lastCheckpoint === this.step) return;
    this.lastCheckpoint = this.step;
    const { prepared } = this.setup;
    this.checkState();
    const state = { version: 1, step: this.step, rateFactor: this.rateFactor, frames: this.frames.kept, frameStride: this.frames.stride };
    const saved = await this.keeper.saveCheckpoint(this.step, {
      'parameters.f32': new Uint8Array(prepared.parameters.slice().buffer),
      'moments.f32': new Uint8Array(prepared.moments.slice().buffer),
      'state.json': new TextEncoder().encode(`${JSON.stringify(state)}\n`),
    });
    if ('skipped' in saved) yield { kind: 'checkpointSkipped', step: this.step, reason: saved.skipped };
    else yield { kind: 'checkpointSaved', step: this.step, folder: saved.folder };
  }

  obeyOrders(): AsyncGenerator<UntimedRunEvent> {
    const changeRate = (rate: number) => {
      this.rateFactor = rate / this.setup.experiment.optimizer.learningRate;
    };
    return obeyOrders(this.desk, { step: this.step, changeRate });
  }

  /** Lets signals and messages in when it has been a while. */
  async breathe(): Promise<void> {
    if (Date.now() - this.lastBreathMs < BREATH_MS) return;
    await new Promise((resolve) => setImmediate(resolve));
    this.lastBreathMs = Date.now();
  }

  /** What the encoder is worth with few labels, where the file asks. */
  private async *compare(): AsyncGenerator<UntimedRunEvent> {
    const { setup, step, session, keeper } = this;
    if (setup.experiment.downstream === undefined) return;
    const watch = { step, session, keeper, obey: () => this.look(), isStopped: () => this.desk.stopReason !== null };
    const measured = yield* compareDownstream(setup, setup.experiment.downstream, watch);
    this.metrics = { ...this.metrics, ...measured };
  }

  private async *look(): AsyncGenerator<UntimedRunEvent> {
    await this.breathe();
    yield* this.obeyOrders();
  }

  private async *stop(reason: string): AsyncGenerator<UntimedRunEvent> {
    yield* this.saveCheckpoint();
    yield { kind: 'runStopped', step: this.step, epoch: this.epoch, seconds: 0, reason };
  }

  /** The seconds are the recorder's: this loop knows no clock. The last words: of a stopped run a checkpoint, of a finished one its final metrics (at the best weights, if patience ended it). */
  async *end(): AsyncGenerator<UntimedRunEvent> {
    if (this.desk.stopReason !== null) return yield* this.stop(this.desk.stopReason);
    const { best } = this.patience;
    if (this.patience.isLost() && best !== null) {
      this.setup.prepared.parameters.set(best.parameters);
      this.time = best.time;
      this.lastCheckpoint = -1; // the last checkpoint holds the weights that the metrics are of
      this.metrics = this.measure(true) ?? this.metrics;
      const message = `no better validation loss for ${this.setup.experiment.training.patience} evaluations: ended early with the weights of step ${best.step}`;
      yield { kind: 'warned', step: this.step, message };
    } else if (this.lastEvaluation !== this.step) {
      yield* this.evaluate();
    }
    yield* this.saveCheckpoint();
    yield* this.compare();
    if (this.desk.stopReason !== null) return yield* this.stop(this.desk.stopReason);
    yield* this.claims.judge(this.step, this.metrics);
    yield { kind: 'runFinished', step: this.step, epoch: this.epoch, seconds: 0, metrics: this.metrics };
  }
}
