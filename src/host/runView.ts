import type { RunView } from '../protocol/page.ts';
import { describeClaim } from '../run/describeClaim.ts';
import { isLive } from '../run/isLive.ts';
import { languageFacts } from '../run/languageFacts.ts';
import { elapsedSeconds, remainingSeconds } from '../run/runClock.ts';
import { runSentence } from '../run/runSentence.ts';
import type { RunState } from '../run/runState.ts';
import type { RunStatus } from '../run/runSummary.ts';
import type { RunListing } from '../store/listRuns.ts';

/** The header's facts: what the events tell, corrected by what the disk knows (a name of its own, a trainer that died without a word). */
export function runView(state: RunState, id: string, listing: RunListing | undefined, nowMs: number): RunView {
  const status = knownStatus(state.status, listing?.status);
  const reason = state.reason ?? listing?.reason ?? null;
  return {
    id,
    name: listing?.notes.name || state.name || listing?.summary?.name || id,
    status,
    step: state.step,
    epoch: state.epoch,
    totalSteps: state.totalSteps,
    totalEpochs: state.totalEpochs,
    elapsedSeconds: elapsedSeconds(state, isLive(status) ? nowMs : state.updatedMs),
    remainingSeconds: status === 'running' || status === 'paused' ? remainingSeconds(state) : null,
    engine: state.engine,
    seed: listing?.summary?.seed ?? 0,
    learningRate: state.learningRate,
    sentence: runSentence(state, { status, reason }),
    reason,
    // JSON has no word for the others; the sentence says that a number is none
    metrics: Object.fromEntries(Object.entries(state.metrics).filter(([, value]) => Number.isFinite(value))),
    claims: state.claims.map((claim) => ({ text: claim.text, verdict: claim.verdict, words: describeClaim(claim) })),
    downstream: state.downstream,
    language: languageFacts(state),
    marks: state.marks,
    skipped: state.skipped,
  };
}

/** The events are newer than the list, but a dead trainer writes none: of a run that seems live the list knows better that it is not. */
function knownStatus(told: RunStatus, listed: RunStatus | undefined): RunStatus {
  return isLive(told) && listed && !isLive(listed) ? listed : told;
}
