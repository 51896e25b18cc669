import type { Handlers, ToPage } from '../../src/protocol/page.ts';
import { CurveSamples } from './curveSamples.ts';
import type { FrameFacts, RunStore } from './runStore.ts';

type Message<K extends ToPage['kind']> = Extract<ToPage, { kind: K }>;

/** What is done with each message that changes the run; answers to questions go to whoever asked. */
export function applyToPage(store: RunStore): Omit<Handlers<ToPage>, 'curve' | 'frame' | 'confusion'> {
  return {
    snapshot: (message) => applySnapshot(store, message),
    progress: (message) => applyProgress(store, message),
    similarity: ({ name, rows, samples }) => {
      store.similarity = { name, rows, pairs: pairsOf(samples) };
      store.changed();
    },
    notice: ({ message }) => {
      store.notices = [...store.notices.filter((text) => text !== message), message].slice(-3);
      store.changed();
    },
  };
}

function applySnapshot(store: RunStore, message: Message<'snapshot'>): void {
  const isOtherRun = store.run?.id !== message.run.id;
  store.run = message.run;
  store.curves = new Map();
  store.details.clear();
  for (const { name, length, samples } of message.curves) {
    const curve = new CurveSamples();
    curve.replace(pairsOf(samples), length);
    store.curves.set(name, curve);
  }
  store.frames = ascending(message.frames);
  store.sample = message.sample;
  if (isOtherRun) {
    store.view = message.view;
    store.shown = null;
    store.similarity = null;
    store.confusion = null;
  }
  store.changed();
}

function applyProgress(store: RunStore, message: Message<'progress'>): void {
  if (store.run?.id !== message.run.id) return;
  store.run = message.run;
  if (message.cut !== null) cutAfter(store, message.cut);
  for (const { name, from, samples } of message.points) appendPoints(store, name, from, pairsOf(samples));
  if (message.kept) {
    const kept = new Set(message.kept);
    store.frames = store.frames.filter((frame) => kept.has(frame.step));
  }
  if (message.frames.length > 0) {
    const fresh = new Set(message.frames.map((frame) => frame.step));
    store.frames = ascending([...store.frames.filter((frame) => !fresh.has(frame.step)), ...message.frames]);
  }
  if (message.sample) store.sample = message.sample;
  store.changed();
}

function appendPoints(store: RunStore, name: string, from: number, pairs: Float64Array): void {
  let curve = store.curves.get(name);
  if (!curve) {
    curve = new CurveSamples();
    store.curves.set(name, curve);
  }
  curve.append(pairs);
  curve.length = from + pairs.length / 2;
  const detail = store.details.get(name);
  if (detail && pairs.length > 0 && pairs[0]! <= detail.to) detail.samples.append(pairs);
}

/** A resumed run begins again after `step`: what came later never happened. */
function cutAfter(store: RunStore, step: number): void {
  for (const curve of store.curves.values()) curve.cutAfter(step);
  store.details.clear();
  store.frames = store.frames.filter((frame) => frame.step <= step);
  if (store.view.head !== null && store.view.head > step) store.view = { ...store.view, head: step };
}

const ascending = (frames: FrameFacts[]): FrameFacts[] => [...frames].sort((a, b) => a.step - b.step);

/** A buffer of float64 pairs as numbers; what does not fill a pair is left out. */
export function pairsOf(buffer: ArrayBuffer): Float64Array {
  return new Float64Array(buffer, 0, Math.floor(buffer.byteLength / 16) * 2);
}
