import { dirname } from 'node:path';
import type { RunListing } from '../store/listRuns.ts';

/** The runs of one experiment file, newest first. */
export interface RunGroup {
  /** The same across reloads: the runs folder and the experiment in it. */
  key: string;
  runsFolder: string;
  /** As the summary says it; null for runs that ended before they wrote one. */
  experimentPath: string | null;
  runs: RunListing[];
}

/** Runs by experiment file, as a lab notebook has them: the file that was trained last first, its newest run first. */
export function groupRuns(listings: readonly RunListing[]): RunGroup[] {
  const groups = new Map<string, RunGroup>();
  const newestFirst = [...listings].sort((a, b) => (a.id < b.id ? 1 : a.id > b.id ? -1 : 0));
  for (const run of newestFirst) {
    const runsFolder = dirname(run.folder);
    const experimentPath = run.summary?.experimentPath ?? null;
    const key = JSON.stringify([runsFolder, experimentPath]);
    const group = groups.get(key);
    if (group) group.runs.push(run);
    else groups.set(key, { key, runsFolder, experimentPath, runs: [run] });
  }
  return [...groups.values()];
}
