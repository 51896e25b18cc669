import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunEvent } from '../../../src/run/runEvent.ts';
import { createRunFolder } from '../../../src/store/createRunFolder.ts';
import { FollowedRun } from '../../../src/store/followRun.ts';
import { readListing } from '../../../src/store/listRuns.ts';
import { appendOrder } from '../../../src/store/orderFile.ts';
import { isAlive } from '../../../src/store/runLock.ts';
import { until } from '../../window/until.mjs';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const work = mkdtempSync(join(tmpdir(), 'latent-lab-trainer-'));

const long = {
  version: 1,
  task: 'autoencoder',
  data: { source: 'digits', label: 'digit' },
  model: { kind: 'mlp', hidden: [16], latent: 4 },
  training: { batchSize: 64, epochs: 100_000, evaluateEvery: 10_000 },
};

/** Starts a trainer process as an editor does, and follows its run. */
async function startTrainer(experiment: object, job: object = {}) {
  const { folder } = await createRunFolder(join(work, 'runs'));
  const experimentPath = join(work, 'experiment.latent.jsonc');
  writeFileSync(experimentPath, JSON.stringify(experiment));
  const words = { runFolder: folder, experimentPath, leased: false, media: join(root, 'media'), ...job };
  const child = spawn(process.execPath, [join(root, 'dist/trainer.js'), JSON.stringify(words)], { stdio: 'pipe' });
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  const followed = new FollowedRun(folder);
  const events: RunEvent[] = [];
  const seen = async (kind: RunEvent['kind']) => {
    await until(
      async () => {
        events.push(...(await followed.poll()));
        return events.some((event) => event.kind === kind);
      },
      `the event ${kind}`,
      { everyMs: 5 },
    );
    return events.findLast((event) => event.kind === kind)!;
  };
  return { folder, child, ended, seen, events };
}

beforeAll(() => {
  mkdirSync(join(work, 'runs'));
  execFileSync(process.execPath, ['esbuild.mjs', '--quiet'], { cwd: root });
}, 60_000);
afterAll(() => rmSync(work, { recursive: true, force: true }));

describe('the trainer process', () => {
  it('obeys pause, another rate, resume and stop', async () => {
    const { folder, ended, seen, events } = await startTrainer(long);
    await seen('stepFinished');
    await appendOrder(folder, { order: 'pause', session: 1 });
    await seen('paused');
    await appendOrder(folder, { order: 'setLearningRate', session: 1, learningRate: 0.5 });
    expect(await seen('learningRateChanged')).toMatchObject({ learningRate: 0.5 });
    await appendOrder(folder, { order: 'resume', session: 1 });
    await seen('continued');
    await appendOrder(folder, { order: 'stop', session: 1 });
    expect(await seen('runStopped')).toMatchObject({ reason: 'stopped by the user' });
    expect(await ended).toBe(0);
    expect(events.some((event) => event.kind === 'checkpointSaved')).toBe(true);
    expect(await readListing(folder)).toMatchObject({ status: 'stopped' });
  });

  it('stops by itself, saved, when nobody renews its lease', async () => {
    const { ended, seen } = await startTrainer(long, { leased: true, leaseSeconds: 0.5 });
    expect(await seen('runStopped')).toMatchObject({ reason: expect.stringContaining('window') });
    expect(await ended).toBe(0);
  });

  it('makes what is wrong with the data the last event of the run', async () => {
    const { folder, ended, seen } = await startTrainer({ ...long, data: { source: 'nowhere.csv' } });
    expect(await seen('runFailed')).toMatchObject({ message: expect.stringContaining('nowhere.csv') });
    expect(await ended).toBe(1);
    expect(await readListing(folder)).toMatchObject({
      status: 'failed',
      summary: { name: 'experiment', reason: expect.stringContaining('nowhere.csv') },
    });
  });

  it('names step, what broke and the last good checkpoint when the loss is no longer finite', async () => {
    const { seen, ended } = await startTrainer({ ...long, optimizer: { kind: 'sgd', learningRate: 1e20 } });
    expect(await seen('runFailed')).toMatchObject({
      message: expect.stringMatching(/^step \d+: .*not finite; there is no checkpoint before it/),
    });
    expect(await ended).toBe(1);
  });

  it('is seen dead at once when it is killed, and its run still opens', async () => {
    const { folder, child, ended, seen } = await startTrainer(long);
    await seen('stepFinished');
    expect(await isAlive(folder)).toBe('alive');
    child.kill('SIGKILL');
    await ended;
    expect(await isAlive(folder)).toBe('dead');
    expect(await readListing(folder)).toMatchObject({ status: 'interrupted' });
    expect(readFileSync(join(folder, 'events.jsonl'), 'utf8')).toContain('runStarted');
    expect(existsSync(join(folder, 'summary.json'))).toBe(true);
  });
});
