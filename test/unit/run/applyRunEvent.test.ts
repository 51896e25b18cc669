import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyRunEvent } from '../../../src/run/applyRunEvent.ts';
import { comparableRun } from '../../../src/run/comparableRun.ts';
import { RunEventReader } from '../../../src/run/parseRunEvents.ts';
import { elapsedSeconds, remainingSeconds } from '../../../src/run/runClock.ts';
import type { RunEvent, UntimedRunEvent } from '../../../src/run/runEvent.ts';
import { newRunState, type RunState } from '../../../src/run/runState.ts';
import { serialiseEvent } from '../../../src/run/serialiseEvent.ts';
import { anyEvent } from './arbitraryEvents.ts';

const started: UntimedRunEvent = {
  kind: 'runStarted',
  version: 1,
  session: 1,
  name: 'digits',
  totalSteps: 100,
  totalEpochs: 10,
  stepsPerEpoch: 10,
  logEvery: 1,
  engine: 'wasm',
  parameters: 12,
  rows: { train: 10, validation: 2, test: 2 },
};

function reduce(events: readonly UntimedRunEvent[], everyMs = 1000): RunState {
  const state = newRunState();
  events.forEach((event, i) => {
    applyRunEvent(state, { ...event, timeMs: i * everyMs } as RunEvent);
  });
  return state;
}

/** The state as plain values: columns have private fields that toEqual does not see. */
function plain(state: RunState): unknown {
  return { ...state, columns: [...state.columns].map(([name, column]) => [name, [...column.steps], [...column.values]]) };
}

/** Steps from..to with an evaluation, a frame and a checkpoint every tenth. */
function stretch(from: number, to: number): UntimedRunEvent[] {
  const events: UntimedRunEvent[] = [];
  for (let step = from; step <= to; step++) {
    const epoch = step / 10;
    events.push({ kind: 'stepFinished', step, epoch, metrics: { 'train.batchLoss': 1 / step, learningRate: 0.1 / step } });
    if (step % 10 !== 0) continue;
    events.push({ kind: 'evaluated', step, epoch, metrics: { 'validation.loss': 2 / step } });
    const files = { latents: `l${step}`, projection: `p${step}`, reconstructions: `r${step}` };
    events.push({ kind: 'frameSaved', step, epoch, explained: [0.5, 0.25], ...files });
    events.push({ kind: 'checkpointSaved', step, folder: `checkpoints/${step}` });
  }
  return events;
}

describe('the reducer', () => {
  it('gives the same state live and from the log, in whatever portions the log is read', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 30 }), fc.array(fc.nat(4000), { maxLength: 12 }), (events, cuts) => {
        const live = newRunState();
        for (const event of events) applyRunEvent(live, event);
        const bytes = new TextEncoder().encode(events.map((event) => `${serialiseEvent(event)}\n`).join(''));
        const places = [0, ...cuts.map((cut) => Math.min(cut, bytes.length)).sort((a, b) => a - b), bytes.length];
        const reader = new RunEventReader();
        const replayed = newRunState();
        for (let i = 1; i < places.length; i++)
          for (const event of reader.push(bytes.subarray(places[i - 1], places[i]))) applyRunEvent(replayed, event);
        expect(reader.skipped).toBe(0);
        expect(plain(replayed)).toEqual(plain(live));
      }),
    );
  });

  it('never grows a metric beyond its curve: each newest value is the last of its column', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 40 }), (events) => {
        const state = newRunState();
        for (const event of events) applyRunEvent(state, event);
        expect(Object.keys(state.metrics).sort()).toEqual([...state.columns.keys()].sort());
        for (const [name, column] of state.columns) expect(column.values.at(-1)).toBe(state.metrics[name]);
      }),
    );
  });

  it('drops everything later than the step that a run is resumed from', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 99 }), (tenth, reached) => {
        const fromStep = tenth * 10;
        const before = stretch(1, Math.max(fromStep, reached));
        const resumed: UntimedRunEvent = { kind: 'resumed', session: 2, fromStep };
        const order: UntimedRunEvent = { kind: 'learningRateChanged', step: 99, learningRate: 5 };
        const cut = reduce([started, ...before, order, resumed]);
        expect(comparableRun(cut)).toEqual(comparableRun(reduce([started, ...stretch(1, fromStep)])));
        expect(cut).toMatchObject({ session: 2, status: 'running', resumedFrom: fromStep, step: fromStep });
        const whole = reduce([started, ...before, order, resumed, ...stretch(fromStep + 1, 100)]);
        expect(comparableRun(whole)).toEqual(comparableRun(reduce([started, ...stretch(1, 100)])));
      }),
    );
  });

  it('keeps a resumed run equal to an uninterrupted one when frames were thinned between', () => {
    const thinned: UntimedRunEvent = { kind: 'framesThinned', step: 40, stride: 2, kept: [10, 30] };
    const uninterrupted = reduce([started, ...stretch(1, 40), thinned, ...stretch(41, 60)]);
    const resumed = reduce([started, ...stretch(1, 40), thinned, { kind: 'resumed', session: 2, fromStep: 20 }]);
    expect(resumed.frames.map(({ step }) => step)).toEqual([10]);
    expect(resumed.frameStride).toBe(uninterrupted.frameStride);
  });

  it('counts an event of a kind it does not know and goes on', () => {
    const state = reduce([started, { kind: 'moonRose', step: 3 } as unknown as UntimedRunEvent, ...stretch(1, 3)]);
    expect(state).toMatchObject({ skipped: 1, step: 3 });
  });

  it('begins anew when another log is put in the place of the first', () => {
    const state = reduce([started, ...stretch(1, 30), started, ...stretch(1, 20)]);
    expect(comparableRun(state)).toEqual(comparableRun(reduce([started, ...stretch(1, 20)])));
  });

  it('keeps what was logged when a later sitting says its facts again', () => {
    const again = { ...started, session: 2, engine: 'compiled' } as UntimedRunEvent;
    const state = reduce([started, ...stretch(1, 20), { kind: 'resumed', session: 2, fromStep: 20 }, again]);
    expect(state).toMatchObject({ engine: 'compiled', session: 2, step: 20 });
    expect(state.columns.get('train.batchLoss')).toHaveLength(20);
  });

  it('knows what computes the newest sitting, and nothing of threads where a log does not say', () => {
    const passedOver = 'ONNX Runtime is not part of this package: this run is computed on "wasm"';
    const told = { ...started, threads: 1, enginePassedOver: passedOver } as UntimedRunEvent;
    expect(reduce([told])).toMatchObject({ engine: 'wasm', threads: 1, enginePassedOver: passedOver });
    expect(reduce([started])).toMatchObject({ engine: 'wasm', threads: null, enginePassedOver: null });
    const elsewhere = { ...started, session: 2, engine: 'compiled', threads: undefined } as UntimedRunEvent;
    expect(reduce([told, elsewhere])).toMatchObject({ engine: 'compiled', threads: null, enginePassedOver: null });
  });

  it('needs at most 24 bytes a logged number after 100,000 events', () => {
    const state = newRunState();
    applyRunEvent(state, { ...started, timeMs: 0 } as RunEvent);
    const metrics = { 'train.batchLoss': 0.5, learningRate: 0.1 };
    for (let step = 1; step <= 100_000; step++) applyRunEvent(state, { kind: 'stepFinished', timeMs: step, step, epoch: 1, metrics });
    const bytes = [...state.columns.values()].reduce((sum, column) => sum + column.sizeBytes, 0);
    expect(bytes / 200_000).toBeLessThanOrEqual(24);
    expect(state.pace.length).toBeLessThanOrEqual(64);
  });

  it('takes the last numbers of a run that repeat its last evaluation only once', () => {
    const last = { step: 20, epoch: 2, metrics: { 'validation.loss': 0.1, 'test.loss': 0.2 } };
    const state = reduce([started, ...stretch(1, 20), { kind: 'runFinished', seconds: 3, ...last }]);
    expect(state.columns.get('validation.loss')).toHaveLength(2);
    expect(state.metrics['test.loss']).toBe(0.2);
    expect(state).toMatchObject({ status: 'finished', endedMs: (stretch(1, 20).length + 1) * 1000 });
  });

  it('takes a metric of any name', () => {
    const metrics = JSON.parse('{"__proto__": 1, "constructor": 2}') as Record<string, number>;
    const state = reduce([started, { kind: 'evaluated', step: 1, epoch: 0.1, metrics }]);
    expect(Object.entries(state.metrics)).toEqual([
      ['__proto__', 1],
      ['constructor', 2],
    ]);
  });
});

describe('the clock', () => {
  it('leaves pauses and the time between two sittings out', () => {
    const state = newRunState();
    const at = (timeMs: number, event: UntimedRunEvent) => applyRunEvent(state, { ...event, timeMs } as RunEvent);
    at(0, started);
    at(1000, { kind: 'paused', step: 1 });
    expect(elapsedSeconds(state, 5000)).toBe(1);
    at(9000, { kind: 'continued', step: 1 });
    at(11_000, { kind: 'stepFinished', step: 2, epoch: 0.2, metrics: {} });
    expect(elapsedSeconds(state, 12_000)).toBe(4);
    // killed, and resumed an hour later
    at(3_600_000, { kind: 'resumed', session: 2, fromStep: 0 });
    expect(elapsedSeconds(state, 3_602_000)).toBe(5);
  });

  it('estimates the remaining time from the recent pace, not from the whole run', () => {
    const state = newRunState();
    const at = (timeMs: number, event: UntimedRunEvent) => applyRunEvent(state, { ...event, timeMs } as RunEvent);
    at(0, started);
    expect(remainingSeconds(state)).toBeNull();
    let timeMs = 0;
    for (let step = 1; step <= 90; step++) {
      timeMs += step <= 10 ? 60_000 : 500;
      at(timeMs, { kind: 'stepFinished', step, epoch: step / 10, metrics: {} });
    }
    expect(remainingSeconds(state)).toBeCloseTo(5, 6);
    at(timeMs, { kind: 'runStopped', step: 90, epoch: 9, seconds: 10, reason: 'stopped' });
    expect(remainingSeconds(state)).toBeNull();
  });
});
