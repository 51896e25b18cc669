import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { linearCka } from '../math/cka.ts';
import { gatherRows } from '../math/gatherRows.ts';
import type { RunState } from '../run/runState.ts';
import { readArray } from './readArray.ts';

/** Rows that are compared at most: more say the same, and a moment would cost more than 3 ms. */
const mostRows = 1000;
/** Fewer common rows say nothing of two codes. */
const fewestRows = 20;

/** A run on disk and what its log says of it. */
export interface StoredRun {
  folder: string;
  state: RunState;
}

/** How alike the codes of a run are to the last codes of another, moment by moment. */
export interface CodeSimilarity {
  /** Pairs (step, similarity), steps ascending. */
  points: Float64Array;
  /** Rows that both runs keep and that were compared. */
  rows: number;
}

const dataHash = z.object({ data: z.object({ hash: z.string() }) });

/**
 * Linear CKA (`linearCka`) between the codes of a run at each of its kept moments and the last kept codes of another run, over the rows
 * that both keep: their numbers in the data, which must be the same data.
 * @returns the similarity, or one sentence on why there is none
 */
export async function codeSimilarity(run: StoredRun, other: StoredRun): Promise<CodeSimilarity | string> {
  const [hash, otherHash] = await Promise.all([readHash(run.folder), readHash(other.folder)]);
  if (hash === null || hash !== otherHash) return `“${other.state.name}” was trained on other data: codes are compared row by row.`;
  const [kept, otherKept] = await Promise.all([readIndices(run), readIndices(other)]);
  if (!kept || !otherKept) return 'One of the runs does not say which rows it keeps: it was written before that was noted.';
  const places = new Map(Array.from(otherKept, (row, place) => [row, place]));
  const common = Array.from(kept.keys()).filter((place) => places.has(kept[place]!));
  if (common.length < fewestRows) return `Only ${common.length} rows are kept by both runs; a larger view.points keeps more.`;
  const own = Uint32Array.from(common.slice(0, mostRows));
  const last = other.state.frames.at(-1);
  const otherCodes =
    last &&
    (await readCodes(
      other,
      last.latents,
      own.map((place) => places.get(kept[place]!)!),
    ));
  if (!otherCodes) return `“${other.state.name}” has kept no codes, or they are damaged.`;
  const points: number[] = [];
  for (const { step, latents } of run.state.frames) {
    const codes = await readCodes(run, latents, own);
    if (codes) points.push(step, linearCka(codes, otherCodes));
  }
  return { points: Float64Array.from(points), rows: own.length };
}

async function readHash(folder: string): Promise<string | null> {
  try {
    return dataHash.parse(JSON.parse(await readFile(join(folder, 'resolved.json'), 'utf8'))).data.hash;
  } catch {
    return null;
  }
}

async function readIndices({ folder, state }: StoredRun): Promise<Float32Array | null> {
  const file = state.sample?.indices;
  const data = file ? (await readArray(folder, file))?.data : undefined;
  return data instanceof Float32Array ? data : null;
}

/** Codes of some of the kept rows; null where the file is missing, damaged or too short. */
async function readCodes({ folder }: StoredRun, file: string, places: Uint32Array): Promise<{ rows: Float32Array; width: number } | null> {
  const array = await readArray(folder, file);
  const width = array?.shape[1];
  if (!array || !width || !(array.data instanceof Float32Array)) return null;
  const rows = array.data.length / width;
  if (places.some((place) => place >= rows)) return null;
  const chosen = new Float32Array(places.length * width);
  gatherRows(array.data, width, places, chosen);
  return { rows: chosen, width };
}
