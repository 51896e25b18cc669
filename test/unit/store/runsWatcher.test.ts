import { mkdirSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createRunFolder } from '../../../src/store/createRunFolder.ts';
import { writeExit } from '../../../src/store/exitFile.ts';
import { type RunListing, RunsWatcher } from '../../../src/store/listRuns.ts';
import { writeNotes } from '../../../src/store/runNotes.ts';
import { ensureRunsFolder } from '../../../src/store/runsFolder.ts';
import { RunWriter } from '../../../src/store/runWriter.ts';
import { moveToTrash, restoreFromTrash } from '../../../src/store/trash.ts';
import { started, summary } from './sampleRun.ts';
import { startWriter } from './startWriter.ts';
import { temporaryFolder } from './temporaryFolder.ts';

const ends: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

/** A watcher, and a way to wait for what it tells. */
function watchRuns(runs: string) {
  const known = new Map<string, RunListing | null>();
  let wake = () => {};
  const watcher = new RunsWatcher(runs, (changed) => {
    for (const [id, listing] of changed) known.set(id, listing);
    wake();
  });
  ends.push(() => watcher.close());
  const until = async (holds: () => boolean) => {
    while (!holds())
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
  };
  return { watcher, known, until };
}

async function newRuns(): Promise<string> {
  const runs = join(temporaryFolder(), '.latent', 'runs');
  await ensureRunsFolder(runs);
  return runs;
}

describe('the watcher of runs', () => {
  it('tells of a run that comes, trains, ends, gets a name, goes to the trash and comes back', async () => {
    const runs = await newRuns();
    const { known, until, watcher } = watchRuns(runs);
    const { id, folder } = await createRunFolder(runs);
    await until(() => known.get(id)?.status === 'starting');
    const writer = await RunWriter.open(folder);
    writer.append(started);
    writer.writeSummary(summary({ status: 'running' }));
    await until(() => known.get(id)?.status === 'running');
    writer.writeSummary(summary({ status: 'running', step: 50, metrics: { 'validation.loss': 1.5 } }));
    await until(() => known.get(id)?.summary?.step === 50);
    writer.writeSummary(summary({ status: 'finished' }));
    await writer.close();
    await until(() => known.get(id)?.status === 'finished');
    await writeNotes(folder, { name: 'the good one' });
    await until(() => known.get(id)?.notes.name === 'the good one');
    const trashed = await moveToTrash(folder);
    await until(() => known.get(id) === null);
    await restoreFromTrash(trashed);
    await until(() => known.get(id)?.notes.name === 'the good one');
    expect(watcher.listings.map((listing) => listing.id)).toEqual([id]);
  });

  it('tells that a trainer was killed, and how once its parent has said so', async () => {
    const runs = await newRuns();
    const { known, until } = watchRuns(runs);
    const { id, folder } = await createRunFolder(runs);
    const child = await startWriter(folder, 'compute');
    ends.push(() => child.kill());
    await child.next();
    await until(() => known.get(id)?.status === 'running');
    await child.kill();
    await until(() => known.get(id)?.status === 'interrupted');
    await writeExit(folder, { code: null, signal: 'SIGKILL' });
    await until(() => known.get(id)?.status === 'failed');
    expect(known.get(id)?.reason).toBe('killed by SIGKILL');
  });

  it('sees a run that is resumed after its end', async () => {
    const runs = await newRuns();
    const { folder, id } = await createRunFolder(runs);
    const first = await RunWriter.open(folder);
    first.writeSummary(summary({ status: 'stopped' }));
    await first.close();
    const { known, until } = watchRuns(runs);
    await until(() => known.get(id)?.status === 'stopped');
    const second = await RunWriter.open(folder);
    second.writeSummary(summary({ status: 'running', session: 2 }));
    await until(() => known.get(id)?.status === 'running');
    await second.close();
  });

  it('may be started before the runs folder is there, and outlives it', async () => {
    const runs = join(temporaryFolder(), '.latent', 'runs');
    const { known, until } = watchRuns(runs);
    await ensureRunsFolder(runs);
    const { id } = await createRunFolder(runs);
    await until(() => known.has(id));
    await rename(dirname(runs), join(dirname(dirname(runs)), 'away'));
    await until(() => known.get(id) === null);
  });

  it('is silent about what is no run, and after it was closed', async () => {
    const runs = await newRuns();
    const { watcher, known } = watchRuns(runs);
    mkdirSync(join(runs, 'node_modules'));
    await watcher.refresh();
    expect(known.size).toBe(0);
    watcher.close();
    const { folder } = await createRunFolder(runs);
    await watcher.refresh();
    expect(known.size).toBe(0);
    await rm(folder, { recursive: true });
  });
});
