import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';

const resolvedSchema = z.object({ experiment: z.record(z.string(), z.unknown()), data: z.object({ hash: z.string() }) });

/** What resolved.json says of a run's settings. */
export interface ResolvedSettings {
  /** The experiment with every default, as the version that ran it wrote it. */
  experiment: Record<string, unknown>;
  /** Tells data from other data. */
  dataHash: string;
}

/** The settings of a run and which data it was trained on; null where resolved.json is missing or damaged. */
export async function readResolvedSettings(folder: string): Promise<ResolvedSettings | null> {
  try {
    const { experiment, data } = resolvedSchema.parse(JSON.parse(await readFile(join(folder, 'resolved.json'), 'utf8')));
    return { experiment, dataHash: data.hash };
  } catch {
    return null;
  }
}
