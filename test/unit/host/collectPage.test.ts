import { join } from 'node:path';
import { expect, test } from 'vitest';
import { collectPage } from '../../../src/host/collectPage.ts';
import { snapshotOf } from '../../../src/host/runProgress.ts';
import type { SavedPage } from '../../../src/protocol/savedPage.ts';
import { readRunState } from '../../../src/store/readRunState.ts';

const runs = join(import.meta.dirname, '../../fixtures/runs');

async function sourceOf(id: string) {
  const folder = join(runs, id);
  const state = await readRunState(folder);
  // header and sample are the conversation's; what is read from the files is looked at here
  const snapshot = { kind: 'snapshot', ...snapshotOf(state), sample: null } as unknown as SavedPage['snapshot'];
  return { folder, state, snapshot };
}

test('a page is saved with every curve and every kept moment of its run', async () => {
  const source = await sourceOf('20260101-090000-digi');
  const shares: number[] = [];
  const saved = (await collectPage(source, { report: (share) => shares.push(share), isCancelled: () => false }))!;
  expect(saved.curves.map(({ name }) => name)).toEqual([...source.state.columns.keys()]);
  for (const { name, samples } of saved.curves) expect(samples.byteLength).toBe(16 * source.state.columns.get(name)!.length);
  expect(saved.frames.map(({ step }) => step)).toEqual(source.state.frames.map(({ step }) => step));
  for (const { projection } of saved.frames) expect(projection!.byteLength).toBe(8 * source.state.sample!.rows);
  expect(saved.snapshot.frames).toEqual(source.snapshot.frames);
  expect(shares.at(-1)).toBe(1);
});

test('moments whose files are missing or damaged are saved as such', async () => {
  const saved = (await collectPage(await sourceOf('20260103-090000-kill'), { report: () => {}, isCancelled: () => false }))!;
  expect(saved.frames.slice(0, 4).map(({ projection }) => projection !== null)).toEqual([true, false, false, true]);
});

test('saving that is cancelled gives nothing', async () => {
  const source = await sourceOf('20260101-090000-digi');
  expect(await collectPage(source, { report: () => {}, isCancelled: () => true })).toBe(null);
});
