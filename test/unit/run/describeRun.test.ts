import { describe, expect, it } from 'vitest';
import { describeRun } from '../../../src/run/describeRun.ts';
import { formatAge, formatClock, formatFigure, formatPercent } from '../../../src/run/format.ts';
import { newRunState } from '../../../src/run/runState.ts';
import type { RunSummary } from '../../../src/run/runSummary.ts';
import { summaryOf } from '../../../src/run/summaryOf.ts';

const nowMs = 1_000_000;
const running: RunSummary = {
  ...summaryOf(newRunState(), { experimentPath: 'digits.latent.jsonc', seed: 3, settings: 'mlp', nowMs }),
  status: 'running',
  step: 310,
  epoch: 31,
  totalSteps: 500,
  totalEpochs: 50,
  seconds: 3.1,
  metrics: { 'train.loss': 1.4, 'validation.loss': 1.6182 },
};

describe("the tree's description of a run", () => {
  it('is epoch, main number and time left while it trains', () => {
    expect(describeRun(running, nowMs)).toBe('epoch 31/50 · 1.62 · 0:02 left');
    expect(describeRun({ ...running, step: 0, metrics: {} }, nowMs)).toBe('epoch 31/50');
    expect(describeRun({ ...running, totalEpochs: 12.5 }, nowMs)).toBe('step 310/500 · 1.62 · 0:02 left');
  });

  it('is the main number and its age after', () => {
    const at = { endedMs: nowMs - 130_000 };
    expect(describeRun({ ...running, ...at, status: 'finished' }, nowMs)).toBe('1.62 · 2 m ago');
    const claim = { text: 'train.loss < 1', left: 1.4, right: 1, noise: 0 };
    const claims: RunSummary['claims'] = [
      { ...claim, verdict: 'confirmed' },
      { ...claim, verdict: 'refuted' },
    ];
    expect(describeRun({ ...running, ...at, status: 'finished', claims }, nowMs)).toBe('1.62 · 1 of 2 confirmed · 2 m ago');
    expect(describeRun({ ...running, ...at, status: 'stopped' }, nowMs)).toBe('stopped at epoch 31/50 · 1.62 · 2 m ago');
    expect(describeRun({ ...running, ...at, status: 'failed' }, nowMs)).toBe('failed at epoch 31/50 · 2 m ago');
  });

  it('names what is unusual', () => {
    expect(describeRun({ ...running, status: 'starting' }, nowMs)).toBe('starting');
    expect(describeRun({ ...running, status: 'paused' }, nowMs)).toBe('paused · epoch 31/50 · 1.62');
    expect(describeRun({ ...running, status: 'interrupted' }, nowMs)).toBe('interrupted at epoch 31/50 · 1.62 · now');
    expect(describeRun({ ...running, status: 'unreachable' }, nowMs)).toBe('no sign of life at epoch 31/50 · 1.62 · now');
    expect(describeRun({ ...running, status: 'failed', step: 0 }, nowMs)).toBe('failed · now');
  });
});

describe('numbers for people', () => {
  it('have three digits that count', () => {
    const figures = [1.6182, 0.00123456, 12_345.6, 123.4, 1.2e-7, 3e9, 0, -2.5, Number.NaN, Number.POSITIVE_INFINITY];
    const words = ['1.62', '0.00123', '12346', '123', '1.2e-7', '3.0e9', '0', '-2.5', 'not a number', 'infinite'];
    expect(figures.map(formatFigure)).toEqual(words);
  });

  it('are percentages, clocks and ages', () => {
    expect([0.31, 0.034, 0.0004, -0.5].map(formatPercent)).toEqual(['31 %', '3.4 %', '0.04 %', '-50 %']);
    expect([4, 65, 3725, -3].map(formatClock)).toEqual(['0:04', '1:05', '1:02:05', '0:00']);
    expect([0, 40, 130, 7300, 200_000].map((seconds) => formatAge(seconds * 1000))).toEqual([
      'now',
      '40 s ago',
      '2 m ago',
      '2 h ago',
      '2 d ago',
    ]);
  });
});
