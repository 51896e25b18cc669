import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { errorCode } from './diskError.ts';

/** How long a rename is tried again where Windows keeps a file for another reader. */
const RETRY_MS = 2000;
const PAUSE_MS = 20;

let count = 0;
/** A name beside `path` that nobody else uses. */
function besideOf(path: string): string {
  count += 1;
  return `${path}.${process.pid}-${count}.tmp`;
}

function isTransient(error: unknown): boolean {
  return process.platform === 'win32' && ['EPERM', 'EBUSY', 'EACCES'].includes(errorCode(error));
}

/** Renames a file or folder; on Windows tries again for two seconds while another program holds it. */
export async function renamePatiently(from: string, to: string): Promise<void> {
  const endMs = Date.now() + RETRY_MS;
  for (;;) {
    try {
      await rename(from, to);
      return;
    } catch (error) {
      if (!isTransient(error) || Date.now() > endMs) throw error;
      await wait(PAUSE_MS);
    }
  }
}

/** Puts a whole file in the place of an older one: a reader sees the one or the other, also after a power cut. */
export async function replaceFile(path: string, content: string | Uint8Array): Promise<void> {
  const beside = besideOf(path);
  try {
    const file = await open(beside, 'w');
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await renamePatiently(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}

/** The same at once and without waiting for the disk: a reader sees the one or the other. */
export function replaceFileNow(path: string, content: string | Uint8Array): void {
  const beside = besideOf(path);
  try {
    writeFileSync(beside, content);
    renameNow(beside, path);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
}

function renameNow(from: string, to: string): void {
  const endMs = Date.now() + RETRY_MS;
  for (;;) {
    try {
      renameSync(from, to);
      return;
    } catch (error) {
      if (!isTransient(error) || Date.now() > endMs) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
    }
  }
}
