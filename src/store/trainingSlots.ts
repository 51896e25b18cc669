import { mkdir, readdir, rmdir, stat, unlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isLive } from '../run/isLive.ts';
import { errorCode } from './diskError.ts';
import { readListing } from './runListing.ts';

/** A run that was given a slot may take this long to show a sign of life. */
const startMs = 30_000;

/**
 * Takes one of the slots that all windows on a runs folder share, for a run about to train. A slot is a folder `slots/<number>` beside the
 * runs with a file named after its run. Making the folder is what only one can do; freeing takes the file of that run away first, so that
 * nobody frees what another has just taken.
 * @returns the slot's number; null when all are taken by runs that live
 */
export async function takeSlot(runsFolder: string, run: string, slots: number): Promise<number | null> {
  const home = join(dirname(runsFolder), 'slots');
  await mkdir(home, { recursive: true });
  for (let slot = 1; slot <= slots; slot++) {
    const folder = join(home, String(slot));
    await freeDead(runsFolder, folder);
    if (await isTaken(folder, run)) return slot;
  }
  return null;
}

/** Gives a slot back that was taken for a run which another window has begun. */
export async function releaseSlot(runsFolder: string, run: string, slot: number): Promise<void> {
  await free(join(dirname(runsFolder), 'slots', String(slot)), run);
}

async function isTaken(folder: string, run: string): Promise<boolean> {
  try {
    await mkdir(folder);
    await writeFile(join(folder, run), String(Date.now()), { flag: 'wx' });
    return true;
  } catch (error) {
    // somebody was quicker, or swept the folder away while it was still empty
    if (['EEXIST', 'ENOENT'].includes(errorCode(error))) return false;
    throw error;
  }
}

/** Frees a slot whose run has ended, or never began. */
async function freeDead(runsFolder: string, folder: string): Promise<void> {
  const holders = await readdir(folder).catch(() => null);
  if (holders === null) return;
  for (const run of holders) {
    const { status } = await readListing(join(runsFolder, run));
    const takenMs = await stat(join(folder, run)).then(
      ({ mtimeMs }) => mtimeMs,
      () => 0,
    );
    const isStarting = status === 'queued' && Date.now() - takenMs < startMs;
    if (!isLive(status) && !isStarting) await free(folder, run);
  }
  if (holders.length === 0) await rmdir(folder).catch(() => {});
}

async function free(folder: string, run: string): Promise<void> {
  try {
    await unlink(join(folder, run));
  } catch {
    return;
  }
  // taken again meanwhile: then it is not empty
  await rmdir(folder).catch(() => {});
}
