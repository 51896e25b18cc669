import { randomBytes } from 'node:crypto';
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { connect } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { UserError } from '../experiment/problem.ts';
import { errorCode, explainDiskError } from './diskError.ts';
import { replaceFileNow } from './replaceFile.ts';

/** A heartbeat of another machine older than this is no sign of life. */
export const HEARTBEAT_LIMIT_MS = 60_000;
/** Where the socket cannot be asked on the same machine, four missed beats mean dead. */
const MISSED_BEATS_MS = 20_000;
const ANSWER_MS = 2000;
const OUR_SOCKET = /\/latent-lab-[0-9a-f]{16}\.sock$/;

/**
 * Whether somebody holds a run. `alive`: it answers. `dead`: it has gone or let go. `unknown`: on another machine, no heartbeat for a minute.
 * `none`: the run was never locked.
 */
export type RunLife = 'alive' | 'dead' | 'unknown' | 'none';

/** What a lock file says of its holder. */
export interface RunLock {
  version: 1;
  session: number;
  pid: number;
  host: string;
  /** Path of the local socket (pipe on Windows); null where none could be made. */
  socket: string | null;
  startedMs: number;
  /** Set when the holder let go in good order. */
  releasedMs?: number;
}

/** Whether somebody holds the run in this folder. */
export async function isAlive(folder: string): Promise<RunLife> {
  const lock = await readNewestLock(folder);
  return lock === null ? 'none' : lifeOf(folder, lock.content);
}

/** The newest lock of a run: its number, and what it says (null while it is unreadable). */
export async function readNewestLock(folder: string): Promise<{ session: number; content: RunLock | null } | null> {
  const sessions = await readSessions(folder);
  const session = Math.max(0, ...sessions);
  if (session === 0) return null;
  for (let tries = 0; tries < 5; tries++) {
    const content = parseLock(await readFile(join(folder, lockName(session)), 'utf8').catch(() => ''));
    if (content) return { session, content };
    // without hard links a lock is made empty and then filled
    await wait(20);
  }
  return { session, content: null };
}

/**
 * Takes the lock of a run. Each sitting makes the next of the files lock.1, lock.2, ..., exclusively and only while the newest is dead;
 * none is ever removed, so two that find the same dead holder cannot both win.
 * @param holder the socket that answers already; takeover: also from another machine that gave no sign of life
 * @returns number of the sitting
 * @throws UserError when the run is held
 */
export async function takeLock(folder: string, holder: { socket: string | null; takeover?: boolean }): Promise<number> {
  for (;;) {
    const newest = await readNewestLock(folder);
    if (newest) await refuseHeld(folder, newest.content, holder.takeover ?? false);
    const session = (newest?.session ?? 0) + 1;
    const lock: RunLock = { version: 1, session, pid: process.pid, host: hostname(), socket: holder.socket, startedMs: Date.now() };
    if (!createExclusively(folder, session, `${JSON.stringify(lock)}\n`)) continue;
    if (Math.max(...(await readSessions(folder))) === session) {
      sweepSocket(newest?.content ?? null);
      return session;
    }
    rmSync(join(folder, lockName(session)), { force: true });
  }
}

/** A killed process leaves the file of its socket behind. A lock may come from anywhere: only what looks like one of ours goes. */
function sweepSocket(lock: RunLock | null): void {
  if (lock?.host !== hostname() || process.platform === 'win32') return;
  if (typeof lock.socket === 'string' && OUR_SOCKET.test(lock.socket)) rmSync(lock.socket, { force: true });
}

/** Says in the lock that its holder let go in good order. */
export function releaseLock(folder: string, session: number): void {
  const path = join(folder, lockName(session));
  const lock = parseLock(readFileSync(path, 'utf8'));
  if (lock) replaceFileNow(path, `${JSON.stringify({ ...lock, releasedMs: Date.now() })}\n`);
}

/** Milliseconds since the last heartbeat of a run; Infinity where there was none. */
export async function heartbeatAgeMs(folder: string): Promise<number> {
  const beat = await stat(join(folder, 'heartbeat')).catch(() => null);
  return beat ? Math.max(0, Date.now() - beat.mtimeMs) : Number.POSITIVE_INFINITY;
}

function lockName(session: number): string {
  return `lock.${session}`;
}

async function readSessions(folder: string): Promise<number[]> {
  const names = await readdir(folder).catch(() => []);
  return names.map((name) => Number(/^lock\.(\d+)$/.exec(name)?.[1] ?? 0)).filter((session) => session > 0);
}

function parseLock(text: string): RunLock | null {
  try {
    const lock = JSON.parse(text) as RunLock | null;
    return lock !== null && typeof lock === 'object' && typeof lock.host === 'string' ? lock : null;
  } catch {
    return null;
  }
}

async function refuseHeld(folder: string, lock: RunLock | null, takeover: boolean): Promise<void> {
  const life = await lifeOf(folder, lock);
  if (life === 'alive')
    throw new UserError(
      `${folder} is being written by process ${lock?.pid ?? '?'} on ${lock?.host ?? 'this machine'}; stop that run first`,
    );
  if (life === 'unknown' && !takeover)
    throw new UserError(`${folder} is held on ${lock?.host}, which gave no sign of life for a minute; look there before taking it over`);
}

async function lifeOf(folder: string, lock: RunLock | null): Promise<RunLife> {
  if (lock === null || lock.releasedMs !== undefined) return 'dead';
  if (lock.host !== hostname()) return (await heartbeatAgeMs(folder)) <= HEARTBEAT_LIMIT_MS ? 'alive' : 'unknown';
  const answer = lock.socket === null ? 'silent' : await askSocket(lock.socket);
  if (answer !== 'silent') return answer === 'answers' ? 'alive' : 'dead';
  return (await heartbeatAgeMs(folder)) <= MISSED_BEATS_MS ? 'alive' : 'dead';
}

/** `silent`: the socket cannot be asked from here (another container, another user, a swept temporary folder). */
function askSocket(path: string): Promise<'answers' | 'refused' | 'silent'> {
  return new Promise((resolve) => {
    const connection = connect(path);
    const end = (answer: 'answers' | 'refused' | 'silent') => {
      clearTimeout(timer);
      connection.destroy();
      resolve(answer);
    };
    // a listener too busy to accept is alive
    const timer = setTimeout(() => end('answers'), ANSWER_MS);
    connection.once('connect', () => end('answers'));
    connection.once('error', (error) => {
      const code = errorCode(error);
      if (code === 'EAGAIN' || code === 'EBUSY') end('answers');
      else if (code === 'ECONNREFUSED' || (code === 'ENOENT' && process.platform === 'win32')) end('refused');
      else end('silent');
    });
  });
}

/** Makes a lock file whole or not at all. Returns false where another was first. */
function createExclusively(folder: string, session: number, text: string): boolean {
  const place = join(folder, lockName(session));
  const beside = join(folder, `.lock-${randomBytes(6).toString('hex')}.tmp`);
  try {
    writeFileSync(beside, text);
    linkSync(beside, place);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    if (['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EXDEV', 'UNKNOWN'].includes(errorCode(error)))
      return createBare(place, text);
    throw explainDiskError(error, place);
  } finally {
    rmSync(beside, { force: true });
  }
}

function createBare(place: string, text: string): boolean {
  try {
    writeFileSync(place, text, { flag: 'wx' });
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw explainDiskError(error, place);
  }
}
