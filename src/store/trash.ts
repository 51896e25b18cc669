import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { UserError } from '../experiment/problem.ts';
import { explainDiskError } from './diskError.ts';
import { renamePatiently } from './replaceFile.ts';
import { isAlive } from './runLock.ts';
import { homeOf, touchRunsFolder } from './runsFolder.ts';

/**
 * Moves a run's folder to `.latent/trash` (`.trash` inside a runs folder that stands alone), where Undo finds it.
 * @returns the folder's place in the trash
 * @throws UserError when the run is still being written, or the folder cannot be moved
 */
export async function moveToTrash(folder: string): Promise<string> {
  const from = resolve(folder);
  if ((await isAlive(from)) === 'alive') throw new UserError(`${basename(from)} is still training; stop it, then delete it`);
  const runsFolder = dirname(from);
  const home = basename(runsFolder) === 'runs' ? homeOf(runsFolder) : null;
  const trashed = await move(from, home ? join(home, 'trash') : join(runsFolder, '.trash'));
  await touchRunsFolder(runsFolder);
  return trashed;
}

/**
 * Puts a run back from the trash.
 * @param trashed what `moveToTrash` returned
 * @returns the run's folder
 */
export async function restoreFromTrash(trashed: string): Promise<string> {
  const trash = dirname(resolve(trashed));
  const runsFolder = basename(trash) === '.trash' ? dirname(trash) : join(dirname(trash), 'runs');
  return move(resolve(trashed), runsFolder);
}

async function move(from: string, into: string): Promise<string> {
  const to = freePlace(join(into, basename(from)));
  try {
    await mkdir(into, { recursive: true });
    await renamePatiently(from, to);
    return to;
  } catch (error) {
    throw explainDiskError(error, to);
  }
}

function freePlace(wanted: string): string {
  let place = wanted;
  for (let n = 2; existsSync(place); n++) place = `${wanted}-${n}`;
  return place;
}
