import { appendFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { applyRunEvent } from '../../../src/run/applyRunEvent.ts';
import { comparableRun } from '../../../src/run/comparableRun.ts';
import type { RunEvent } from '../../../src/run/runEvent.ts';
import { newRunState } from '../../../src/run/runState.ts';
import { serialiseEvent } from '../../../src/run/serialiseEvent.ts';
import { FollowedRun } from '../../../src/store/followRun.ts';
import { RunWriter } from '../../../src/store/runWriter.ts';
import { started, stepAt } from './sampleRun.ts';
import { temporaryFolder } from './temporaryFolder.ts';

const lineOf = (step: number) => `${serialiseEvent({ ...stepAt(step), timeMs: step } as RunEvent)}\n`;
const stepsOf = (events: RunEvent[]) => events.map((event) => ('step' in event ? event.step : -1));

function logIn(folder: string): string {
  return join(folder, 'events.jsonl');
}

describe('following a run', () => {
  it('sees nothing before there is a log, then each event once', async () => {
    const folder = temporaryFolder();
    const followed = new FollowedRun(folder);
    expect(await followed.poll()).toEqual([]);
    appendFileSync(logIn(folder), lineOf(1) + lineOf(2));
    expect(stepsOf(await followed.poll())).toEqual([1, 2]);
    expect(await followed.poll()).toEqual([]);
    appendFileSync(logIn(folder), lineOf(3));
    expect(stepsOf(await followed.poll())).toEqual([3]);
    await followed.close();
    expect(await followed.poll()).toEqual([]);
  });

  it('waits for the rest of a line that is still being written', async () => {
    const folder = temporaryFolder();
    const followed = new FollowedRun(folder);
    const line = lineOf(7);
    for (const part of [line.slice(0, 9), line.slice(9, -1)]) {
      appendFileSync(logIn(folder), part);
      expect(await followed.poll()).toEqual([]);
    }
    appendFileSync(logIn(folder), '\n');
    expect(stepsOf(await followed.poll())).toEqual([7]);
    expect(followed.skipped).toBe(0);
    await followed.close();
  });

  it('gives the state that the writer has, while it writes', async () => {
    const folder = temporaryFolder();
    const writer = await RunWriter.open(folder);
    const followed = new FollowedRun(folder);
    const live = newRunState();
    const seen = newRunState();
    applyRunEvent(live, writer.append(started));
    for (let step = 1; step <= 500; step++) {
      applyRunEvent(live, writer.append(stepAt(step)));
      if (step % 50 === 0) await followed.catchUp(seen);
    }
    applyRunEvent(live, writer.append({ kind: 'runFinished', step: 500, epoch: 50, seconds: 1, metrics: {} }));
    await writer.close();
    await followed.catchUp(seen);
    expect(comparableRun(seen)).toEqual(comparableRun(live));
    expect(seen.status).toBe('finished');
    await followed.close();
  });

  it('reads a log of many portions, lines across their borders too', async () => {
    const folder = temporaryFolder();
    const lines = Array.from({ length: 40_000 }, (_, i) => lineOf(i + 1));
    writeFileSync(logIn(folder), lines.join(''));
    const followed = new FollowedRun(folder);
    const state = newRunState();
    expect(await followed.catchUp(state)).toBe(40_000);
    expect([state.columns.get('train.loss')!.length, state.skipped]).toEqual([40_000, 0]);
    await followed.close();
  });

  it('skips and counts a line that is too long, once', async () => {
    const folder = temporaryFolder();
    writeFileSync(logIn(folder), `${lineOf(1)}${'x'.repeat(5000)}`);
    const followed = new FollowedRun(folder, 1000);
    expect(stepsOf(await followed.poll())).toEqual([1]);
    appendFileSync(logIn(folder), `${'x'.repeat(5000)}\n${lineOf(2)}`);
    expect(stepsOf(await followed.poll())).toEqual([2]);
    expect(followed.skipped).toBe(1);
    const state = newRunState();
    await followed.catchUp(state);
    expect(state.skipped).toBe(0);
    await followed.close();
  });

  it('tells the state how many lines could not be read', async () => {
    const folder = temporaryFolder();
    writeFileSync(logIn(folder), `${lineOf(1)}half a line\n{"kind":"moonRose","timeMs":1}\n${lineOf(2)}`);
    const followed = new FollowedRun(folder);
    const state = newRunState();
    await followed.catchUp(state);
    expect(state).toMatchObject({ skipped: 2, step: 2 });
    await followed.close();
  });

  it('goes on at the new end of a log that was cut', async () => {
    const folder = temporaryFolder();
    writeFileSync(logIn(folder), lineOf(1) + lineOf(2) + lineOf(3).slice(0, 8));
    const followed = new FollowedRun(folder);
    await followed.poll();
    truncateSync(logIn(folder), lineOf(1).length);
    expect(await followed.poll()).toEqual([]);
    appendFileSync(logIn(folder), lineOf(4));
    expect(stepsOf(await followed.poll())).toEqual([4]);
    expect(followed.skipped).toBe(0);
    await followed.close();
  });

  it.runIf(process.platform !== 'win32')('begins anew when another log is put in the place of the first', async () => {
    const folder = temporaryFolder();
    writeFileSync(logIn(folder), lineOf(1) + lineOf(2));
    const followed = new FollowedRun(folder);
    await followed.poll();
    writeFileSync(join(folder, 'other'), lineOf(8));
    renameSync(join(folder, 'other'), logIn(folder));
    expect(stepsOf(await followed.poll())).toEqual([8]);
    rmSync(logIn(folder));
    expect(await followed.poll()).toEqual([]);
    writeFileSync(logIn(folder), lineOf(9));
    expect(stepsOf(await followed.poll())).toEqual([9]);
    await followed.close();
  });

  it('keeps the order when it is asked again before it has answered', async () => {
    const folder = temporaryFolder();
    writeFileSync(logIn(folder), lineOf(1) + lineOf(2));
    const followed = new FollowedRun(folder);
    const [first, second] = await Promise.all([followed.poll(), followed.poll()]);
    expect([stepsOf(first), stepsOf(second)]).toEqual([[1, 2], []]);
    await followed.close();
  });
});
