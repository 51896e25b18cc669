import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { serialiseSummary } from '../../../src/run/serialiseSummary.ts';
import { correctStatus } from '../../../src/store/correctStatus.ts';
import { createRunFolder, newRunId, RUN_ID } from '../../../src/store/createRunFolder.ts';
import { readExit, writeExit } from '../../../src/store/exitFile.ts';
import { listRuns, readListing } from '../../../src/store/listRuns.ts';
import { ensureRunsFolder } from '../../../src/store/runsFolder.ts';
import { RunWriter } from '../../../src/store/runWriter.ts';
import { summary } from './sampleRun.ts';
import { temporaryFolder } from './temporaryFolder.ts';

function runIn(runsFolder: string, id: string, text?: string): string {
  const folder = join(runsFolder, id);
  mkdirSync(folder);
  if (text !== undefined) writeFileSync(join(folder, 'summary.json'), text);
  return folder;
}

/** As if nothing had happened in the folder for an hour. */
function age(folder: string): string {
  const then = new Date(Date.now() - 3_600_000);
  utimesSync(folder, then, then);
  return folder;
}

describe('the list of runs', () => {
  it('is empty where there is no runs folder', async () => {
    expect(await listRuns(join(temporaryFolder(), 'nowhere'))).toEqual([]);
  });

  it('has every run, newest first, and nothing that is none', async () => {
    const runs = temporaryFolder();
    runIn(runs, '20260101-000000-aaaa', serialiseSummary(summary()));
    runIn(runs, '20260102-000000-bbbb', serialiseSummary(summary({ metrics: { 'train.loss': Number.NaN } })));
    runIn(runs, 'a-name-of-its-own', serialiseSummary(summary()));
    runIn(runs, '20260103-000000-cccc');
    runIn(runs, 'node_modules');
    runIn(runs, '.trash');
    writeFileSync(join(runs, '20260104-000000-dddd'), 'a file');
    const listings = await listRuns(runs);
    expect(listings.map(({ id, status }) => `${id} ${status}`)).toEqual([
      'a-name-of-its-own finished',
      '20260103-000000-cccc starting',
      '20260102-000000-bbbb finished',
      '20260101-000000-aaaa finished',
    ]);
    expect(listings[2]!.summary!.metrics).toEqual({ 'train.loss': Number.NaN });
  });

  it('says that a run is of a newer version and trusts nothing else of it', async () => {
    const runs = temporaryFolder();
    const newer = JSON.stringify({ ...summary(), version: 2, status: 'sleeping' });
    const listing = await readListing(runIn(runs, '20260101-000000-aaaa', newer));
    expect(listing).toMatchObject({
      summary: null,
      status: 'unreachable',
      problem: expect.stringContaining('newer version of Latent Lab (format 2'),
    });
    expect(await listRuns(runs)).toHaveLength(1);
  });

  it('says that a runs folder is of a newer version, run by run', async () => {
    const home = join(temporaryFolder(), '.latent');
    const runs = join(home, 'runs');
    await ensureRunsFolder(runs);
    writeFileSync(join(home, 'version'), '2\n');
    runIn(runs, '20260101-000000-aaaa', serialiseSummary(summary()));
    expect((await listRuns(runs))[0]).toMatchObject({ summary: null, problem: expect.stringContaining('layout 2, this one knows 1') });
    await expect(ensureRunsFolder(runs)).rejects.toThrow('update Latent Lab or choose another runs folder');
  });

  it('says where a damaged summary is damaged', async () => {
    const runs = temporaryFolder();
    expect((await readListing(runIn(runs, 'a', '{"version":1,'))).problem).toBe(
      'summary.json is damaged; the log of the run may still be whole',
    );
    const odd = JSON.stringify({ ...summary(), step: 'many' });
    expect((await readListing(runIn(runs, 'b', odd))).problem).toMatch(/damaged at step/);
    expect((await readListing(runIn(runs, 'c', 'null'))).problem).toMatch(/damaged at its content/);
  });
});

describe('the status of a run that did not say its end', () => {
  it('is what lock, exit.json and heartbeat say', () => {
    const exit = { code: 1, signal: null, lastLines: [], atMs: 5 };
    const running = { summary: summary({ status: 'running' }), life: 'dead', exit: null, quietMs: 1e6 } as const;
    const statusOf = (change: object) => correctStatus({ ...running, ...change }).status;
    expect(statusOf({})).toBe('interrupted');
    expect(statusOf({ life: 'alive' })).toBe('running');
    expect(statusOf({ life: 'alive', exit })).toBe('running');
    expect(statusOf({ life: 'unknown' })).toBe('unreachable');
    expect(statusOf({ exit })).toBe('failed');
    expect(statusOf({ summary: null, life: 'alive' })).toBe('starting');
    expect(statusOf({ summary: null, life: 'none', quietMs: 500 })).toBe('starting');
    expect(statusOf({ summary: null, life: 'none', quietMs: 11_000 })).toBe('interrupted');
    // another program that keeps no lock
    expect(statusOf({ life: 'none', quietMs: 30_000 })).toBe('running');
    expect(statusOf({ life: 'none', quietMs: 61_000 })).toBe('interrupted');
  });

  it('has the reason that its process left', () => {
    const reasonOf = (exit: object) =>
      correctStatus({ summary: null, life: 'none', quietMs: 0, exit: { code: 1, signal: null, lastLines: [], atMs: 5, ...exit } }).reason;
    expect(reasonOf({ signal: 'SIGKILL' })).toBe('killed by SIGKILL');
    expect(reasonOf({})).toBe('the trainer ended with code 1 and without a word');
    const crash = [
      '/x/trainer.js:3',
      '    throw new TypeError("no")',
      '    ^',
      '',
      'TypeError: no',
      '    at main (/x/trainer.js:3:9)',
      'Node.js v20.20.2',
    ];
    expect(reasonOf({ lastLines: crash })).toBe('TypeError: no');
    const said = ['data.source: "nowhere.csv" is not there', 'The trainer ended with code 1.'];
    expect(reasonOf({ lastLines: said })).toBe('data.source: "nowhere.csv" is not there');
  });

  it('is failed with the end of the log, when the trainer died before it began', async () => {
    const folder = age(runIn(temporaryFolder(), '20260101-000000-aaaa'));
    writeFileSync(join(folder, 'trainer.log'), `${'long ago\n'.repeat(5000)}RangeError: too much\n`);
    const exit = await writeExit(folder, { code: 1, signal: null });
    expect(exit.lastLines).toHaveLength(20);
    expect(await readListing(folder)).toMatchObject({ status: 'failed', reason: 'RangeError: too much', exit: { code: 1 } });
  });

  it('is not taken from the exit of an earlier sitting', async () => {
    const folder = runIn(temporaryFolder(), '20260101-000000-aaaa');
    writeFileSync(join(folder, 'exit.json'), JSON.stringify({ code: null, signal: 'SIGKILL', lastLines: [], atMs: Date.now() - 60_000 }));
    expect((await readListing(folder)).reason).toBe('killed by SIGKILL');
    const writer = await RunWriter.open(folder);
    await writer.close();
    expect(await readListing(folder)).toMatchObject({ status: 'interrupted', reason: null, exit: null });
  });

  it('survives an exit.json of any content', async () => {
    const folder = runIn(temporaryFolder(), '20260101-000000-aaaa');
    for (const text of ['', 'null', '3', '[]', '{"lastLines": 3}']) {
      writeFileSync(join(folder, 'exit.json'), text);
      expect(await readExit(folder)).toSatisfy((exit) => exit === null || (exit as { lastLines: unknown[] }).lastLines.length === 0);
    }
  });
});

describe("a run's folder", () => {
  it('has an id of date, time and four characters, in local time', () => {
    const id = newRunId(new Date(2026, 0, 2, 3, 4, 5));
    expect(id).toMatch(/^20260102-030405-[0-9a-z]{4}$/);
    expect(id).toMatch(RUN_ID);
  });

  it('is never shared by two who make one at the same moment', async () => {
    const runs = temporaryFolder();
    const now = new Date();
    const made = await Promise.all(Array.from({ length: 50 }, () => createRunFolder(runs, now)));
    expect(new Set(made.map(({ id }) => id)).size).toBe(50);
  });

  it('says in one sentence that it cannot be made', async () => {
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    await expect(createRunFolder(file)).rejects.toThrow(/cannot be made: a file of that name is in the way/);
    await expect(createRunFolder(join(file, '..', 'nowhere'))).rejects.toThrow(/its folder is gone/);
  });
});
