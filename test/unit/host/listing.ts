import type { RunSummary } from '../../../src/run/runSummary.ts';
import type { RunListing } from '../../../src/store/listRuns.ts';

/** A summary with the usual values and these. */
export function summaryWith(change: Partial<RunSummary> = {}): RunSummary {
  return {
    version: 1,
    name: 'Digits',
    experimentPath: 'digits.latent.jsonc',
    status: 'finished',
    session: 1,
    startedMs: 0,
    updatedMs: 60_000,
    endedMs: 60_000,
    step: 100,
    epoch: 50,
    totalSteps: 100,
    totalEpochs: 50,
    seconds: 60,
    engine: 'wasm',
    threads: 1,
    enginePassedOver: null,
    seed: 0,
    settings: 'mlp 64-[64]-16',
    metrics: { 'validation.loss': 1.58 },
    claims: [],
    reason: null,
    ...change,
  };
}

/** A listing with the usual values and these; its status is its summary's. */
export function listingWith(change: Partial<RunListing> = {}): RunListing {
  const summary = change.summary === undefined ? summaryWith() : change.summary;
  const id = change.id ?? '20260101-120000-aaaa';
  return {
    id,
    folder: `/lab/.latent/runs/${id}`,
    summary,
    status: summary?.status ?? 'starting',
    reason: summary?.reason ?? null,
    exit: null,
    notes: { name: '', tags: [], note: '', starred: false, archived: false },
    problem: null,
    ...change,
  };
}
