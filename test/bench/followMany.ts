import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { applyRunEvent } from '../../src/run/applyRunEvent.ts';
import { newRunState } from '../../src/run/runState.ts';
import { FollowedRun } from '../../src/store/followRun.ts';
import { listRuns } from '../../src/store/listRuns.ts';

const EVENTS = 100_000;

/** Bytes in use once the garbage is gone: heap and typed arrays. */
function usedBytes(): number {
  for (let i = 0; i < 4; i++) globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

function writeRun(folder: string): void {
  mkdirSync(folder, { recursive: true });
  const lines = [
    {
      kind: 'runStarted',
      timeMs: 1,
      version: 1,
      session: 1,
      name: 'many',
      totalSteps: EVENTS,
      totalEpochs: 1,
      stepsPerEpoch: EVENTS,
      logEvery: 1,
      engine: 'wasm',
      parameters: 1,
      rows: { train: 1, validation: 0, test: 0 },
    },
    ...Array.from({ length: EVENTS }, (_, i) => ({
      kind: 'stepFinished',
      timeMs: i + 2,
      step: i + 1,
      epoch: (i + 1) / EVENTS,
      metrics: { 'batch.loss': 1 / (i + 1), 'train.loss': 2 / (i + 1) },
    })),
  ];
  writeFileSync(join(folder, 'events.jsonl'), `${lines.map((line) => JSON.stringify(line)).join('\n')}\n`);
}

async function main(): Promise<void> {
  const runs = mkdtempSync(join(tmpdir(), 'latent-lab-many-'));
  const folder = join(runs, '20260101-000000-aaaa');
  writeRun(folder);
  await listRuns(runs);
  const before = usedBytes();
  await listRuns(runs);
  const closedKilobytes = (usedBytes() - before) / 1024;
  const startMs = performance.now();
  const state = newRunState();
  const followed = new FollowedRun(folder);
  for (let events = await followed.poll(); events.length > 0; events = await followed.poll())
    for (const event of events) applyRunEvent(state, event);
  const followMs = performance.now() - startMs;
  const bytesANumber = (usedBytes() - before) / (2 * EVENTS);
  await followed.close();
  if (state.step !== EVENTS) throw new Error(`followed ${state.step} of ${EVENTS} steps`);
  rmSync(runs, { recursive: true });
  console.log(JSON.stringify({ closedKilobytes, bytesANumber, followMs }));
}

void main();
