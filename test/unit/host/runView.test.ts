import { expect, test } from 'vitest';
import { runView } from '../../../src/host/runView.ts';
import { runViewSchema } from '../../../src/protocol/page.ts';
import { applyRunEvent } from '../../../src/run/applyRunEvent.ts';
import { newRunState, type RunState } from '../../../src/run/runState.ts';
import { listingWith, summaryWith } from './listing.ts';

function runningState(): RunState {
  const state = newRunState();
  const rows = { train: 10, validation: 1, test: 1 };
  const facts = {
    version: 1,
    session: 1,
    totalSteps: 100,
    totalEpochs: 10,
    stepsPerEpoch: 10,
    logEvery: 1,
    engine: 'wasm',
    parameters: 1,
    rows,
  } as const;
  applyRunEvent(state, { kind: 'runStarted', timeMs: 1000, name: 'Digits', ...facts });
  applyRunEvent(state, { kind: 'stepFinished', timeMs: 2000, step: 10, epoch: 1, metrics: { 'train.loss': Number.NaN, 'train.mse': 0.5 } });
  return state;
}

test('a run of which nothing is known yet has a header that the page can read', () => {
  const view = runView(newRunState(), 'an-id', undefined, 5000);
  expect(runViewSchema.safeParse(view).error).toBeUndefined();
  expect(view).toMatchObject({ id: 'an-id', name: 'an-id', status: 'starting', elapsedSeconds: 0, remainingSeconds: null });
});

test('a loss that is no number is left to the sentence: the message carries finite numbers only', () => {
  const view = runView(runningState(), 'an-id', undefined, 3000);
  expect(runViewSchema.safeParse(view).error).toBeUndefined();
  expect(view.metrics).toEqual({ 'train.mse': 0.5 });
  expect(view.sentence).toMatch(/not a number|not finite|NaN/i);
});

test('the clock runs while the run does, and stands when its trainer has died', () => {
  const state = runningState();
  const alive = listingWith({ status: 'running', summary: summaryWith({ status: 'running' }) });
  expect(runView(state, 'an-id', alive, 4000)).toMatchObject({ status: 'running', elapsedSeconds: 3 });
  const dead = listingWith({ status: 'failed', reason: 'killed by SIGKILL' });
  expect(runView(state, 'an-id', dead, 900_000)).toMatchObject({
    status: 'failed',
    reason: 'killed by SIGKILL',
    elapsedSeconds: 1,
    remainingSeconds: null,
  });
});

test('the events know an end before the list does', () => {
  const state = runningState();
  applyRunEvent(state, { kind: 'runStopped', timeMs: 3000, step: 10, epoch: 1, seconds: 2, reason: 'stopped by the user' });
  expect(runView(state, 'an-id', listingWith({ status: 'running' }), 9000)).toMatchObject({ status: 'stopped', elapsedSeconds: 2 });
});

test('the name people gave a run wins', () => {
  const notes = { ...listingWith().notes, name: 'Mine' };
  expect(runView(runningState(), 'an-id', listingWith({ notes }), 3000).name).toBe('Mine');
});
