import type { UntimedRunEvent } from '../../../src/run/runEvent.ts';
import type { RunSummary } from '../../../src/run/runSummary.ts';

/** The first event of a small run. */
export const started: Extract<UntimedRunEvent, { kind: 'runStarted' }> = {
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

/** A step of it. */
export function stepAt(step: number): UntimedRunEvent {
  return { kind: 'stepFinished', step, epoch: step / 10, metrics: { 'train.loss': 1 / step } };
}

/** Its summary, with these differences. */
export function summary(change: Partial<RunSummary> = {}): RunSummary {
  return {
    version: 1,
    name: 'digits',
    experimentPath: 'digits.latent.jsonc',
    status: 'finished',
    session: 1,
    startedMs: 1,
    updatedMs: 2,
    endedMs: null,
    step: 3,
    epoch: 0.3,
    totalSteps: 100,
    totalEpochs: 10,
    seconds: 1.5,
    engine: 'wasm',
    threads: 1,
    enginePassedOver: null,
    seed: 0,
    settings: 'mlp 64-[64]-16',
    metrics: { 'validation.loss': 1.62 },
    claims: [],
    reason: null,
    ...change,
  };
}
