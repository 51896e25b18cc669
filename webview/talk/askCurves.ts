import type { ToPage } from '../../src/protocol/page.ts';
import { pairsOf } from '../state/applyToPage.ts';
import { CurveSamples } from '../state/curveSamples.ts';
import type { RunStore } from '../state/runStore.ts';
import { post } from './vscodeApi.ts';

const settleMs = 80;

interface Question {
  name: string;
  from: number;
  to: number;
  pairs: number;
}

/** Brings curves in the detail of the visible range, once the range has held still for a moment. */
export class CurveAsker {
  #store: RunStore;
  #request = 0;
  #asked = new Map<string, { request: number; question: Question }>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(store: RunStore) {
    this.#store = store;
  }

  /** Wants `names` from step `from` to step `to` in at most `pairs` min/max pairs; asks only where the page holds less. */
  want(names: readonly string[], range: { from: number; to: number; pairs: number }): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      for (const name of names) this.#ask(name, range);
    }, settleMs);
  }

  #ask(name: string, { from, to, pairs }: { from: number; to: number; pairs: number }): void {
    const curve = this.#store.curves.get(name);
    if (!curve || curve.held >= curve.length) return;
    const asked = this.#asked.get(name);
    if (asked && asked.question.from === from && asked.question.to === to && asked.question.pairs === pairs) return;
    const request = ++this.#request;
    this.#asked.set(name, { request, question: { name, from, to, pairs } });
    post({ kind: 'askCurve', request, name, from, to, pairs: Math.min(2000, Math.max(16, pairs)) });
  }

  /** Forgets what was asked: answers still under way are of no use. */
  forget(): void {
    this.#asked.clear();
    clearTimeout(this.#timer);
  }

  /** Takes the host's answer unless a newer question superseded it. */
  take(message: Extract<ToPage, { kind: 'curve' }>): void {
    const asked = this.#asked.get(message.name);
    if (asked?.request !== message.request) return;
    const samples = new CurveSamples();
    const pairs = pairsOf(message.samples);
    samples.replace(pairs, pairs.length / 2);
    const curve = this.#store.curves.get(message.name);
    if (curve) for (const pair of laterPairs(curve, samples.lastStep, asked.question.to)) samples.append(pair);
    this.#store.details.set(message.name, { from: asked.question.from, to: asked.question.to, samples });
    this.#store.changed();
  }
}

/** Points that came while the answer was under way. */
function* laterPairs(curve: CurveSamples, after: number, to: number): Generator<Float64Array> {
  const { steps, values } = curve;
  for (let i = 0; i < steps.length; i++) if (steps[i]! > after && steps[i]! <= to) yield Float64Array.of(steps[i]!, values[i]!);
}
