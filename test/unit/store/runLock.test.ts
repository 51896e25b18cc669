import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { FollowedRun } from '../../../src/store/followRun.ts';
import { readListing } from '../../../src/store/listRuns.ts';
import { isAlive, readNewestLock } from '../../../src/store/runLock.ts';
import { RunWriter } from '../../../src/store/runWriter.ts';
import { startWriter, type WriterProcess } from './startWriter.ts';
import { temporaryFolder } from './temporaryFolder.ts';

const children: WriterProcess[] = [];
async function start(...args: Parameters<typeof startWriter>): Promise<WriterProcess> {
  const child = await startWriter(...args);
  children.push(child);
  return child;
}
afterEach(async () => {
  for (const child of children.splice(0)) await child.kill();
});

/** A lock as another machine would leave it, with a heartbeat of this age. */
function lockedElsewhere(heartbeatAgeMs: number, change: object = {}): string {
  const folder = temporaryFolder();
  const lock = { version: 1, session: 1, pid: 1, host: `not-${hostname()}`, socket: '/nowhere.sock', startedMs: 1, ...change };
  writeFileSync(join(folder, 'lock.1'), JSON.stringify(lock));
  writeFileSync(join(folder, 'heartbeat'), '');
  const then = new Date(Date.now() - heartbeatAgeMs);
  utimesSync(join(folder, 'heartbeat'), then, then);
  return folder;
}

describe('the lock of a run', () => {
  it('is held while its process lives, dead when it lets go, and nobody else gets it meanwhile', async () => {
    const folder = temporaryFolder();
    expect(await isAlive(folder)).toBe('none');
    const writer = await RunWriter.open(folder);
    expect(await isAlive(folder)).toBe('alive');
    await expect(RunWriter.open(folder)).rejects.toThrow(
      `is being written by process ${process.pid} on ${hostname()}; stop that run first`,
    );
    await writer.close();
    expect(await isAlive(folder)).toBe('dead');
    const next = await RunWriter.open(folder);
    expect([writer.session, next.session]).toEqual([1, 2]);
    await next.close();
  });

  it('is dead at once when its process is killed, is taken over, and the torn line is ended', async () => {
    const folder = temporaryFolder();
    const child = await start(folder, 'tear');
    expect(await child.next()).toEqual({ held: 1 });
    expect(await isAlive(folder)).toBe('alive');
    await child.kill();
    expect(await isAlive(folder)).toBe('dead');
    expect((await readListing(folder)).status).toBe('interrupted');
    const writer = await RunWriter.open(folder);
    expect(writer.session).toBe(2);
    writer.append({ kind: 'resumed', session: 2, fromStep: 0 });
    await writer.close();
    const followed = new FollowedRun(folder);
    expect((await followed.poll()).map(({ kind }) => kind)).toEqual(['runStarted', 'resumed']);
    expect(followed.skipped).toBe(1);
    await followed.close();
  });

  it('answers while its process computes and hears nothing', async () => {
    const folder = temporaryFolder();
    const child = await start(folder, 'compute');
    await child.next();
    expect(await isAlive(folder)).toBe('alive');
    expect(readFileSync(join(folder, 'heartbeat'), 'utf8')).toMatch(/^\d+$/);
  });

  it('of a dead holder goes to exactly one of those who want it', async () => {
    const folder = temporaryFolder();
    const first = await start(folder, 'hold');
    await first.next();
    await first.kill();
    const wanting = await Promise.all([1, 2, 3, 4, 5].map(() => start(folder, 'race')));
    for (const child of wanting) expect(await child.next()).toEqual({ ready: true });
    for (const child of wanting) child.process.stdin!.write('go\n');
    const said = await Promise.all(wanting.map((child) => child.next()));
    expect(said.filter(({ held }) => held === 2)).toHaveLength(1);
    expect(said.filter(({ refused }) => /is being written by process/.test(String(refused)))).toHaveLength(4);
    expect(readdirSync(folder).filter((name) => name.includes('lock'))).toEqual(['lock.1', 'lock.2']);
  });

  it('leaves no socket behind, also when a killed holder did', async () => {
    const socketOf = async (folder: string) => (await readNewestLock(folder))!.content!.socket!;
    const folder = temporaryFolder();
    const child = await start(folder, 'hold');
    await child.next();
    const killed = await socketOf(folder);
    await child.kill();
    const writer = await RunWriter.open(folder);
    const own = await socketOf(folder);
    await writer.close();
    expect(own).not.toBe(killed);
    expect([existsSync(killed), existsSync(own)]).toEqual([false, false]);
  });

  it('of another machine is alive by its heartbeat, and unknown without one, never dead', async () => {
    expect(await isAlive(lockedElsewhere(1000))).toBe('alive');
    const silent = lockedElsewhere(61_000);
    expect(await isAlive(silent)).toBe('unknown');
    expect((await readListing(silent)).status).toBe('unreachable');
    await expect(RunWriter.open(silent)).rejects.toThrow(/gave no sign of life for a minute/);
    const writer = await RunWriter.open(silent, { takeover: true });
    expect(writer.session).toBe(2);
    await writer.close();
    expect(await isAlive(lockedElsewhere(61_000, { releasedMs: 2 }))).toBe('dead');
  });

  it('whose socket cannot be seen from here is judged by the heartbeat', async () => {
    expect(await isAlive(lockedElsewhere(1000, { host: hostname() }))).toBe(process.platform === 'win32' ? 'dead' : 'alive');
    expect(await isAlive(lockedElsewhere(25_000, { host: hostname() }))).toBe('dead');
    expect(await isAlive(lockedElsewhere(1000, { host: hostname(), socket: null }))).toBe('alive');
  });

  it('that is damaged is dead', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'lock.1'), '{"vers');
    mkdirSync(join(folder, 'arrays'));
    expect(await isAlive(folder)).toBe('dead');
    const writer = await RunWriter.open(folder);
    expect(writer.session).toBe(2);
    await writer.close();
  });
});
