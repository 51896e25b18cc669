import { expect, test } from 'vitest';
import { closingBlock } from '../../../src/cli/closingBlock.ts';
import { ProgressLine } from '../../../src/cli/progressLine.ts';
import { sampleTexts } from '../../../src/cli/sampleTexts.ts';
import { applyRunEvent } from '../../../src/run/applyRunEvent.ts';
import type { LanguageMoment, RunEvent, UntimedRunEvent } from '../../../src/run/runEvent.ts';
import { newRunState, type RunState } from '../../../src/run/runState.ts';

/** A finished language model with one moment. */
function finishedRun(language: LanguageMoment): RunState {
  const state = newRunState();
  const take = (event: UntimedRunEvent) => applyRunEvent(state, { ...event, timeMs: 0 } as RunEvent);
  const rows = { train: 10, validation: 2, test: 2 };
  const facts = { totalSteps: 20, totalEpochs: 2, stepsPerEpoch: 10, logEvery: 1, engine: 'compiled', parameters: 1, rows };
  take({ kind: 'runStarted', version: 1, session: 1, name: 'names', ...facts });
  for (const [i, loss] of [3.3, 2.5, 2.08].entries()) {
    const metrics = { 'validation.nats': loss, 'train.nats': loss - 0.1, 'validation.bitsPerCharacter': 3, 'theory.bigram': 2.43 };
    take({ kind: 'evaluated', step: 10 * i, epoch: i, metrics });
  }
  const files = { latents: 'l', projection: 'p', reconstructions: null };
  take({ kind: 'frameSaved', step: 20, epoch: 2, explained: [0.5, 0.25], ...files, language });
  take({ kind: 'runFinished', step: 20, epoch: 2, seconds: 3, metrics: {} });
  return state;
}

const texts = ['emma', 'alina', 'b\u001b[31mad'].map((text, i) => ({ text, logProbability: -9, finished: i > 0 }));

test('the last words on the terminal say the loss against counting pairs, its numbers and what was written', () => {
  const block = closingBlock({ state: finishedRun({ texts }), id: 'id', folder: 'runs/id', seconds: 3 }, (_, text) => text);
  const lines = block.split('\n');
  expect(lines.length).toBeLessThanOrEqual(9);
  expect(lines[1]).toBe('Validation loss 2.08 nats a token (perplexity 8), 0.35 nats below counting pairs (2.43).');
  expect(lines[2]).toBe('validation.nats 2.08   train.nats 1.98   validation.bitsPerCharacter 3');
  expect(lines[3]).toMatch(/^loss {4}█▃▁$/);
  expect(lines[4]).toBe('texts   emma… · alina · b [31mad');
});

test('filled blanks stand in brackets', () => {
  const blanks = [
    { token: 'a', candidates: null },
    { token: 'n', candidates: [{ token: ' ', probability: 0.5 }] },
  ];
  expect(sampleTexts(finishedRun({ blanks }))).toBe('a [␣]');
  expect(sampleTexts(finishedRun({}))).toBeNull();
  expect(sampleTexts(newRunState())).toBeNull();
});

test('the progress of a language model has its loss, also without a terminal', () => {
  const written: string[] = [];
  const stream = { isTTY: false, write: (text: string) => written.push(text) };
  new ProgressLine(stream as never).update(finishedRun({ texts }));
  expect(written).toEqual([expect.stringContaining('epoch 2/2 · loss 2.08')]);
});
