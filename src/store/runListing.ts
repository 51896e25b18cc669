import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { type RunStatus, type RunSummary, runSummarySchema } from '../run/runSummary.ts';
import { correctStatus } from './correctStatus.ts';
import { RUN_ID } from './createRunFolder.ts';
import { type RunExit, readExit } from './exitFile.ts';
import { readQueued } from './queuedTraining.ts';
import { heartbeatAgeMs, isAlive, readNewestLock } from './runLock.ts';
import { type RunNotes, readNotes } from './runNotes.ts';

/** Folders read at the same time. */
const AT_ONCE = 16;

/** One run as lists show it: nothing of it comes from reducing events. */
export interface RunListing {
  id: string;
  folder: string;
  /** Null before the first summary, and where `problem` says why it cannot be read. */
  summary: RunSummary | null;
  /** The summary's word, corrected by lock and exit.json. */
  status: RunStatus;
  /** Why it failed or was stopped, one sentence. */
  reason: string | null;
  /** How the trainer's process ended, where its parent saw it and no newer sitting is under way. */
  exit: RunExit | null;
  notes: RunNotes;
  /** Of a run that waits: those with a smaller number go first. */
  queuePosition?: number;
  /** Why the run cannot be read: a newer version, a damaged summary. Then nothing else is to be trusted. */
  problem: string | null;
}

/** Names in a runs folder that may be runs, newest first. */
export async function readRunIds(runsFolder: string): Promise<string[]> {
  const entries = await readdir(runsFolder, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map((entry) => entry.name)
    .sort((a, b) => (a < b ? 1 : -1));
}

/** Runs `work` over all items, a few at a time, and keeps their order. */
export async function inPortions<A, B>(items: readonly A[], work: (item: A) => Promise<B>): Promise<B[]> {
  const results = new Array<B>(items.length);
  let next = 0;
  const hand = async () => {
    while (next < items.length) {
      const i = next++;
      results[i] = await work(items[i]!);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, hand));
  return results;
}

/**
 * One run as lists show it.
 * @param newer a sentence when its runs folder was made by a newer version
 */
export async function readListing(folder: string, newer: string | null = null): Promise<RunListing> {
  const whole = resolve(folder);
  const [found, notes] = await Promise.all([readSummary(whole), readNotes(whole)]);
  const problem = newer ?? found.problem;
  const listing = { id: basename(whole), folder: whole, notes, problem };
  if (problem) return { ...listing, summary: null, status: 'unreachable', reason: problem, exit: null };
  const { summary } = found;
  if (summary && hasEnded(summary.status)) return { ...listing, summary, status: summary.status, reason: summary.reason, exit: null };
  if (summary?.status === 'queued') {
    const waiting = await readQueued(whole);
    if (waiting !== null) return { ...listing, summary, status: 'queued', reason: null, exit: null, queuePosition: waiting.position };
  }
  const [life, exit, quietMs] = await Promise.all([isAlive(whole), readFreshExit(whole), readQuietMs(whole)]);
  return { ...listing, summary, exit, ...correctStatus({ summary, life, exit, quietMs }) };
}

function hasEnded(status: RunStatus): boolean {
  return status === 'finished' || status === 'stopped' || status === 'failed';
}

async function readSummary(folder: string): Promise<{ summary: RunSummary | null; problem: string | null }> {
  const text = await readFile(join(folder, 'summary.json'), 'utf8').catch(() => null);
  if (text === null) return { summary: null, problem: null };
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch {
    return { summary: null, problem: 'summary.json is damaged; the log of the run may still be whole' };
  }
  const parsed = runSummarySchema.safeParse(found);
  if (parsed.success) return { summary: parsed.data, problem: null };
  const version = (found as { version?: unknown } | null)?.version;
  if (typeof version === 'number' && version > 1)
    return { summary: null, problem: `written by a newer version of Latent Lab (format ${version}, this one knows 1); update Latent Lab` };
  const place = parsed.error.issues[0]?.path.join('.') || 'its content';
  return { summary: null, problem: `summary.json is damaged at ${place}; the log of the run may still be whole` };
}

/** exit.json, unless it is of an earlier sitting. */
async function readFreshExit(folder: string): Promise<RunExit | null> {
  const exit = await readExit(folder);
  if (!exit) return null;
  const lock = await readNewestLock(folder);
  return (lock?.content?.startedMs ?? 0) > exit.atMs && exit.atMs > 0 ? null : exit;
}

/** Milliseconds since anything in the folder gave a sign: the heartbeat, or the making of a file. */
async function readQuietMs(folder: string): Promise<number> {
  const found = await stat(folder).catch(() => null);
  const folderAgeMs = found ? Math.max(0, Date.now() - found.mtimeMs) : Number.POSITIVE_INFINITY;
  return Math.min(folderAgeMs, await heartbeatAgeMs(folder));
}

/** Whether a folder is a run: it has a summary, or is named like one that is about to have one. */
export function isRun(listing: RunListing): boolean {
  return listing.summary !== null || listing.problem !== null || RUN_ID.test(listing.id);
}
