import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../experiment/problem.ts';

/** Steps of the checkpoints that a run has on disk, oldest first. */
export async function listCheckpoints(folder: string): Promise<number[]> {
  const names = await readdir(join(folder, 'checkpoints')).catch(() => []);
  return names
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .sort((a, b) => a - b);
}

/**
 * The files of a checkpoint by their names.
 * @throws UserError when there is none at this step
 */
export async function readCheckpoint(folder: string, step: number): Promise<Record<string, Uint8Array>> {
  const place = join(folder, 'checkpoints', String(step));
  const names = await readdir(place).catch(() => null);
  if (!names) {
    const steps = await listCheckpoints(folder);
    const others = steps.length > 0 ? `there are checkpoints at ${steps.join(', ')}` : 'the run has none';
    throw new UserError(`${folder} has no checkpoint at step ${step}; ${others}`);
  }
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, new Uint8Array(await readFile(join(place, name)))] as const)),
  );
}
