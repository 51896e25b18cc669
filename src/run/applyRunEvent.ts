import { Column } from '../math/column.ts';
import { startDownstream, takeMeasure } from './downstreamState.ts';
import { notePace, startClock, stopClock } from './runClock.ts';
import type { RunEvent, RunEventKind } from './runEvent.ts';
import { newRunState, type RunState } from './runState.ts';

type Appliers = { [K in RunEventKind]: (state: RunState, event: Extract<RunEvent, { kind: K }>) => void };

/**
 * Takes one event into the state, in place. The only reducer: live is replay.
 * An event of a kind that is not known is counted and otherwise left alone.
 */
export function applyRunEvent(state: RunState, event: RunEvent): void {
  const apply = appliers[event.kind] as ((state: RunState, event: RunEvent) => void) | undefined;
  if (!apply) {
    state.skipped += 1;
    return;
  }
  apply(state, event);
  state.updatedMs = event.timeMs;
}

const appliers: Appliers = {
  runStarted(state, event) {
    // a first sitting in the middle of a log means that the log was replaced
    const isAnew = event.anew === true || event.session === 1;
    if (isAnew && state.session > 0) Object.assign(state, newRunState(), { skipped: state.skipped });
    const { kind: _kind, timeMs, version: _version, anew: _anew, threads = null, enginePassedOver = null, ...facts } = event;
    Object.assign(state, facts, { threads, enginePassedOver });
    state.startedMs ??= timeMs;
    enter(state, timeMs);
  },
  sampleSaved(state, event) {
    const { kind: _kind, timeMs: _timeMs, indices = null, tokens = null, ...sample } = event;
    state.sample = { ...sample, indices, tokens };
  },
  stepFinished(state, event) {
    advance(state, event);
    takeMetrics(state, event);
    notePace(state, event.timeMs);
  },
  evaluated(state, event) {
    advance(state, event);
    takeMetrics(state, event);
    state.evaluations.push({ step: event.step, epoch: event.epoch });
    notePace(state, event.timeMs);
  },
  frameSaved(state, event) {
    const { kind: _kind, timeMs: _timeMs, spectra = null, language = null, ...places } = event;
    const frame = { ...places, spectra, language };
    // the same step saved again (a resumed run) takes the place of the older frame
    state.frames = state.frames.filter((kept) => kept.step !== frame.step);
    state.frames.push(frame);
  },
  framesThinned(state, event) {
    const kept = new Set(event.kept);
    state.frames = state.frames.filter((frame) => kept.has(frame.step));
    state.frameStride = event.stride;
  },
  checkpointSaved(state, event) {
    // a resumed run tells of the checkpoint that it goes on from, which the log may know already
    if (state.marks.some(({ kind, step }) => kind === 'checkpoint' && step === event.step)) return;
    state.marks.push({ step: event.step, kind: 'checkpoint', text: 'checkpoint' });
  },
  checkpointSkipped(state, event) {
    state.marks.push({ step: event.step, kind: 'warning', text: `checkpoint skipped: ${event.reason}` });
  },
  paused(state, event) {
    state.status = 'paused';
    stopClock(state, event.timeMs);
    state.marks.push({ step: event.step, kind: 'order', text: 'paused' });
  },
  continued(state, event) {
    enter(state, event.timeMs);
    state.marks.push({ step: event.step, kind: 'order', text: 'continued' });
  },
  learningRateChanged(state, event) {
    state.learningRate = event.learningRate;
    state.rateChanges.push({ step: event.step, learningRate: event.learningRate });
    state.marks.push({ step: event.step, kind: 'order', text: `learning rate ${event.learningRate}` });
  },
  warned(state, event) {
    state.marks.push({ step: event.step, kind: 'warning', text: event.message });
  },
  claimsJudged(state, event) {
    state.claims = event.claims;
  },
  downstreamStarted(state, event) {
    forgetMetrics(state, 'downstream.');
    state.downstream = startDownstream(event);
  },
  downstreamMeasured(state, event) {
    if (state.downstream !== null) takeMeasure(state.downstream, event);
  },
  downstreamFinished(state, event) {
    if (state.downstream !== null) state.downstream.confusion = event.confusion;
    takeEndMetrics(state, event);
  },
  resumed(state, event) {
    // the time between the last event of the sitting before and this one was not spent training
    stopClock(state, state.updatedMs);
    cutAfter(state, event.fromStep);
    state.session = event.session;
    state.resumedFrom = event.fromStep;
    enter(state, event.timeMs);
  },
  runFinished(state, event) {
    advance(state, event);
    takeEndMetrics(state, event);
    end(state, event.timeMs, 'finished');
    state.activeMs = event.seconds * 1000;
  },
  runStopped(state, event) {
    advance(state, event);
    end(state, event.timeMs, 'stopped');
    state.activeMs = event.seconds * 1000;
    state.reason = event.reason;
  },
  runFailed(state, event) {
    state.step = Math.max(state.step, event.step);
    end(state, event.timeMs, 'failed');
    state.reason = event.message;
    state.detail = event.detail ?? null;
  },
};

function enter(state: RunState, timeMs: number): void {
  state.status = 'running';
  state.reason = null;
  state.detail = null;
  state.endedMs = null;
  state.pace = [];
  startClock(state, timeMs);
}

function end(state: RunState, timeMs: number, status: 'finished' | 'stopped' | 'failed'): void {
  stopClock(state, timeMs);
  state.status = status;
  state.endedMs = timeMs;
}

function advance(state: RunState, at: { step: number; epoch: number }): void {
  state.step = at.step;
  state.epoch = at.epoch;
}

function takeMetrics(state: RunState, event: { step: number; metrics: Record<string, number> }): void {
  for (const [name, value] of byName(event.metrics)) {
    columnOf(state, name).push(event.step, value);
    setMetric(state, name, value);
  }
}

/** The last numbers of a run mostly repeat its last evaluation: only what is new becomes a point. */
function takeEndMetrics(state: RunState, event: { step: number; metrics: Record<string, number> }): void {
  for (const [name, value] of byName(event.metrics)) {
    const column = columnOf(state, name);
    if (column.steps.at(-1) !== event.step || !Object.is(column.values.at(-1), value)) column.push(event.step, value);
    setMetric(state, name, value);
  }
}

/** As the log has them: the order of the curves is the same live and in replay. */
function byName(metrics: Record<string, number>): [string, number][] {
  return Object.entries(metrics).sort(([a], [b]) => (a < b ? -1 : 1));
}

function columnOf(state: RunState, name: string): Column {
  let column = state.columns.get(name);
  if (!column) {
    column = new Column();
    state.columns.set(name, column);
  }
  return column;
}

function setMetric(state: RunState, name: string, value: number): void {
  // a metric may have any name, "__proto__" too
  Object.defineProperty(state.metrics, name, { value, writable: true, enumerable: true, configurable: true });
  if (name === 'learningRate') state.learningRate = value;
}

/** Metrics of a comparison that is out of date, with their curves. */
function forgetMetrics(state: RunState, start: string): void {
  for (const name of Object.keys(state.metrics)) if (name.startsWith(start)) delete state.metrics[name];
  for (const name of [...state.columns.keys()]) if (name.startsWith(start)) state.columns.delete(name);
}

/** Drops everything later than `step`. The stride of frames stays: files that went do not come back. */
function cutAfter(state: RunState, step: number): void {
  state.metrics = {};
  for (const [name, column] of state.columns) {
    column.cutAfter(step);
    const last = column.values.at(-1);
    if (last === undefined) state.columns.delete(name);
    else setMetric(state, name, last);
  }
  state.frames = state.frames.filter((frame) => frame.step <= step);
  state.marks = state.marks.filter((mark) => mark.step <= step);
  state.rateChanges = state.rateChanges.filter((change) => change.step <= step);
  state.evaluations = state.evaluations.filter((evaluation) => evaluation.step <= step);
  // they were judged at the end, and that is gone
  state.claims = [];
  if (state.downstream !== null && state.downstream.step > step) state.downstream = null;
  state.learningRate = rateInForce(state);
  state.step = step;
  state.epoch = step / state.stepsPerEpoch;
  state.endedMs = null;
}

/** The newer of the last logged rate and the last ordered one. */
function rateInForce(state: RunState): number | null {
  const ordered = state.rateChanges.at(-1);
  const logged = state.columns.get('learningRate');
  const loggedStep = logged?.steps.at(-1) ?? -1;
  if (ordered && ordered.step >= loggedStep) return ordered.learningRate;
  return logged?.values.at(-1) ?? null;
}
