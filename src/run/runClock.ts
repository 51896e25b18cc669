import type { RunState } from './runState.ts';

/** Points of the recent pace that are kept, and the active time between two of them. */
const PACE_POINTS = 40;
const PACE_GAP_MS = 250;

/** Opens an interval of training at this time. */
export function startClock(state: RunState, timeMs: number): void {
  stopClock(state, timeMs);
  state.activeSinceMs = timeMs;
}

/** Closes the open interval of training, if there is one. A clock that was set back counts as no time. */
export function stopClock(state: RunState, timeMs: number): void {
  if (state.activeSinceMs !== null) state.activeMs += Math.max(0, timeMs - state.activeSinceMs);
  state.activeSinceMs = null;
}

/** Seconds spent training up to now, pauses and times between sittings excluded. */
export function elapsedSeconds(state: RunState, nowMs: number): number {
  const open = state.activeSinceMs === null ? 0 : Math.max(0, nowMs - state.activeSinceMs);
  return (state.activeMs + open) / 1000;
}

/** Takes in a step for the recent pace. */
export function notePace(state: RunState, timeMs: number): void {
  if (state.activeSinceMs === null) return;
  const activeMs = state.activeMs + Math.max(0, timeMs - state.activeSinceMs);
  const before = state.pace.at(-2);
  if (before && activeMs - before.activeMs < PACE_GAP_MS) state.pace.pop();
  state.pace.push({ activeMs, step: state.step });
  if (state.pace.length > PACE_POINTS) state.pace.shift();
}

/**
 * Seconds of training that remain at the recent pace (about the last ten seconds).
 * @returns null when the run has ended or nothing can be said yet
 */
export function remainingSeconds(state: RunState): number | null {
  if (state.status !== 'running' && state.status !== 'paused') return null;
  const first = state.pace[0];
  const last = state.pace.at(-1);
  if (!first || !last || last.step <= first.step || last.activeMs <= first.activeMs) return null;
  const secondsAStep = (last.activeMs - first.activeMs) / 1000 / (last.step - first.step);
  return Math.max(0, state.totalSteps - state.step) * secondsAStep;
}
