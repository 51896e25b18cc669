import { describe, expect, test } from 'vitest';
import { runSweep, type SweepPlan, type TrialResult } from '../../../src/trainer/runSweep.ts';

const trials = (count: number) => Array.from({ length: count }, (_, i) => ({ number: i + 1, settings: { x: i } }));

/** A sweep whose trial of setting x has the loss `loss(x)` on every rung, with what was trained when. */
function sweepOf(count: number, change: Partial<SweepPlan> = {}, loss: (x: number) => number = (x) => (x - 3) ** 2) {
  const sittings: [number, number][] = [];
  let now = 0;
  let most = 0;
  const plan: SweepPlan = {
    trials: trials(count),
    how: 'grid',
    by: 'validation.loss',
    parallel: 2,
    isStopped: () => false,
    train: async ({ number, settings }, share) => {
      sittings.push([number, share]);
      most = Math.max(most, ++now);
      await Promise.resolve();
      now--;
      const value = loss(settings.x as number);
      return {
        run: `run-${number}`,
        status: share < 1 ? 'stopped' : 'finished',
        metrics: { 'validation.loss': value },
        reason: null,
        seconds: 1,
      };
    },
    ...change,
  };
  return { plan, sittings, most: () => most };
}

const numbers = (results: readonly TrialResult[]) => results.map(({ number }) => number);

describe('a sweep', () => {
  test('trains every trial once, so many at a time, and puts the best first', async () => {
    const { plan, sittings, most } = sweepOf(6);
    const results = await runSweep(plan);
    expect(sittings).toEqual([1, 2, 3, 4, 5, 6].map((number) => [number, 1]));
    expect(most()).toBe(2);
    expect(numbers(results)).toEqual([4, 3, 5, 2, 6, 1]);
  });

  test('by halving trains the better half on, each rung twice as long', async () => {
    const { plan, sittings } = sweepOf(5, { how: 'successiveHalving', parallel: 1 });
    const results = await runSweep(plan);
    expect(sittings).toEqual([
      ...[1, 2, 3, 4, 5].map((number) => [number, 1 / 8]),
      ...[3, 4, 5].map((number) => [number, 1 / 4]),
      ...[3, 4].map((number) => [number, 1 / 2]),
      [4, 1],
    ]);
    expect(results[0]).toMatchObject({ number: 4, status: 'finished', seconds: 4 });
    expect(numbers(results)).toEqual([4, 3, 5, 2, 1]);
    expect(results.at(-1)).toMatchObject({ number: 1, status: 'stopped', seconds: 1 });
  });

  test('takes more for better where the metric says so', async () => {
    const { plan } = sweepOf(4, { by: 'probe.linear.accuracy' });
    const train: SweepPlan['train'] = async (trial, share) => ({
      ...(await plan.train(trial, share)),
      metrics: { 'probe.linear.accuracy': trial.number / 10 },
    });
    expect(numbers(await runSweep({ ...plan, train }))).toEqual([4, 3, 2, 1]);
  });

  test('goes on without a trial that failed, and puts it last', async () => {
    const { plan, sittings } = sweepOf(4, { how: 'successiveHalving', parallel: 1 });
    const train: SweepPlan['train'] = async (trial, share) =>
      trial.number === 4 ? { run: 'run-4', status: 'failed', metrics: {}, reason: 'for the test', seconds: 0 } : plan.train(trial, share);
    const results = await runSweep({ ...plan, train });
    expect(sittings.at(-1)).toEqual([3, 1]);
    expect(results.at(-1)).toMatchObject({ number: 4, status: 'failed', reason: 'for the test' });
  });

  test('that is stopped begins nothing more', async () => {
    let ended = 0;
    const { plan, sittings } = sweepOf(6, { parallel: 1, onEnd: () => ended++, isStopped: () => ended >= 2 });
    const results = await runSweep(plan);
    expect(sittings.length).toBe(2);
    expect(results.filter(({ status }) => status === 'waiting').length).toBe(4);
  });

  test('does not train a trial on that has finished before its share', async () => {
    const { plan, sittings } = sweepOf(2, { how: 'successiveHalving', parallel: 1 });
    const train: SweepPlan['train'] = async (trial, share) => ({ ...(await plan.train(trial, share)), status: 'finished' });
    await runSweep({ ...plan, train });
    expect(sittings).toEqual([
      [1, 1 / 2],
      [2, 1 / 2],
    ]);
  });
});
