import type { ToPage } from '../../src/protocol/page.ts';
import type { RunStore } from '../state/runStore.ts';
import { floats } from './askFrames.ts';
import { post } from './vscodeApi.ts';

/** Brings the confusion matrices of a comparison, once a file. */
export class ConfusionAsker {
  readonly #store: RunStore;
  #request = 0;
  #file: string | null = null;

  constructor(store: RunStore) {
    this.#store = store;
  }

  /** Asks for the matrices in a file unless they are here or under way. */
  want(file: string): void {
    if (this.#file === file || this.#store.confusion?.file === file) return;
    this.#file = file;
    post({ kind: 'askConfusion', request: ++this.#request });
  }

  /** Takes the host's answer; one that was overtaken is left alone. */
  take({ request, values }: Extract<ToPage, { kind: 'confusion' }>): void {
    if (request !== this.#request || this.#file === null) return;
    this.#store.confusion = { file: this.#file, values: floats(values) };
    this.#file = null;
    this.#store.changed();
  }
}
