import { expect, test } from 'vitest';
import { runContext } from '../../../src/host/runContext.ts';

test('without runs nothing is offered', () => {
  expect(Object.values(runContext([])).some(Boolean)).toBe(false);
});

test('a paused run can be resumed and stopped, not paused', () => {
  expect(runContext([{ status: 'paused' }])).toEqual({
    hasRun: true,
    hasSeveralRuns: false,
    hasLiveRun: true,
    hasTrainingRun: false,
    hasQueuedRun: false,
    hasResumableRun: true,
  });
});

test('a run that ended before its last epoch can be resumed', () => {
  for (const status of ['stopped', 'interrupted', 'failed'] as const) expect(runContext([{ status }]).hasResumableRun).toBe(true);
});

test('two ended runs can be compared and opened only', () => {
  const context = {
    hasRun: true,
    hasSeveralRuns: true,
    hasLiveRun: false,
    hasTrainingRun: false,
    hasQueuedRun: false,
    hasResumableRun: false,
  };
  expect(runContext([{ status: 'finished' }, { status: 'unreachable' }])).toEqual(context);
});
