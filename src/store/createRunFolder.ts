import { randomInt } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode, explainDiskError } from './diskError.ts';

/** The shape of a run's id: local date and time, and four characters that tell runs of one second apart. */
export const RUN_ID = /^\d{8}-\d{6}-[0-9a-z]{4}$/;

/**
 * Makes the folder of a new run by exclusive mkdir, so that two makers never share one.
 * @param now time that the id tells
 * @throws UserError when the runs folder cannot be written
 */
export async function createRunFolder(runsFolder: string, now = new Date()): Promise<{ id: string; folder: string }> {
  for (;;) {
    const id = newRunId(now);
    const folder = join(runsFolder, id);
    try {
      await mkdir(folder);
      return { id, folder };
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw explainDiskError(error, folder);
    }
  }
}

/** A run id `YYYYMMDD-HHMMSS-xxxx` in local time. */
export function newRunId(now: Date): string {
  const two = (n: number) => String(n).padStart(2, '0');
  const date = `${now.getFullYear()}${two(now.getMonth() + 1)}${two(now.getDate())}`;
  const time = `${two(now.getHours())}${two(now.getMinutes())}${two(now.getSeconds())}`;
  const tail = randomInt(36 ** 4)
    .toString(36)
    .padStart(4, '0');
  return `${date}-${time}-${tail}`;
}
