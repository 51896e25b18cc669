import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceFile } from './replaceFile.ts';

/** Lines of the log that say how a trainer ended, and how far back they are looked for. */
const LAST_LINES = 20;
const TAIL_BYTES = 16_384;

/** exit.json: how the trainer's process ended, written by its parent. */
export interface RunExit {
  code: number | null;
  signal: string | null;
  /** The end of trainer.log. */
  lastLines: string[];
  /** When it ended, milliseconds since 1970; 0 where nothing says. */
  atMs: number;
}

/** How a process ended, as its parent sees it; without `lastLines` they are read from trainer.log. */
export interface ProcessEnd {
  code: number | null;
  signal: string | null;
  lastLines?: string[];
}

/** Writes exit.json. The parent calls it once a sitting. */
export async function writeExit(folder: string, end: ProcessEnd): Promise<RunExit> {
  const lastLines = end.lastLines ?? (await readLastLines(join(folder, 'trainer.log')));
  const exit: RunExit = { code: end.code, signal: end.signal, lastLines, atMs: Date.now() };
  await replaceFile(join(folder, 'exit.json'), `${JSON.stringify({ version: 1, ...exit }, null, 2)}\n`);
  return exit;
}

/** What exit.json of a run says; null where there is none or it is damaged. */
export async function readExit(folder: string): Promise<RunExit | null> {
  const text = await readFile(join(folder, 'exit.json'), 'utf8').catch(() => null);
  if (text === null) return null;
  try {
    const found = JSON.parse(text) as Partial<Record<keyof RunExit, unknown>> | null;
    if (found === null || typeof found !== 'object') return null;
    return {
      code: typeof found.code === 'number' ? found.code : null,
      signal: typeof found.signal === 'string' ? found.signal : null,
      lastLines: Array.isArray(found.lastLines) ? found.lastLines.filter((line) => typeof line === 'string') : [],
      atMs: typeof found.atMs === 'number' ? found.atMs : 0,
    };
  } catch {
    return null;
  }
}

async function readLastLines(path: string): Promise<string[]> {
  const file = await open(path, 'r').catch(() => null);
  if (!file) return [];
  try {
    const { size } = await file.stat();
    const bytes = Buffer.alloc(Math.min(size, TAIL_BYTES));
    const { bytesRead } = await file.read(bytes, 0, bytes.length, size - bytes.length);
    const lines = bytes.subarray(0, bytesRead).toString('utf8').split(/\r?\n/);
    // the first line of a tail is cut somewhere
    if (size > TAIL_BYTES) lines.shift();
    return lines.filter((line) => line.trim() !== '').slice(-LAST_LINES);
  } finally {
    await file.close();
  }
}
