import { readFile, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { decodeNpy, type NpyArray } from '../math/npy.ts';

const ARRAY_FILE = /^arrays\/[\w.-]+\.npy$/;

/**
 * An array that an event named.
 * @param file "arrays/<name>.npy"; anything else, and a link that leads out of the run's folder, is refused: logs may come from anywhere
 * @returns null when it is missing, damaged or refused
 */
export async function readArray(folder: string, file: string): Promise<{ data: NpyArray; shape: number[] } | null> {
  if (!ARRAY_FILE.test(file)) return null;
  try {
    const home = await realpath(folder);
    const path = await realpath(join(home, file));
    if (!path.startsWith(home + sep)) return null;
    return decodeNpy(await readFile(path));
  } catch {
    return null;
  }
}
