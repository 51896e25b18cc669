import { describe, expect, test } from 'vitest';
import { applyRunEvent } from '../../../src/run/applyRunEvent.ts';
import type { UntimedRunEvent } from '../../../src/run/runEvent.ts';
import { newRunState, type RunState } from '../../../src/run/runState.ts';
import { started as runStarted } from '../store/sampleRun.ts';

const started: Extract<UntimedRunEvent, { kind: 'downstreamStarted' }> = {
  kind: 'downstreamStarted',
  step: 100,
  arms: ['raw', 'frozen'],
  labels: [10, 50],
  draws: 2,
  head: { hidden: [], loss: 'crossEntropy' },
  transductive: false,
  classes: ['a', 'b'],
  testRows: 40,
};
const measured = (labels: number, draw: number, accuracy: number): UntimedRunEvent => ({
  kind: 'downstreamMeasured',
  step: 100,
  arm: 'raw',
  labels,
  draw,
  accuracy,
  losses: { crossEntropy: 1, squared: 2, hinge: 3 },
  strength: 1,
  unseen: [],
});
const finished = (labels: number): UntimedRunEvent => ({
  kind: 'downstreamFinished',
  step: 100,
  confusion: 'arrays/downstream-confusion-1.npy',
  metrics: { [`downstream.raw.${labels}.accuracy`]: 0.5 },
});

function stateAfter(...events: UntimedRunEvent[]): RunState {
  const state = newRunState();
  [runStarted, ...events].forEach((event, i) => {
    applyRunEvent(state, { ...event, timeMs: i + 1 });
  });
  return state;
}

describe('a comparison in the state of a run', () => {
  test('gathers its measures, the newest of an arm, a budget and a draw', () => {
    const { downstream } = stateAfter(started, measured(10, 0, 0.4), measured(10, 1, 0.5), measured(10, 0, 0.6));
    expect(downstream).toMatchObject({ step: 100, classes: ['a', 'b'], confusion: null });
    expect(downstream!.measured.map(({ draw, accuracy }) => [draw, accuracy])).toEqual([
      [0, 0.6],
      [1, 0.5],
    ]);
  });

  test('ends with its array and its metrics', () => {
    const state = stateAfter(started, measured(10, 0, 0.4), finished(10));
    expect(state.downstream!.confusion).toBe('arrays/downstream-confusion-1.npy');
    expect(state.metrics['downstream.raw.10.accuracy']).toBe(0.5);
    expect(state.columns.get('downstream.raw.10.accuracy')!.steps.at(-1)).toBe(100);
  });

  test('gives way to a newer one, with its metrics', () => {
    const state = stateAfter(started, measured(10, 0, 0.4), finished(10), { ...started, labels: [50] }, finished(50));
    expect(state.downstream!.measured).toEqual([]);
    expect(Object.keys(state.metrics)).toEqual(['downstream.raw.50.accuracy']);
    expect([...state.columns.keys()]).toEqual(['downstream.raw.50.accuracy']);
  });

  test('leaves how a run ended as it is', () => {
    const end: UntimedRunEvent = { kind: 'runFinished', step: 100, epoch: 10, seconds: 3, metrics: {} };
    expect(stateAfter(end, started, measured(10, 0, 0.4), finished(10))).toMatchObject({ status: 'finished', endedMs: 2, session: 1 });
  });

  test('is dropped when the run goes on from before it, and stays when it goes on from there', () => {
    const resumed = (fromStep: number): UntimedRunEvent => ({ kind: 'resumed', session: 2, fromStep });
    expect(stateAfter(started, measured(10, 0, 0.4), finished(10), resumed(90)).downstream).toBeNull();
    expect(stateAfter(started, measured(10, 0, 0.4), finished(10), resumed(90)).metrics).toEqual({});
    expect(stateAfter(started, measured(10, 0, 0.4), resumed(100)).downstream!.measured).toHaveLength(1);
  });

  test('needs its beginning: a measure without one is left alone', () => {
    expect(stateAfter(measured(10, 0, 0.4)).downstream).toBeNull();
  });
});
