import { describe, expect, it } from 'vitest';
import { applyRunEvent } from '../../../src/run/applyRunEvent.ts';
import type { RunEvent, UntimedRunEvent } from '../../../src/run/runEvent.ts';
import { runSentence } from '../../../src/run/runSentence.ts';
import { newRunState, type RunState } from '../../../src/run/runState.ts';

/** A run of ten epochs with these evaluations, one an epoch. */
function runWith(evaluations: Record<string, number>[], more: UntimedRunEvent[] = []): RunState {
  const state = newRunState();
  const take = (event: UntimedRunEvent) => applyRunEvent(state, { ...event, timeMs: 0 } as RunEvent);
  const rows = { train: 10, validation: 2, test: 2 };
  const facts = { totalSteps: 100, totalEpochs: 10, stepsPerEpoch: 10, logEvery: 1, engine: 'wasm', parameters: 1, rows };
  take({ kind: 'runStarted', version: 1, session: 1, name: 'digits', ...facts });
  evaluations.forEach((metrics, i) => {
    take({ kind: 'evaluated', step: i * 10, epoch: i, metrics });
  });
  for (const event of more) take(event);
  return state;
}

const validation = (...losses: number[]) => losses.map((loss) => ({ 'validation.loss': loss }));

describe('the sentence while a run trains', () => {
  it('says what comes first while there is no number', () => {
    expect(runSentence(newRunState())).toBe('Starting: data and engine are being made ready.');
    expect(runSentence(runWith([]))).toBe('Training; the first evaluation is still to come.');
  });

  it('says the main number and how fast it falls', () => {
    expect(runSentence(runWith(validation(2, 1.8, 1.62)))).toBe('Validation loss 1.62, falling 10 % an epoch.');
  });

  it('reads the number against the closed form, and says whose distance it is', () => {
    const at = (metrics: Record<string, number>) => runSentence(runWith([{ 'theory.optimum': 1.5, ...metrics }]));
    expect(runSentence(runWith([{ 'train.loss': 2 }, { 'train.loss': 1.545, 'theory.optimum': 1.5, 'theory.gap': 0.03 }]))).toBe(
      'Training loss 1.54, 3 % above the least possible (1.5), falling 23 % an epoch.',
    );
    expect(at({ 'validation.loss': 1.7, 'train.loss': 1.545, 'theory.gap': 0.03 })).toBe(
      'Validation loss 1.7, training loss 3 % above the least possible (1.5).',
    );
    expect(at({ 'train.loss': 0.9, 'train.lossExpected': 1.53, 'theory.gap': 0.02 })).toBe(
      'Training loss 0.9, expected training loss 2 % above the least possible (1.5).',
    );
    // the loss and its penalty together
    expect(at({ 'train.loss': 1.4, 'theory.gap': 0.02 })).toBe('Training loss 1.4, training objective 2 % above the least possible (1.5).');
    expect(at({ 'train.loss': 1.50105, 'theory.gap': 0.0007 })).toBe('Training loss 1.5, at the least possible (1.5).');
  });

  it('holds an encoder that knows the mask against the best two matrices', () => {
    const at = (lossCorrupted: number) =>
      runSentence(runWith([{ 'train.loss': 0.7, 'theory.separateOptimum': 1.5, 'train.lossCorrupted': lossCorrupted }]));
    expect(at(1.2)).toBe('Training loss 0.7, under the mask 20 % below what two matrices can reach (1.5).');
    expect(at(1.8)).toBe('Training loss 0.7, under the mask 20 % above what two matrices can reach (1.5).');
  });

  it('reads it against the mean where there is no closed form', () => {
    expect(runSentence(runWith([{ 'validation.loss': 1.7, 'validation.r2': 0.87 }]))).toBe(
      'Validation loss 1.7, 87 % of the variance explained.',
    );
    expect(runSentence(runWith([{ 'validation.loss': 9, 'validation.r2': -0.2 }]))).toBe('Validation loss 9, no better than the mean.');
  });

  it('says level where nothing moves', () => {
    expect(runSentence(runWith(validation(1.62, 1.62, 1.6199)))).toBe('Validation loss 1.62, level over the last evaluations.');
  });

  it('says overfitting first, and when it was best', () => {
    const losses = [3, 2, 2.1, 2.2, 2.3, 2.4].map((loss, i) => ({ 'validation.loss': loss, 'train.loss': 2 - i * 0.2 }));
    expect(runSentence(runWith(losses))).toBe(
      'Overfitting: validation loss rises 4.7 % an epoch while training loss falls; it was best at epoch 1 with 2.',
    );
  });

  it('does not call one bad evaluation overfitting', () => {
    const losses = [3, 2.5, 2, 1.9, 2.6].map((loss, i) => ({ 'validation.loss': loss, 'train.loss': 2 - i * 0.2 }));
    expect(runSentence(runWith(losses))).toMatch(/^Validation loss 2.6, falling/);
  });

  it('says since when a number is not finite, and the one thing to try', () => {
    const rate: UntimedRunEvent = { kind: 'learningRateChanged', step: 10, learningRate: 0.5 };
    expect(runSentence(runWith(validation(2, Number.NaN, Number.NaN), [rate]))).toBe(
      'Validation loss is not a number since step 10: try a learning rate below 0.5.',
    );
  });

  it('says where it pauses', () => {
    expect(runSentence(runWith(validation(2, 1.8), [{ kind: 'paused', step: 10 }]))).toBe(
      'Validation loss 1.8, falling 10 % an epoch. Paused at epoch 1/10.',
    );
  });
});

describe('the sentence after the end', () => {
  it('names a better evaluation than the last', () => {
    const finished: UntimedRunEvent = { kind: 'runFinished', step: 100, epoch: 10, seconds: 1, metrics: { 'validation.loss': 1.8 } };
    expect(runSentence(runWith(validation(2, 1.5, 1.8), [finished]))).toBe('Validation loss 1.8, best 1.5 at epoch 1 of 10.');
    expect(runSentence(runWith(validation(2, 1.9, 1.8), [finished]))).toBe('Validation loss 1.8.');
  });

  it('says why it stopped after the number, and why it failed before anything else', () => {
    const stopped: UntimedRunEvent = { kind: 'runStopped', step: 20, epoch: 2, seconds: 1, reason: 'stopped by the user' };
    expect(runSentence(runWith(validation(2, 1.8, 1.7), [stopped]))).toBe(
      'Validation loss 1.7. Stopped at epoch 2/10: stopped by the user.',
    );
    const failed: UntimedRunEvent = { kind: 'runFailed', step: 20, message: 'disk full' };
    expect(runSentence(runWith(validation(2, 1.8, 1.7), [failed]))).toBe('Failed at epoch 2/10: disk full.');
  });

  it('believes lock and exit.json more than the log', () => {
    const state = runWith(validation(2, 1.8));
    expect(runSentence(state, { status: 'failed', reason: 'killed by SIGKILL' })).toBe('Failed at epoch 1/10: killed by SIGKILL.');
    expect(runSentence(state, { status: 'interrupted' })).toMatch(/^Interrupted at epoch 1\/10: the trainer ended without a word/);
    expect(runSentence(state, { status: 'unreachable' })).toMatch(/^No sign of life at epoch 1\/10: /);
  });
});
