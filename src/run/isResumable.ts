import type { RunStatus } from './runSummary.ts';

/** Whether a run of this status ended before its last epoch, so that a new trainer can go on from its last checkpoint. */
export function isResumable(status: RunStatus): boolean {
  return status === 'stopped' || status === 'interrupted' || status === 'failed';
}
