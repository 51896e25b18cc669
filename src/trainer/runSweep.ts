import { isLowerBetter } from '../run/isLowerBetter.ts';
import type { RunStatus } from '../run/runSummary.ts';
import { halvingRungs, type SweepTrial } from '../run/sweepTrials.ts';

/** A trial and what has come of it. */
export interface TrialResult extends SweepTrial {
  /** Id of its run; null before it began. */
  run: string | null;
  /** `waiting`: has not begun. */
  status: RunStatus | 'waiting';
  metrics: Record<string, number>;
  reason: string | null;
  seconds: number;
}

/** What the sweep is told of one sitting of a trial. */
export type TrialEnd = Pick<TrialResult, 'status' | 'metrics' | 'reason' | 'seconds'> & { run: string };

/** A sweep about to run. */
export interface SweepPlan {
  trials: readonly SweepTrial[];
  how: 'grid' | 'random' | 'successiveHalving';
  /** The metric that orders the trials. */
  by: string;
  /** Trials that train at the same time. */
  parallel: number;
  /** Trains a trial to a share of its steps: anew, or on from where its run was stopped. */
  train(trial: TrialResult, untilShare: number): Promise<TrialEnd>;
  /** Told after every sitting. */
  onEnd?(trial: TrialResult, results: readonly TrialResult[]): void;
  /** Whether nothing more is to be begun. */
  isStopped(): boolean;
}

/**
 * Trains all trials of a sweep, so many at a time; by halving, rung by rung. A trial that fails is out, the others go on.
 * @returns the trials, those that were trained longest first, in the order of `compareTrials`
 */
export async function runSweep(plan: SweepPlan): Promise<TrialResult[]> {
  const results = plan.trials.map(
    (trial): TrialResult => ({ ...trial, run: null, status: 'waiting', metrics: {}, reason: null, seconds: 0 }),
  );
  const rungs = plan.how === 'successiveHalving' ? halvingRungs(results.length) : [{ runs: results.length, share: 1 }];
  /** By number: the share of the training that a trial was given. */
  const given = new Map<number, number>();
  let going = results;
  for (const { runs, share } of rungs) {
    going = [...going].sort(compareTrials(plan.by)).slice(0, runs);
    for (const { number } of going) given.set(number, share);
    await trainAll(going, share, plan, results);
    going = going.filter(({ status }) => status !== 'failed');
  }
  const better = compareTrials(plan.by);
  return results.sort((a, b) => given.get(b.number)! - given.get(a.number)! || better(a, b));
}

async function trainAll(going: readonly TrialResult[], share: number, plan: SweepPlan, results: readonly TrialResult[]): Promise<void> {
  // one that has finished already (its patience ran out) has no more to say
  const waiting = going.filter(({ status }) => status !== 'finished').sort((a, b) => a.number - b.number);
  const work = async (): Promise<void> => {
    for (let trial = waiting.shift(); trial !== undefined && !plan.isStopped(); trial = waiting.shift()) {
      const { seconds, ...end } = await plan.train(trial, share);
      Object.assign(trial, end, { seconds: trial.seconds + seconds });
      plan.onEnd?.(trial, results);
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, plan.parallel) }, work));
}

/** The better trial first; those without a finite value of the metric last, in the order of their numbers. */
export function compareTrials(by: string): (a: TrialResult, b: TrialResult) => number {
  const sign = isLowerBetter(by) ? 1 : -1;
  const worth = ({ metrics }: TrialResult) => (Number.isFinite(metrics[by]) ? sign * metrics[by]! : Number.POSITIVE_INFINITY);
  return (a, b) => {
    const [x, y] = [worth(a), worth(b)];
    return x === y ? a.number - b.number : x - y;
  };
}
