import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';

/** What a run's folder holds while it waits, and once a window has taken it to train it. */
export const queuedFile = 'queued.json';

/** queued.json in the folder of a run that waits: all that its trainer will be told. Nothing of it changes with the experiment file. */
const queuedSchema = z.object({
  version: z.literal(1),
  /** Runs with a smaller number go first. */
  position: z.number(),
  experimentPath: z.string(),
  text: z.string(),
  engine: z.enum(['compiled', 'tensorflow', 'wasm']).nullable(),
  leased: z.boolean(),
});
/** A training that waits for a slot. */
export type QueuedTraining = z.output<typeof queuedSchema>;

/** What waits in the folder of a run; null where nothing does, or it is damaged. */
export const readQueued = (folder: string): Promise<QueuedTraining | null> => readTraining(join(folder, queuedFile));

/** A training that waits or was taken, from its file; null where it is missing or damaged. */
export async function readTraining(path: string): Promise<QueuedTraining | null> {
  try {
    return queuedSchema.safeParse(JSON.parse(await readFile(path, 'utf8'))).data ?? null;
  } catch {
    return null;
  }
}
