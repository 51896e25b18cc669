import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import * as z from 'zod';
import { UserError } from '../experiment/problem.ts';
import type { RunSummary } from '../run/runSummary.ts';
import { workspaceOf } from '../store/runsFolder.ts';

const resolvedSchema = z.object({
  experiment: z.record(z.string(), z.unknown()),
  data: z.object({ hash: z.string() }),
  engine: z.object({ kind: z.enum(['compiled', 'tensorflow', 'wasm', 'counting']), threads: z.int().optional() }),
});

/** How a run on disk was made. */
export interface StoredRun {
  /** The experiment with every default, as a file would say it. */
  written: Record<string, unknown>;
  dataHash: string;
  /** Undefined for a model that was counted. */
  engine: 'compiled' | 'tensorflow' | 'wasm' | undefined;
  threads: number | undefined;
  /** Where the experiment's file lies: relative to the workspace of the run, or to where people stand. */
  experimentPath(summary: Pick<RunSummary, 'experimentPath'>): string;
}

/**
 * Reads how a run was made.
 * @throws UserError when resolved.json is missing or damaged
 */
export async function readStoredRun(folder: string): Promise<StoredRun> {
  const path = join(folder, 'resolved.json');
  const text = await readFile(path, 'utf8').catch(() => null);
  if (text === null) throw new UserError(`${folder} has no resolved.json, which tells how the run was made; train it again`);
  try {
    const { experiment, data, engine } = resolvedSchema.parse(JSON.parse(text));
    const { plan: _plan, ...written } = experiment;
    return {
      written,
      dataHash: data.hash,
      engine: engine.kind === 'counting' ? undefined : engine.kind,
      threads: engine.threads,
      experimentPath: ({ experimentPath }) => placeOf(folder, experimentPath),
    };
  } catch {
    throw new UserError(`${path} is damaged; train the run again`);
  }
}

function placeOf(folder: string, experimentPath: string): string {
  const places = [workspaceOf(folder), workspaceOf(resolve('any')), resolve('.')].map((place) => join(place, experimentPath));
  return places.find((path) => existsSync(path)) ?? places[0]!;
}
