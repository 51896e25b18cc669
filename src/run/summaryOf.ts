import { elapsedSeconds } from './runClock.ts';
import type { RunState } from './runState.ts';
import type { RunSummary } from './runSummary.ts';

/** What a summary needs beside the events. */
export interface SummaryExtras {
  experimentPath: string;
  seed: number;
  /** One line of settings. */
  settings: string;
  /** Time of writing, milliseconds since 1970. */
  nowMs: number;
}

/** summary.json of a run: all that a list shows of it. */
export function summaryOf(state: RunState, extras: SummaryExtras): RunSummary {
  return {
    version: 1,
    name: state.name,
    experimentPath: extras.experimentPath,
    status: state.status,
    session: Math.max(1, state.session),
    startedMs: state.startedMs ?? extras.nowMs,
    updatedMs: extras.nowMs,
    endedMs: state.endedMs,
    step: state.step,
    epoch: state.epoch,
    totalSteps: state.totalSteps,
    totalEpochs: state.totalEpochs,
    seconds: elapsedSeconds(state, extras.nowMs),
    engine: state.engine,
    threads: state.threads,
    enginePassedOver: state.enginePassedOver,
    seed: extras.seed,
    settings: extras.settings,
    metrics: { ...state.metrics },
    claims: state.claims,
    reason: state.reason,
  };
}
