import { epochOrder } from '../data/batchOrder.ts';
import type { Feeds } from '../engine/engine.ts';
import type { Trainee } from './trainee.ts';

/** Batches of some steps in a row. */
export interface Batches {
  /** One-based numbers of the steps. */
  steps: number[];
  /** Rows of each step. */
  rows: number;
  feeds: Feeds;
}

/** The batches of a run: every epoch presents the training rows once, in an order that only the seed and its number decide. */
export class EpochBatches {
  private order = new Uint32Array(0);
  private epoch = -1;

  constructor(private readonly trainee: Trainee) {}

  /**
   * The batches of the next steps of one epoch, all of the same rows: the last batch of an epoch may be smaller and goes alone.
   * @param taken steps taken so far
   * @param most steps wanted at most
   */
  next(taken: number, most: number): Batches {
    const { seed, plan } = this.trainee.basis.experiment;
    this.turnTo(Math.floor(taken / plan.stepsPerEpoch), seed);
    const inEpoch = taken % plan.stepsPerEpoch;
    const from = inEpoch * plan.batchSize;
    const rows = Math.min(plan.batchSize, this.order.length - from);
    const left = plan.stepsPerEpoch - inEpoch;
    const ofThisSize = rows < plan.batchSize ? 1 : Math.max(1, this.order.length % plan.batchSize === 0 ? left : left - 1);
    const steps = Array.from({ length: Math.min(ofThisSize, most) }, (_, i) => taken + 1 + i);
    return { steps, rows, feeds: this.trainee.gather(this.order.subarray(from, from + steps.length * rows), steps) };
  }

  private turnTo(epoch: number, seed: number): void {
    if (epoch === this.epoch) return;
    this.order = new Uint32Array(epochOrder(this.trainee.rows.train, seed, epoch));
    this.epoch = epoch;
  }
}
