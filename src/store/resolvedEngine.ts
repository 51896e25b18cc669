import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';

const resolvedSchema = z.object({ engine: z.object({ description: z.string(), reason: z.string() }) });

/** What resolved.json says of a run's engine. */
export interface ResolvedEngine {
  /** "ONNX Runtime 1.30.0, graphs traced by TensorFlow.js" */
  description: string;
  /** Why this engine and no other. */
  reason: string;
}

/** What computed a run, and why it; null where resolved.json is not there or does not say. */
export async function readResolvedEngine(folder: string): Promise<ResolvedEngine | null> {
  try {
    return resolvedSchema.parse(JSON.parse(await readFile(join(folder, 'resolved.json'), 'utf8'))).engine;
  } catch {
    return null;
  }
}
