import { join, resolve } from 'node:path';
import { inPortions, isRun, type RunListing, readListing, readRunIds } from './runListing.ts';
import { newerLayout } from './runsFolder.ts';

export { type RunListing, readListing } from './runListing.ts';
export { RunsWatcher } from './runsWatcher.ts';

/**
 * The runs of a runs folder, newest id first. A folder that is not there has none.
 * Folders that are no runs are left out.
 */
export async function listRuns(runsFolder: string): Promise<RunListing[]> {
  const whole = resolve(runsFolder);
  const newer = newerLayout(whole);
  const ids = await readRunIds(whole);
  const listings = await inPortions(ids, (id) => readListing(join(whole, id), newer));
  return listings.filter(isRun);
}
