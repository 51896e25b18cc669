import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { progressSince, samplesOf, snapshotOf, toldBySnapshot } from '../../../src/host/runProgress.ts';
import { applyRunEvent } from '../../../src/run/applyRunEvent.ts';
import type { RunEvent, UntimedRunEvent } from '../../../src/run/runEvent.ts';
import { newRunState, type RunState } from '../../../src/run/runState.ts';

/** The page as applyToPage.ts of the webview understands posts: curves as (step, value), frames by step. */
class Page {
  readonly curves = new Map<string, [number, number][]>();
  frames: number[] = [];

  take(post: ReturnType<typeof progressSince>): void {
    const { cut, points, kept, frames } = post;
    if (cut !== null) {
      for (const [name, curve] of this.curves)
        this.curves.set(
          name,
          curve.filter(([step]) => step <= cut),
        );
      this.frames = this.frames.filter((step) => step <= cut);
    }
    for (const { name, from, samples } of points) {
      const curve = this.curves.get(name) ?? [];
      expect(curve.length, `${name}: points before the new ones`).toBe(from);
      this.curves.set(name, [...curve, ...pairs(samples)]);
    }
    if (kept) this.frames = this.frames.filter((step) => kept.includes(step));
    this.frames = [...this.frames.filter((step) => !frames.some((frame) => frame.step === step)), ...frames.map(({ step }) => step)].sort(
      (a, b) => a - b,
    );
  }
}

function pairs(buffer: ArrayBuffer): [number, number][] {
  const numbers = new Float64Array(buffer);
  return Array.from({ length: numbers.length / 2 }, (_, i) => [numbers[2 * i]!, numbers[2 * i + 1]!]);
}

const tell = (state: RunState, event: UntimedRunEvent, timeMs = 1): void => applyRunEvent(state, { ...event, timeMs } as RunEvent);

function start(state: RunState, session = 1, timeMs = 1): void {
  const rows = { train: 10, validation: 1, test: 1 };
  const facts = {
    version: 1,
    name: 'n',
    totalSteps: 100,
    totalEpochs: 10,
    stepsPerEpoch: 10,
    logEvery: 1,
    engine: 'wasm',
    parameters: 1,
    rows,
  } as const;
  tell(state, { kind: 'runStarted', session, ...facts }, timeMs);
}

const step = (state: RunState, at: number): void =>
  tell(state, { kind: 'stepFinished', step: at, epoch: at / 10, metrics: { 'train.loss': at + 0.5 } });
const frame = (state: RunState, at: number): void =>
  tell(state, { kind: 'frameSaved', step: at, epoch: at / 10, latents: 'l', projection: 'p', explained: [0.5, 0.2], reconstructions: 'r' });

/** What the state holds, in the page's form. */
const held = (state: RunState): Record<string, [number, number][]> =>
  Object.fromEntries(
    [...state.columns].map(([name, { steps, values }]) => [name, [...steps].map((at, i) => [at, values[i]!] as [number, number])]),
  );

describe('progressSince', () => {
  test('tells new points once', () => {
    const state = newRunState();
    start(state);
    const told = toldBySnapshot(state, false);
    step(state, 1);
    step(state, 2);
    expect(progressSince(told, state).points.map(({ name, from, samples }) => [name, from, pairs(samples)])).toEqual([
      [
        'train.loss',
        0,
        [
          [1, 1.5],
          [2, 2.5],
        ],
      ],
    ]);
    expect(progressSince(told, state)).toEqual({ points: [], frames: [], kept: null, cut: null });
  });

  test('of a page that was there before the run began needs no cut', () => {
    const state = newRunState();
    const told = toldBySnapshot(state, false);
    start(state);
    step(state, 1);
    expect(progressSince(told, state)).toMatchObject({ cut: null, points: [{ from: 0 }] });
  });

  test('cuts at the step from which a run was resumed', () => {
    const state = newRunState();
    start(state);
    for (const at of [1, 2, 3]) step(state, at);
    const told = toldBySnapshot(state, false);
    tell(state, { kind: 'resumed', session: 2, fromStep: 1 });
    step(state, 2);
    expect(progressSince(told, state)).toMatchObject({ cut: 1, points: [{ name: 'train.loss', from: 1 }] });
  });

  test('leaves a page with what the state holds, whatever happened between two posts', () => {
    const happening = fc.oneof(
      { weight: 6, arbitrary: fc.constant('step') },
      { weight: 3, arbitrary: fc.constant('frame') },
      { weight: 1, arbitrary: fc.constantFrom('thin', 'resume', 'replace') },
      { weight: 3, arbitrary: fc.constant('post') },
    );
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 80 }), fc.integer({ min: 0, max: 10 }), (happenings, backTo) => {
        const state = newRunState();
        start(state);
        const page = new Page();
        const told = toldBySnapshot(state, false);
        let [at, session, timeMs] = [0, 1, 1];
        for (const what of [...happenings, 'post']) {
          if (what === 'step') step(state, ++at);
          else if (what === 'frame') frame(state, at);
          else if (what === 'thin')
            tell(state, {
              kind: 'framesThinned',
              step: at,
              stride: 2,
              kept: state.frames.map((f) => f.step).filter((_, i) => i % 2 === 0),
            });
          else if (what === 'resume') {
            at = Math.min(at, backTo);
            tell(state, { kind: 'resumed', session: ++session, fromStep: at });
          } else if (what === 'replace') {
            [at, session] = [0, 1];
            start(state, 1, ++timeMs);
          } else page.take(progressSince(told, state));
        }
        expect(Object.fromEntries([...page.curves].filter(([, curve]) => curve.length > 0))).toEqual(held(state));
        expect(page.frames).toEqual(state.frames.map((f) => f.step));
      }),
      { numRuns: 300 },
    );
  });
});

describe('snapshotOf', () => {
  test('has at most 512 samples a curve and stays under 1 MB for 20 curves of 10,000 points', () => {
    const state = newRunState();
    start(state);
    const names = Array.from({ length: 20 }, (_, i) => `metric${i}`);
    for (let at = 1; at <= 10_000; at++)
      tell(state, {
        kind: 'stepFinished',
        step: at,
        epoch: 1,
        metrics: Object.fromEntries(names.map((name, i) => [name, Math.sin(at * (i + 1))])),
      });
    const { curves } = snapshotOf(state);
    for (const { samples, length } of curves) {
      expect(length).toBe(10_000);
      expect(samples.byteLength / 16).toBeLessThanOrEqual(514);
    }
    expect(curves.reduce((sum, { samples }) => sum + samples.byteLength, 0)).toBeLessThan(1_000_000);
  });

  test('answers a question for a range with nothing outside it', () => {
    const state = newRunState();
    start(state);
    for (let at = 1; at <= 1000; at++) step(state, at);
    const found = pairs(samplesOf(state.columns.get('train.loss')!, { from: 200, to: 300, pairs: 2000 }));
    expect([found[0]![0], found.at(-1)![0], found.length]).toEqual([200, 300, 101]);
  });
});
