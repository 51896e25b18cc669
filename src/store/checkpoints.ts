import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../experiment/problem.ts';

/** SHA-256 of each file of a checkpoint, by its name. */
const checksums = 'checksums.json';

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
  const { [checksums]: _sums, ...files } = await readFiles(folder, step);
  return files;
}

async function readFiles(folder: string, step: number): Promise<Record<string, Uint8Array>> {
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

/** A checkpoint whose files are as they were written. */
export interface WholeCheckpoint {
  step: number;
  files: Record<string, Uint8Array>;
}

/**
 * The newest whole checkpoint of a run; one whose checksums do not fit its files is passed over.
 * @param latest steps beyond it are passed over too: the log does not reach so far
 * @returns null when there is none, with the steps of those that were damaged
 */
export async function readNewestCheckpoint(
  folder: string,
  latest = Number.POSITIVE_INFINITY,
): Promise<{ found: WholeCheckpoint | null; damaged: number[] }> {
  const damaged: number[] = [];
  for (const step of (await listCheckpoints(folder)).filter((one) => one <= latest).reverse()) {
    const files = await readFiles(folder, step).catch(() => null);
    if (files !== null && isWhole(files)) return { found: { step, files }, damaged };
    damaged.push(step);
  }
  return { found: null, damaged };
}

/** Checkpoints from before there were checksums are taken as they are. */
function isWhole(files: Readonly<Record<string, Uint8Array>>): boolean {
  const { [checksums]: written, ...content } = files;
  if (written === undefined) return true;
  try {
    const sums = JSON.parse(new TextDecoder().decode(written)) as Record<string, unknown>;
    const names = Object.keys(sums);
    return names.every((name) => content[name] !== undefined && sums[name] === createHash('sha256').update(content[name]).digest('hex'));
  } catch {
    return false;
  }
}
