import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import { explainDiskError } from './diskError.ts';
import { replaceFile } from './replaceFile.ts';
import { touchRunsFolder } from './runsFolder.ts';

/** notes.json: what people say of a run. A damaged field falls back to its default. */
export const runNotesSchema = z.object({
  /** The name people gave it; null keeps the experiment's. */
  name: z.string().nullable().default(null).catch(null),
  tags: z.array(z.string()).default([]).catch([]),
  note: z.string().default('').catch(''),
  starred: z.boolean().default(false).catch(false),
  archived: z.boolean().default(false).catch(false),
});

/** What people say of a run. */
export type RunNotes = z.output<typeof runNotesSchema>;

/** What people say of a run; the defaults where nothing was said. */
export async function readNotes(folder: string): Promise<RunNotes> {
  return runNotesSchema.parse(await readRaw(folder));
}

/**
 * Changes some of the notes and leaves the others, those of newer versions too, as they are on disk at that moment.
 * @throws UserError when the folder cannot be written
 */
export async function writeNotes(folder: string, change: Partial<RunNotes>): Promise<RunNotes> {
  const merged = { version: 1, ...(await readRaw(folder)), ...change };
  try {
    await replaceFile(join(folder, 'notes.json'), `${JSON.stringify(merged, null, 2)}\n`);
  } catch (error) {
    throw explainDiskError(error, join(folder, 'notes.json'));
  }
  await touchRunsFolder(dirname(folder));
  return runNotesSchema.parse(merged);
}

async function readRaw(folder: string): Promise<Record<string, unknown>> {
  try {
    const found: unknown = JSON.parse(await readFile(join(folder, 'notes.json'), 'utf8'));
    return found !== null && typeof found === 'object' && !Array.isArray(found) ? { ...found } : {};
  } catch {
    return {};
  }
}
