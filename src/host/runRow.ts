import { describeEngine } from '../run/describeEngine.ts';
import { describeRun } from '../run/describeRun.ts';
import type { RunStatus } from '../run/runSummary.ts';
import type { RunListing } from '../store/listRuns.ts';
import { isTextRun } from './isTextRun.ts';

/** A run as the tree shows it, without any type of the editor. */
export interface RunRow {
  label: string;
  description: string;
  /** A codicon, and the theme colour it is drawn in. */
  icon: { id: string; colour?: string };
  /** `run.<status>`, with `.text` for a language model: what `when` clauses of the manifest read. */
  contextValue: string;
  accessibilityLabel: string;
}

const icons: Record<RunStatus, RunRow['icon']> = {
  queued: { id: 'clock' },
  starting: { id: 'loading~spin', colour: 'charts.blue' },
  running: { id: 'loading~spin', colour: 'charts.blue' },
  paused: { id: 'debug-pause', colour: 'charts.blue' },
  finished: { id: 'check', colour: 'testing.iconPassed' },
  stopped: { id: 'debug-stop' },
  failed: { id: 'error', colour: 'list.errorForeground' },
  interrupted: { id: 'warning', colour: 'list.warningForeground' },
  unreachable: { id: 'question', colour: 'list.warningForeground' },
};

/** What the tree shows of a run at this time (milliseconds since 1970); `before`: how many go first where it waits. */
export function runRow(listing: RunListing, nowMs: number, before = 0): RunRow {
  const label = runLabel(listing);
  const description = listing.status === 'queued' && before > 0 ? `waits, ${before} before it` : describeListing(listing, nowMs);
  return {
    label,
    description,
    icon: listing.notes.starred && listing.status === 'finished' ? { id: 'star-full', colour: 'charts.yellow' } : icons[listing.status],
    contextValue: `run.${listing.status}${isTextRun(listing) ? '.text' : ''}`,
    accessibilityLabel: `${label}, ${listing.status}, ${description}`,
  };
}

/** The name people know a run by: the one they gave it, else its experiment's, else its id. */
export function runLabel({ notes, summary, id }: RunListing): string {
  return notes.name || summary?.name || id;
}

/** What computes a run, and why nothing faster does; no line before its engine is chosen. */
export function engineLines({ summary }: RunListing): string[] {
  return summary ? [describeEngine(summary), summary.enginePassedOver ?? ''].filter((line) => line !== '') : [];
}

/** A run's place and main number in a few words. */
export function describeListing({ summary, status, exit, problem }: RunListing, nowMs: number): string {
  if (problem) return problem;
  if (summary) return describeRun({ ...summary, status }, nowMs);
  if (exit?.signal) return `ended by ${exit.signal} before it began`;
  return status === 'starting' || status === 'running' ? 'starting' : `${status} before it began`;
}
