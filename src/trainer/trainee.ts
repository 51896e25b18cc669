import type { Engine, Feeds, PreparedProgram } from '../engine/engine.ts';
import type { Optimizer } from '../experiment/optimizer.ts';
import type { TrainingPlan } from '../experiment/resolveExperiment.ts';
import type { UntimedRunEvent } from '../run/runEvent.ts';
import type { Program } from '../science/program.ts';
import type { Moment } from './moment.ts';

/** What every trained run stands on, whatever its task. */
export interface RunBasis {
  experiment: {
    seed: number;
    expect?: readonly string[];
    optimizer: Optimizer;
    training: { patience: number | null };
    plan: TrainingPlan;
  };
  name: string;
  program: Program;
  engine: Pick<Engine, 'kind' | 'description'>;
  /** Why this engine and no other. */
  engineReason: string;
  /** Engines that "auto" would rather have taken, with why not. */
  enginePassedOver: string | null;
  /** What is wrong with them, to be told once; null when they are merely not there. */
  engineWarning: string | null;
  prepared: PreparedProgram;
}

/** What a part of a run must know to go on after a checkpoint: plain data, and arrays by file name. */
export interface KeptState {
  state: Record<string, unknown>;
  arrays: Readonly<Record<string, Float32Array>>;
}

/** Keeps what the page shows of each moment. */
export interface MomentKeeper {
  /** What a later sitting must know to keep the same frames. */
  save(): KeptState;
  /** Goes on from what `save` gave. */
  restore(kept: KeptState): void;
  /** The fixed rows that all moments are shown of. */
  sampleSaved(): UntimedRunEvent;
  /** Keeps a frame of this moment if its turn has come, and thins the frames when there are too many. */
  keepFrame(step: number, epoch: number, isLast: boolean): Iterable<UntimedRunEvent>;
}

/** The run around what is done after training. */
export interface AfterTraining {
  /** Step of the weights. */
  step: number;
  session: number;
  /** Lets signals in and obeys orders; returns when the work may go on or the run is to stop. */
  obey(): AsyncGenerator<UntimedRunEvent, void, void>;
  isStopped(): boolean;
}

/** What the training loop trains: all in which the tasks differ. */
export interface Trainee {
  readonly basis: RunBasis;
  /** Rows of each split; an epoch presents the training rows once. */
  readonly rows: { train: number; validation: number; test: number };
  readonly frames: MomentKeeper;
  /**
   * The inputs of some steps.
   * @param rows training rows, those of the first step, then those of the second, ...
   * @param steps one-based numbers of the steps
   */
  gather(rows: Uint32Array, steps: readonly number[]): Feeds;
  /** Measures the model as it stands; yields between calls of the engine. */
  measure(moment: Moment): Generator<void, Record<string, number>, void>;
  /** What is to be said for the first time after an evaluation. */
  warningsAfter(metrics: Readonly<Record<string, number>>): string[];
  /** The number that patience waits for. */
  lossOf(metrics: Readonly<Record<string, number>>): number;
  /** What has been said by `warningsAfter`, by number; a later sitting does not say it again. */
  said: readonly number[];
  /** What is done with the trained model before the run ends; its metrics. */
  afterTraining(watch: AfterTraining): AsyncGenerator<UntimedRunEvent, Record<string, number>, void>;
}
