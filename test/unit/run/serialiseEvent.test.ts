import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../../../src/run/runEvent.ts';
import { runSummarySchema } from '../../../src/run/runSummary.ts';
import { serialiseEvent, withoutTimes } from '../../../src/run/serialiseEvent.ts';
import { serialiseSummary } from '../../../src/run/serialiseSummary.ts';

describe('writing an event', () => {
  it('has one order of keys, whatever the order they came in', () => {
    const one = { kind: 'evaluated', timeMs: 5, step: 1, epoch: 0.5, metrics: { b: 1, a: Number.NaN } } as RunEvent;
    const other = { metrics: { a: Number.NaN, b: 1 }, epoch: 0.5, step: 1, timeMs: 5, kind: 'evaluated' } as RunEvent;
    expect(serialiseEvent(one)).toBe('{"kind":"evaluated","timeMs":5,"step":1,"epoch":0.5,"metrics":{"a":"NaN","b":1}}');
    expect(serialiseEvent(other)).toBe(serialiseEvent(one));
  });

  it('is one line, also when a message has several', () => {
    const text = serialiseEvent({ kind: 'runFailed', timeMs: 1, step: 2, message: 'a\nb\u2028c', detail: undefined });
    expect(text).not.toMatch(/\n/);
    expect(JSON.parse(text)).toEqual({ kind: 'runFailed', timeMs: 1, step: 2, message: 'a\nb\u2028c' });
  });

  it('can leave out what two equal runs differ in', () => {
    const finished: RunEvent = { kind: 'runFinished', timeMs: 1, step: 2, epoch: 1, seconds: 3.5, metrics: {} };
    expect(withoutTimes(finished)).toEqual({ kind: 'runFinished', step: 2, epoch: 1, metrics: {} });
  });
});

it('writes a summary that its schema reads back, non-finite numbers too', () => {
  const summary = {
    version: 1 as const,
    name: 'digits',
    experimentPath: 'a/digits.latent.jsonc',
    status: 'running' as const,
    session: 1,
    startedMs: 1,
    updatedMs: 2,
    endedMs: null,
    step: 3,
    epoch: 0.5,
    totalSteps: 10,
    totalEpochs: 5,
    seconds: 1.5,
    engine: 'compiled',
    threads: 2,
    enginePassedOver: null,
    seed: 0,
    settings: 'mlp',
    metrics: { 'train.loss': Number.NaN, 'validation.loss': Number.NEGATIVE_INFINITY, 'test.loss': 1 },
    claims: [],
    reason: null,
  };
  expect(runSummarySchema.parse(JSON.parse(serialiseSummary(summary)))).toEqual(summary);
  const older = JSON.parse(serialiseSummary({ ...summary, threads: undefined as never, enginePassedOver: undefined as never }));
  expect(runSummarySchema.parse(older)).toEqual({ ...summary, threads: null });
});
