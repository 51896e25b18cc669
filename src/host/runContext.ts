import { isResumable } from '../run/isResumable.ts';
import type { RunListing } from '../store/listRuns.ts';

/** What the `when` clauses of the manifest know about the runs, without the prefix `latentLab.`. */
export interface RunContext {
  hasRun: boolean;
  /** At least two: there is something to compare. */
  hasSeveralRuns: boolean;
  /** Starting, training or paused. */
  hasLiveRun: boolean;
  /** Starting or training. */
  hasTrainingRun: boolean;
  /** Waits for its turn. */
  hasQueuedRun: boolean;
  /** Paused, or ended before its last epoch. */
  hasResumableRun: boolean;
}

/** The context of these runs. */
export function runContext(listings: readonly Pick<RunListing, 'status'>[]): RunContext {
  const has = (...statuses: RunListing['status'][]) => listings.some(({ status }) => statuses.includes(status));
  return {
    hasRun: listings.length > 0,
    hasSeveralRuns: listings.length > 1,
    hasLiveRun: has('starting', 'running', 'paused'),
    hasTrainingRun: has('starting', 'running'),
    hasQueuedRun: has('queued'),
    hasResumableRun: listings.some(({ status }) => status === 'paused' || isResumable(status)),
  };
}
