import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runSentence } from '../../../src/run/runSentence.ts';
import { newRunState } from '../../../src/run/runState.ts';
import { FollowedRun } from '../../../src/store/followRun.ts';
import { listRuns } from '../../../src/store/listRuns.ts';
import { readArray } from '../../../src/store/readArray.ts';

const runs = join(import.meta.dirname, '../../fixtures/runs');

async function reduce(id: string) {
  const state = newRunState();
  const followed = new FollowedRun(join(runs, id));
  await followed.catchUp(state);
  await followed.close();
  return state;
}

describe('the recorded runs', () => {
  it('are listed as what became of them', async () => {
    const listings = await listRuns(runs);
    expect(listings.map(({ id, status, reason }) => [id.slice(16), status, reason])).toEqual([
      ['newr', 'unreachable', expect.stringContaining('newer version')],
      ['pyth', 'finished', null],
      ['kill', 'failed', 'killed by SIGKILL'],
      ['rank', 'finished', null],
      ['digi', 'finished', null],
    ]);
  });

  it('reduce to what their summaries say', async () => {
    for (const { id, summary, status } of await listRuns(runs)) {
      if (!summary || status !== 'finished') continue;
      const state = await reduce(id);
      expect(state.metrics).toMatchObject(summary.metrics);
      expect(state).toMatchObject({ name: summary.name, status, step: summary.step, epoch: summary.epoch });
    }
  });

  it('have every array that their events name, as many rows as they say', async () => {
    for (const id of ['20260101-090000-digi', '20260102-090000-rank']) {
      const { frames, sample } = await reduce(id);
      expect(frames.length).toBeGreaterThan(5);
      for (const frame of frames) {
        const projection = await readArray(join(runs, id), frame.projection);
        expect(projection?.shape).toEqual([sample!.rows, 2]);
        expect((await readArray(join(runs, id), frame.reconstructions!))?.shape[0]).toBe(sample!.pictured);
      }
    }
  });

  it('killed and damaged, still open: what is torn or missing is counted or absent, nothing else', async () => {
    const id = '20260103-090000-kill';
    const state = await reduce(id);
    expect(state).toMatchObject({ status: 'running', skipped: 0 });
    const found = await Promise.all(state.frames.map(({ projection }) => readArray(join(runs, id), projection)));
    expect(found.slice(0, 4).map((array) => array !== null)).toEqual([true, false, false, true]);
    expect(runSentence(state, { status: 'failed', reason: 'killed by SIGKILL' })).toBe('Failed at epoch 6/6: killed by SIGKILL.');
  });

  it('from Python read with their bare words, and an event of their own is counted', async () => {
    const state = await reduce('20260104-090000-pyth');
    expect(state.skipped).toBe(1);
    expect([...state.columns.get('validation.loss')!.values]).toEqual([2, 1, Number.NaN, 0.5]);
  });
});
