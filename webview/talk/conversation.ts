import { type Handlers, type ToPage, toPage, type ViewState } from '../../src/protocol/page.ts';
import { applyToPage } from '../state/applyToPage.ts';
import type { RunStore } from '../state/runStore.ts';
import { ConfusionAsker } from './askConfusion.ts';
import { CurveAsker } from './askCurves.ts';
import { FrameAsker } from './askFrames.ts';
import { keepState, keptView, post } from './vscodeApi.ts';

const restMs = 200;

/** The page's side of the conversation: what comes is parsed and applied, what is asked is sent. */
export class Conversation {
  readonly frames: FrameAsker;
  readonly curves: CurveAsker;
  readonly confusion: ConfusionAsker;
  #store: RunStore;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(store: RunStore) {
    this.#store = store;
    this.frames = new FrameAsker(store);
    this.curves = new CurveAsker(store);
    this.confusion = new ConfusionAsker(store);
  }

  /** Begins to listen and says that the page is ready: the host answers with a snapshot. */
  begin(): void {
    const handlers = this.#handlers();
    window.addEventListener('message', ({ data }) => {
      const parsed = toPage.safeParse(data);
      if (!parsed.success) {
        post({ kind: 'failed', message: cut(`the page cannot read a message of the host: ${parsed.error.message}`) });
        return;
      }
      (handlers[parsed.data.kind] as (message: ToPage) => void)(parsed.data);
    });
    window.addEventListener('pagehide', () => this.#sayView());
    post({ kind: 'ready' });
  }

  /** Changes how the run is looked at, and has it remembered. */
  changeView(change: Partial<ViewState>): void {
    const store = this.#store;
    store.view = { ...store.view, ...change };
    store.changed();
    if (store.run) keepState(store.run.id, store.view);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#sayView(), restMs);
  }

  #sayView(): void {
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    post({ kind: 'viewChanged', view: this.#store.view });
  }

  #handlers(): Handlers<ToPage> {
    const store = this.#store;
    const applying = applyToPage(store);
    return {
      ...applying,
      snapshot: (message) => {
        this.curves.forget();
        this.frames.forget();
        const view = store.run?.id === message.run.id ? store.view : (keptView(message.run.id) ?? message.view);
        applying.snapshot({ ...message, view });
        keepState(message.run.id, store.view);
      },
      progress: (message) => {
        if (message.cut !== null) {
          this.curves.forget();
          this.frames.forget();
        }
        applying.progress(message);
      },
      curve: (message) => this.curves.take(message),
      confusion: (message) => this.confusion.take(message),
      frame: (message) => this.frames.take(message),
    };
  }
}

/** A message short enough for the host's log. */
export const cut = (text: string): string => text.slice(0, 10_000);
