import { existsSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { UserError } from '../experiment/problem.ts';
import { runsFolderFor } from '../store/runsFolder.ts';

/** The folder of a run named by its id or by its folder. @throws UserError when there is none */
export async function findRun(word: string): Promise<string> {
  const direct = resolve(word);
  if (existsSync(join(direct, 'events.jsonl')) || existsSync(join(direct, 'summary.json'))) return direct;
  const runs = await runsFolderFor(resolve('any'));
  const byId = join(runs, basename(word));
  if (existsSync(byId)) return byId;
  throw new UserError(`there is no run "${word}", neither a folder nor an id in ${runs}; latent-lab runs lists them`);
}
