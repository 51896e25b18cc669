import type { RunStatus } from './runSummary.ts';

/** Whether a trainer works on a run of this status, or is about to, or waits to go on. */
export function isLive(status: RunStatus): boolean {
  return status === 'starting' || status === 'running' || status === 'paused';
}
