import type { DownstreamArm, HeadLoss } from '../experiment/autoencoder.ts';
import type { RunEvent } from './runEvent.ts';

/** One classifier that learned from few labels, asked for the test rows. */
export interface DownstreamMeasure {
  arm: DownstreamArm;
  /** Labels that it learned from, over all classes. */
  labels: number;
  /** Number of the draw, from 0: the same labelled rows for every arm. */
  draw: number;
  /** Share of the test rows that are named right. */
  accuracy: number;
  /** Means over the test rows whose class has a labelled row. */
  losses: Record<HeadLoss, number>;
  /** C of the head; null where there is none. */
  strength: number | null;
  /** Positions in `classes` of those that no labelled row of this draw shows: their test rows count as wrong. */
  unseen: number[];
}

/** The comparison with few labels, as far as it has come. */
export interface RunDownstream {
  /** Step of the weights that were compared. */
  step: number;
  arms: DownstreamArm[];
  /** Budgets, as they were asked for. */
  labels: number[];
  draws: number;
  head: { hidden: number[]; loss: HeadLoss };
  /** The encoder has seen the inputs of the test rows. */
  transductive: boolean;
  classes: string[];
  /** Test rows that were asked. */
  testRows: number;
  measured: DownstreamMeasure[];
  /** .npy file [arms, budgets, classes, classes]: test rows by class and by the class they were given, all draws together; null before the end. */
  confusion: string | null;
}

/** A comparison that has just begun. */
export function startDownstream(event: Omit<Extract<RunEvent, { kind: 'downstreamStarted' }>, 'timeMs'>): RunDownstream {
  const { step, arms, labels, draws, head, transductive, classes, testRows } = event;
  return { step, arms, labels, draws, head, transductive, classes, testRows, measured: [], confusion: null };
}

/** Takes a measure in, in the place of an older one of the same arm, budget and draw. */
export function takeMeasure(downstream: RunDownstream, event: Omit<Extract<RunEvent, { kind: 'downstreamMeasured' }>, 'timeMs'>): void {
  const { arm, labels, draw, accuracy, losses, strength, unseen } = event;
  const measure = { arm, labels, draw, accuracy, losses, strength, unseen };
  const known = downstream.measured.findIndex((one) => one.arm === arm && one.labels === labels && one.draw === draw);
  if (known < 0) downstream.measured.push(measure);
  else downstream.measured[known] = measure;
}
