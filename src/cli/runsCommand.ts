import { resolve } from 'node:path';
import { describeRun } from '../run/describeRun.ts';
import { listRuns } from '../store/listRuns.ts';
import { runsFolderFor } from '../store/runsFolder.ts';
import type { Command } from './commands.ts';
import { readArguments } from './readArguments.ts';
import { painter, safeText, table } from './terminal.ts';

const usage = 'runs [DIR] [--json]';

/** `latent-lab runs`: every run of a folder, newest first. */
export const runsCommand: Command = {
  usage,
  summary: 'list the runs of a folder, newest first',
  run: async (args) => {
    const { values, positionals } = readArguments(args, { json: { type: 'boolean' } }, usage);
    const folder = positionals[0] === undefined ? await runsFolderFor(resolve('any')) : resolve(positionals[0]);
    const runs = await listRuns(folder);
    if (values.json) {
      console.log(
        JSON.stringify(runs.map(({ id, folder, status, summary }) => ({ run: id, folder, status, ...summary, version: undefined }))),
      );
      return 0;
    }
    if (runs.length === 0) {
      console.log(`no runs in ${folder}; latent-lab train FILE makes one`);
      return 0;
    }
    const now = Date.now();
    const rows = runs.map(({ id, status, summary }) => [
      id,
      status,
      summary === null ? '' : describeRun({ ...summary, status }, now),
      safeText(summary?.name ?? '', 50),
      safeText(summary?.settings ?? '', 60),
    ]);
    console.log(table([['run', 'status', 'state', 'name', 'settings'], ...rows], painter(process.stdout)));
    return 0;
  },
};
