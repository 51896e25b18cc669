import { NonFiniteError } from '../engine/engine.ts';
import { checkState } from '../engine/programMemory.ts';
import type { UntimedRunEvent } from '../run/runEvent.ts';
import { learningRateAt } from '../science/schedule.ts';
import { ClaimJudge } from './claimJudge.ts';
import { EpochBatches } from './epochBatches.ts';
import { checkpointFiles, type LoopCheckpoint, type LoopState } from './loopState.ts';
import { Meter } from './meter.ts';
import { obeyOrders } from './obeyOrders.ts';
import type { OrderDesk } from './orderDesk.ts';
import { Patience } from './patience.ts';
import type { RunKeeper } from './runKeeper.ts';
import type { Trainee } from './trainee.ts';

/** Milliseconds a stretch of steps may keep the process from its signals and messages. */
const BREATH_MS = 20;

/** The state of one run between its steps. */
export class TrainingLoop {
  step = 0;
  readonly totalSteps: number;
  private readonly claims: ClaimJudge;
  readonly patience: Patience;
  private readonly meter = new Meter();
  private readonly batches: EpochBatches;
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
    private readonly trainee: Trainee,
    private readonly desk: OrderDesk,
    private readonly keeper: RunKeeper,
    private readonly session: number,
  ) {
    const { experiment } = trainee.basis;
    this.totalSteps = experiment.plan.totalSteps;
    this.batches = new EpochBatches(trainee);
    this.claims = new ClaimJudge(experiment.expect);
    this.patience = new Patience(experiment.training.patience);
  }

  private get setup() {
    return this.trainee.basis;
  }

  private get epoch(): number {
    return this.step / this.setup.experiment.plan.stepsPerEpoch;
  }

  /** The first words of a run. */
  *begin(): Generator<UntimedRunEvent> {
    const { engineWarning } = this.setup;
    yield this.started();
    if (engineWarning !== null) yield { kind: 'warned', step: 0, message: engineWarning };
    yield this.trainee.frames.sampleSaved();
    yield* this.evaluate();
  }

  /** Takes over where an earlier sitting left off. An evaluation that it was told to stop in is made up for. */
  *goOn(from: LoopCheckpoint): Generator<UntimedRunEvent> {
    this.restore(from);
    yield { kind: 'resumed', session: this.session, fromStep: this.step };
    yield { kind: 'checkpointSaved', step: this.step, folder: `checkpoints/${this.step}` };
    if (this.isEvaluationDue() && this.lastEvaluation !== this.step) yield* this.evaluate();
  }

  private started(): UntimedRunEvent {
    const { setup, session } = this;
    const { plan } = setup.experiment;
    return {
      kind: 'runStarted',
      version: 1,
      session,
      ...(session > 1 && { anew: true as const }),
      name: setup.name,
      totalSteps: plan.totalSteps,
      totalEpochs: plan.totalEpochs,
      stepsPerEpoch: plan.stepsPerEpoch,
      logEvery: plan.logEvery,
      engine: setup.engine.kind,
      threads: setup.prepared.threads,
      enginePassedOver: setup.enginePassedOver ?? undefined,
      parameters: setup.prepared.parameters.length,
      rows: this.trainee.rows,
    };
  }

  /** Steps of the optimizer on the next batches: as many as the engine likes in one call, up to the next thing that is due. */
  *takeSteps(): Generator<UntimedRunEvent> {
    const { prepared } = this.setup;
    const batches = this.batches.next(this.step, this.stepsAhead());
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

  /** Steps that may be taken before something is due: an evaluation, a checkpoint, an order to stop after a step. */
  private stepsAhead(): number {
    const { evaluateEverySteps, checkpointEverySteps } = this.setup.experiment.plan;
    const until = (every: number) => every - (this.step % every);
    const due = [until(evaluateEverySteps), until(checkpointEverySteps), this.totalSteps - this.step, this.desk.stepsAllowed];
    return Math.min(this.setup.prepared.stepsAtOnce, ...due);
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
    for (const message of this.trainee.warningsAfter(metrics)) yield { kind: 'warned', step: this.step, message };
    yield* this.trainee.frames.keepFrame(this.step, this.epoch, this.step === this.totalSteps);
    const loss = this.trainee.lossOf(metrics);
    this.patience.remember({ loss, step: this.step, time: this.time, parameters: this.setup.prepared.parameters });
  }

  /** The metrics of this moment; null when told to stop meanwhile. */
  private measure(isLast: boolean): Record<string, number> | null {
    const measuring = this.trainee.measure({ step: this.step, isLast, time: this.time });
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
    this.checkState();
    const saved = await this.keeper.saveCheckpoint(this.step, checkpointFiles(this.snapshot()));
    if ('skipped' in saved) yield { kind: 'checkpointSkipped', step: this.step, reason: saved.skipped };
    else yield { kind: 'checkpointSaved', step: this.step, folder: saved.folder };
  }

  private snapshot(): LoopCheckpoint {
    const { prepared } = this.setup;
    const { best, evaluationsSinceBest } = this.patience;
    const frames = this.trainee.frames.save();
    const loop: LoopState = {
      version: 2,
      step: this.step,
      rateFactor: this.rateFactor,
      loggedRate: this.loggedRate,
      time: this.time,
      meter: this.meter.taken,
      evaluation: { step: this.lastEvaluation, metrics: this.metrics },
      recent: [...this.claims.recent],
      patience: { evaluationsSinceBest, best: best && { loss: best.loss, step: best.step, time: best.time } },
      said: [...this.trainee.said],
      frames: frames.state,
    };
    return { loop, parameters: prepared.parameters, moments: prepared.moments, best: best?.parameters ?? null, frames: frames.arrays };
  }

  private restore({ loop, parameters, moments, best, frames }: LoopCheckpoint): void {
    const { prepared } = this.setup;
    prepared.parameters.set(parameters);
    prepared.moments.set(moments);
    this.step = loop.step;
    this.lastCheckpoint = loop.step;
    this.rateFactor = loop.rateFactor;
    this.loggedRate = loop.loggedRate;
    this.time = loop.time;
    this.meter.restore(loop.meter);
    this.lastEvaluation = loop.evaluation.step;
    this.metrics = loop.evaluation.metrics;
    this.claims.recent = loop.recent;
    const known = loop.patience.best;
    this.patience.restore({ ...loop.patience, best: known && best && { ...known, parameters: best } });
    this.trainee.said = loop.said;
    this.trainee.frames.restore({ state: loop.frames, arrays: frames });
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

  /** What is done with the trained model. */
  private async *afterTraining(): AsyncGenerator<UntimedRunEvent> {
    const { step, session } = this;
    const watch = { step, session, obey: () => this.look(), isStopped: () => this.desk.stopReason !== null };
    const measured = yield* this.trainee.afterTraining(watch);
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
    yield* this.afterTraining();
    if (this.desk.stopReason !== null) return yield* this.stop(this.desk.stopReason);
    yield* this.claims.judge(this.step, this.metrics);
    yield { kind: 'runFinished', step: this.step, epoch: this.epoch, seconds: 0, metrics: this.metrics };
  }
}
