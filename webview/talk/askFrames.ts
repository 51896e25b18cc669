import type { ToPage } from '../../src/protocol/page.ts';
import type { FrameArrays, LanguageMoment, RunStore } from '../state/runStore.ts';
import { post } from './vscodeApi.ts';

const rememberedBytes = 8 * 1024 * 1024;
/** An answer that has not come by then is asked for again. */
const patienceMs = 3000;

/** Brings the moment of the head: one question at a time, the newest wish next; up to 8 MB of moments are remembered. */
export class FrameAsker {
  #store: RunStore;
  #request = 0;
  #waiting: { request: number; step: number; sinceMs: number } | null = null;
  #remembered = new Map<number, FrameArrays>();

  constructor(store: RunStore) {
    this.#store = store;
    store.subscribe(() => this.bring());
  }

  /** Asks for the moment of the head unless it is shown, remembered or under way. */
  bring(): void {
    const store = this.#store;
    const wanted = store.frameAtHead?.step;
    if (wanted === undefined || store.shown?.step === wanted) return;
    const known = this.#remembered.get(wanted);
    if (known) {
      this.#show(known);
      return;
    }
    if (this.#waiting && performance.now() - this.#waiting.sinceMs < patienceMs) return;
    this.#waiting = { request: ++this.#request, step: wanted, sinceMs: performance.now() };
    post({ kind: 'askFrame', request: this.#request, step: wanted });
  }

  /** Forgets all moments: another run, or a run that began again. */
  forget(): void {
    this.#remembered.clear();
    this.#waiting = null;
    this.#request++;
  }

  /** Takes the host's answer. */
  take(message: Extract<ToPage, { kind: 'frame' }>): void {
    if (message.request !== this.#waiting?.request) return;
    this.#waiting = null;
    const arrays: FrameArrays = {
      step: message.step,
      projection: floats(message.projection),
      reconstructions: floats(message.reconstructions),
      spectra: new Map(message.spectra.map(({ name, values }) => [name, floats(values) ?? new Float32Array(0)])),
      language: message.language && momentOf(message.language),
    };
    this.#remembered.set(message.step, arrays);
    this.#limit();
    this.#show(arrays);
  }

  #show(arrays: FrameArrays): void {
    this.#store.shown = arrays;
    this.#store.changed();
  }

  #limit(): void {
    let bytes = 0;
    for (const frame of this.#remembered.values()) bytes += sizeBytes(frame);
    for (const [step, frame] of this.#remembered) {
      if (bytes <= rememberedBytes) return;
      bytes -= sizeBytes(frame);
      this.#remembered.delete(step);
    }
  }
}

/** Attention of another size than its tokens say counts as missing. */
function momentOf({ texts, blanks, attention }: NonNullable<Extract<ToPage, { kind: 'frame' }>['language']>): LanguageMoment {
  if (attention === null) return { texts, blanks, attention };
  const { layers, heads, tokens } = attention;
  const values = floats(attention.values);
  const isWhole = values?.length === layers * heads * tokens.length ** 2;
  return { texts, blanks, attention: { layers, heads, tokens, values: isWhole ? values : null } };
}

const sizeBytes = ({ projection, reconstructions, spectra, language }: FrameArrays): number =>
  [projection, reconstructions, language?.attention?.values ?? null, ...spectra.values()].reduce(
    (sum, numbers) => sum + (numbers?.byteLength ?? 0),
    0,
  );

/** A float32 array of the host; null stays null, and a torn buffer counts as damaged. */
export function floats(buffer: ArrayBuffer | null): Float32Array | null {
  return buffer === null || buffer.byteLength % 4 !== 0 ? null : new Float32Array(buffer);
}
