import { dirname, join, resolve } from 'node:path';
import type { RunListing } from '../store/listRuns.ts';
import type { RunsModel } from './runsModel.ts';

/** The newest run of an experiment file, of those that fit. */
export function newestRunOf(path: string, runs: RunsModel, fits: (run: RunListing) => boolean = () => true): RunListing | undefined {
  return runs
    .all()
    .filter((run) => experimentFileOf(run) === path && fits(run))
    .reduce<RunListing | undefined>((newest, run) => (newest && newest.id > run.id ? newest : run), undefined);
}

/** The experiment file of a run: runs lie in <workspace>/.latent/runs. */
function experimentFileOf({ folder, summary }: RunListing): string | undefined {
  return summary ? resolve(join(dirname(folder), '..', '..'), summary.experimentPath) : undefined;
}
