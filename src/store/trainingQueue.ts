import { rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { RunSummary } from '../run/runSummary.ts';
import { serialiseSummary } from '../run/serialiseSummary.ts';
import { errorCode } from './diskError.ts';
import { type QueuedTraining, queuedFile, readQueued, readTraining } from './queuedTraining.ts';
import { queueOf } from './queueOrder.ts';
import { replaceFile } from './replaceFile.ts';
import type { RunListing } from './runListing.ts';
import { touchRunsFolder } from './runsFolder.ts';

const claimedFile = 'claimed.json';

/** What a list shows of a run that waits. */
export interface QueuedFacts {
  name: string;
  /** As the summary of a run has it. */
  experimentPath: string;
  seed: number;
  nowMs: number;
}

/** Puts a run at the end of the queue: the run is there, and shown, before it trains. */
export async function enqueue(folder: string, training: Omit<QueuedTraining, 'version' | 'position'>, facts: QueuedFacts): Promise<void> {
  await write(folder, { version: 1, position: facts.nowMs, ...training });
  await replaceFile(join(folder, 'summary.json'), serialiseSummary(queuedSummary(facts)));
}

function queuedSummary({ name, experimentPath, seed, nowMs }: QueuedFacts): RunSummary {
  return {
    version: 1,
    name,
    experimentPath,
    status: 'queued',
    session: 1,
    startedMs: nowMs,
    updatedMs: nowMs,
    endedMs: null,
    step: 0,
    epoch: 0,
    totalSteps: 0,
    totalEpochs: 0,
    seconds: 0,
    engine: '',
    threads: null,
    enginePassedOver: null,
    seed,
    settings: '',
    metrics: {},
    claims: [],
    reason: null,
  };
}

/**
 * Takes a run out of the queue to train it: of several windows that try, one succeeds.
 * @returns null where another was quicker, or the entry is damaged
 */
export async function claim(folder: string): Promise<QueuedTraining | null> {
  try {
    await rename(join(folder, queuedFile), join(folder, claimedFile));
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  }
  await touchRunsFolder(dirname(folder));
  return readTraining(join(folder, claimedFile));
}

/** Moves a run in the queue by so many places, towards the front where it is negative; the ends of the queue end it. */
export async function moveInQueue(listings: readonly RunListing[], id: string, places: number): Promise<void> {
  const queue = queueOf(listings);
  const from = queue.findIndex((waiting) => waiting.id === id);
  if (from < 0) return;
  const others = queue.filter((_, i) => i !== from);
  const to = Math.min(others.length, Math.max(0, from + places));
  const [before, after] = [others[to - 1]?.queuePosition, others[to]?.queuePosition];
  const position = before === undefined ? (after ?? 0) - 1000 : after === undefined ? before + 1000 : (before + after) / 2;
  const { folder } = queue[from]!;
  const entry = await readQueued(folder);
  if (entry) await write(folder, { ...entry, position });
}

async function write(folder: string, entry: QueuedTraining): Promise<void> {
  await replaceFile(join(folder, queuedFile), `${JSON.stringify(entry, null, 2)}\n`);
  // other windows look when the runs folder changes
  await touchRunsFolder(dirname(folder));
}
