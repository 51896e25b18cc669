import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createRunFolder } from '../../../src/store/createRunFolder.ts';
import { listRuns, readListing } from '../../../src/store/listRuns.ts';
import { queueOf } from '../../../src/store/queueOrder.ts';
import { claim, enqueue, moveInQueue } from '../../../src/store/trainingQueue.ts';
import { releaseSlot, takeSlot } from '../../../src/store/trainingSlots.ts';

let home: string;
let runs: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'latent-lab-queue-'));
  runs = join(home, 'runs');
  mkdirSync(runs);
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const training = { experimentPath: '/lab/digits.latent.jsonc', text: '{ "version": 1 }', engine: null, leased: true };

/** Puts a training of this name into the queue. */
async function queue(name: string, nowMs: number): Promise<string> {
  const { id, folder } = await createRunFolder(runs);
  await enqueue(folder, training, { name, experimentPath: 'digits.latent.jsonc', seed: 3, nowMs });
  return id;
}

const names = async () => queueOf(await listRuns(runs)).map(({ summary }) => summary?.name);

describe('the queue of trainings', () => {
  test('keeps their order, shows each under its experiment, and survives whoever made it', async () => {
    await queue('first', 1000);
    await queue('second', 2000);
    await queue('third', 3000);
    expect(await names()).toEqual(['first', 'second', 'third']);
    const [listing] = await listRuns(runs);
    expect(listing).toMatchObject({ status: 'queued', summary: { experimentPath: 'digits.latent.jsonc', seed: 3 } });
  });

  test('can be put into another order, not beyond its ends', async () => {
    const ids = [await queue('a', 1000), await queue('b', 2000), await queue('c', 3000)];
    const move = async (id: string, places: number) => moveInQueue(await listRuns(runs), id, places);
    await move(ids[2]!, -1);
    expect(await names()).toEqual(['a', 'c', 'b']);
    await move(ids[2]!, -5);
    expect(await names()).toEqual(['c', 'a', 'b']);
    await move(ids[2]!, 1);
    expect(await names()).toEqual(['a', 'c', 'b']);
    await move(ids[0]!, 9);
    expect(await names()).toEqual(['c', 'b', 'a']);
  });

  test('gives a training to one of many that ask for it, as it was when it was queued', async () => {
    const id = await queue('wanted', 1000);
    const folder = join(runs, id);
    const taken = await Promise.all(Array.from({ length: 20 }, () => claim(folder)));
    const got = taken.filter((entry) => entry !== null);
    expect(got).toEqual([{ version: 1, position: 1000, ...training }]);
    expect((await readListing(folder)).status).toBe('starting');
    expect(await names()).toEqual([]);
  });

  test('a damaged entry is not trained, and its run says that it never began', async () => {
    const id = await queue('torn', 1000);
    writeFileSync(join(runs, id, 'queued.json'), '{ "version": 1, "pos');
    expect((await readListing(join(runs, id))).status).not.toBe('queued');
    expect(await claim(join(runs, id))).toBe(null);
  });
});

describe('the slots that windows share', () => {
  test('are given to no more runs than there are slots, however many ask at once', async () => {
    const ids = await Promise.all(Array.from({ length: 12 }, async () => (await createRunFolder(runs)).id));
    const taken = await Promise.all(ids.map((id) => takeSlot(runs, id, 3)));
    expect(taken.filter((slot) => slot !== null).sort()).toEqual([1, 2, 3]);
    expect(await takeSlot(runs, (await createRunFolder(runs)).id, 3)).toBe(null);
  });

  test('are free again when their run has ended or is gone', async () => {
    const { id, folder } = await createRunFolder(runs);
    expect(await takeSlot(runs, id, 1)).toBe(1);
    rmSync(folder, { recursive: true });
    const next = await createRunFolder(runs);
    expect(await takeSlot(runs, next.id, 1)).toBe(1);
    expect(readdirSync(join(home, 'slots', '1'))).toEqual([next.id]);
  });

  test('that are given back are free, and giving back a slot of another run does nothing', async () => {
    const [one, other] = [(await createRunFolder(runs)).id, (await createRunFolder(runs)).id];
    await takeSlot(runs, one, 1);
    await releaseSlot(runs, other, 1);
    expect(await takeSlot(runs, other, 1)).toBe(null);
    await releaseSlot(runs, one, 1);
    expect(existsSync(join(home, 'slots', '1'))).toBe(false);
    expect(await takeSlot(runs, other, 1)).toBe(1);
  });
});
