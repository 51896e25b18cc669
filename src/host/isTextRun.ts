import type { RunListing } from '../store/listRuns.ts';

/** Whether a run is one of a language model, as far as its metrics tell; false before its first evaluation, when there is no model to ask either. */
export function isTextRun({ summary }: Pick<RunListing, 'summary'>): boolean {
  return summary !== null && Object.keys(summary.metrics).some((name) => /^(train|validation|test)\.nats$/.test(name));
}
