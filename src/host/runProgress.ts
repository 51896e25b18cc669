import type { Column } from '../math/column.ts';
import { thinToPairs } from '../math/minMax.ts';
import type { ToPage } from '../protocol/page.ts';
import type { RunFrame, RunState } from '../run/runState.ts';

type Snapshot = Extract<ToPage, { kind: 'snapshot' }>;
type Progress = Extract<ToPage, { kind: 'progress' }>;

/** Min/max pairs of each curve in a snapshot: 512 samples, two to a pair. */
const snapshotPairs = 256;

/** What the page has been told of a run: the difference to its state is the next post. */
export interface ToldOfRun {
  session: number;
  startedMs: number | null;
  /** Points told of each curve. */
  lengths: Map<string, number>;
  /** Steps of the frames told. */
  frames: Set<number>;
  hasSample: boolean;
}

/** Curves and frames of a snapshot. */
export function snapshotOf(state: RunState): Pick<Snapshot, 'curves' | 'frames'> {
  const curves = [...state.columns].map(([name, column]) => ({ name, length: column.length, samples: samplesOf(column) }));
  return { curves, frames: state.frames.map(frameFacts) };
}

/** Samples of a curve between two steps, as the page takes them: float64 pairs (step, value). */
export function samplesOf(column: Column, range: { from?: number; to?: number; pairs?: number } = {}): ArrayBuffer {
  const { from = 0, to = Number.POSITIVE_INFINITY, pairs = snapshotPairs } = range;
  const last = column.steps.at(-1) ?? 0;
  return bufferOf(thinToPairs(column, { from: Math.max(0, from), to: Math.min(to, last), pairs }));
}

/** What a page knows that just got a snapshot of this state. */
export function toldBySnapshot(state: RunState, hasSample: boolean): ToldOfRun {
  return {
    session: state.session,
    startedMs: state.startedMs,
    lengths: new Map([...state.columns].map(([name, column]) => [name, column.length])),
    frames: new Set(state.frames.map(({ step }) => step)),
    hasSample,
  };
}

/** What is new in the state; afterwards it counts as told. */
export function progressSince(told: ToldOfRun, state: RunState): Pick<Progress, 'points' | 'frames' | 'kept' | 'cut'> {
  const cut = cutSince(told, state);
  if (cut !== null) forgetAfter(told, state, cut);
  told.session = state.session;
  told.startedMs = state.startedMs;
  return { points: newPoints(told, state), ...newFrames(told, state), cut };
}

/** The step after which what was told no longer holds: the run was resumed there; 0 when more happened to it than one post can follow. */
function cutSince(told: ToldOfRun, state: RunState): number | null {
  if (told.session === 0) return null;
  if (told.session === state.session && told.startedMs === state.startedMs) return null;
  const isResumedOnce = state.session === told.session + 1 && told.startedMs === state.startedMs;
  return isResumedOnce ? (state.resumedFrom ?? 0) : 0;
}

function forgetAfter(told: ToldOfRun, state: RunState, step: number): void {
  for (const [name, length] of told.lengths) told.lengths.set(name, Math.min(length, countUpTo(state.columns.get(name), step)));
  for (const frame of told.frames) if (frame > step) told.frames.delete(frame);
}

function countUpTo(column: Column | undefined, step: number): number {
  if (!column) return 0;
  const { steps } = column;
  let count = steps.length;
  while (count > 0 && steps[count - 1]! > step) count--;
  return count;
}

function newPoints(told: ToldOfRun, state: RunState): Progress['points'] {
  const points: Progress['points'] = [];
  for (const [name, { steps, values, length }] of state.columns) {
    const from = told.lengths.get(name) ?? 0;
    if (length <= from) continue;
    const pairs = new Float64Array(2 * (length - from));
    for (let i = from; i < length; i++) {
      pairs[2 * (i - from)] = steps[i]!;
      pairs[2 * (i - from) + 1] = values[i]!;
    }
    points.push({ name, from, samples: bufferOf(pairs) });
    told.lengths.set(name, length);
  }
  return points;
}

function newFrames(told: ToldOfRun, state: RunState): Pick<Progress, 'frames' | 'kept'> {
  const fresh = state.frames.filter(({ step }) => !told.frames.has(step));
  const steps = state.frames.map(({ step }) => step);
  const present = new Set(steps);
  const hasThinned = [...told.frames].some((step) => !present.has(step));
  told.frames = present;
  return { frames: fresh.map(frameFacts), kept: hasThinned ? steps : null };
}

function frameFacts({ step, epoch, explained }: RunFrame): Progress['frames'][number] {
  const [first, second] = explained;
  return { step, epoch, explained: [Number.isFinite(first) ? first : 0, Number.isFinite(second) ? second : 0] };
}

/** An ArrayBuffer of exactly these numbers. */
export function bufferOf(numbers: Float64Array | Float32Array): ArrayBuffer {
  const { buffer, byteOffset, byteLength } = numbers;
  const isWhole = buffer instanceof ArrayBuffer && byteOffset === 0 && byteLength === buffer.byteLength;
  return isWhole ? (buffer as ArrayBuffer) : (numbers.slice().buffer as ArrayBuffer);
}
