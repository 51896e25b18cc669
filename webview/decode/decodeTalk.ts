import { type DecodeView, type Overlay, type ToDecodePage, toDecodePage } from '../../src/protocol/decodePage.ts';
import type { Handlers } from '../../src/protocol/page.ts';
import { keepState, keptView, post } from './decodeApi.ts';
import type { About, DecodeStore, SearchAsk } from './decodeStore.ts';
import { overlayAsk } from './overlayAsk.ts';

type Message<K extends ToDecodePage['kind']> = Extract<ToDecodePage, { kind: K }>;

const restMs = 200;

/** The page's side of the conversation: what comes is parsed and kept, what is asked supersedes what was asked. */
export class DecodeTalk {
  readonly #store: DecodeStore;
  #requests = 0;
  /** What the newest search was asked with. */
  #asked: SearchAsk | null = null;
  #isDue = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(store: DecodeStore) {
    this.#store = store;
  }

  /** Begins to listen and says that the page is ready. */
  begin(): void {
    const handlers = this.#handlers();
    window.addEventListener('message', ({ data }) => {
      const parsed = toDecodePage.safeParse(data);
      if (parsed.success) (handlers[parsed.data.kind] as (message: ToDecodePage) => void)(parsed.data);
      else post({ kind: 'failed', message: `the page cannot read a message of the host: ${parsed.error.message}`.slice(0, 10_000) });
    });
    window.addEventListener('pagehide', () => this.#sayView());
    post({ kind: 'ready' });
  }

  /** Changes how the page is looked at, and has it remembered. */
  changeView(change: Partial<DecodeView>): void {
    const store = this.#store;
    if (!store.view || !store.about) return;
    store.view = { ...store.view, ...change };
    keepState(store.about.origin, store.view);
    store.changed();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#sayView(), restMs);
  }

  /** Changes what is searched for, and searches again at once: in the next frame, however often it changes until then. */
  change(change: Partial<DecodeView>): void {
    this.changeView(change);
    if (this.#isDue) return;
    this.#isDue = true;
    requestAnimationFrame(() => {
      this.#isDue = false;
      this.search();
    });
  }

  /** Asks for what the view says. */
  search(): void {
    const { view, about } = this.#store;
    if (!view || !about) return;
    const request = this.#begin();
    this.#asked = askOf(view);
    if (about.isMasked) post({ kind: 'fill', request, text: view.blanks, candidates: 8 });
    else post({ kind: 'search', request, overlay: null, ...this.#asked });
  }

  /** Shows or hides a search laid over the tree. */
  toggle(overlay: Overlay): void {
    const { view } = this.#store;
    if (!view) return;
    const others = view.overlays.filter((name) => name !== overlay);
    this.changeView({ overlays: others.length < view.overlays.length ? others : [...others, overlay] });
    this.#askOverlays();
  }

  cancel(): void {
    post({ kind: 'cancel' });
  }

  #begin(): number {
    const store = this.#store;
    store.waiting = ++this.#requests;
    store.isCancelled = false;
    store.detail = null;
    store.changed();
    return store.waiting;
  }

  /** Asks for what is laid over the answer, where it is another question than before. */
  #askOverlays(): void {
    const { view, answered, laid } = this.#store;
    if (!view || !answered) return;
    for (const overlay of ['greedy', 'sample', 'exact'] as const) {
      const ask = view.overlays.includes(overlay) ? overlayAsk(overlay, answered) : null;
      if (ask === null) laid.delete(overlay);
      else if (JSON.stringify(laid.get(overlay)?.ask) !== JSON.stringify(ask)) {
        const request = ++this.#requests;
        laid.set(overlay, { ask, request, answer: null, failed: null });
        post({ kind: 'search', request, overlay, ...ask });
      }
    }
    this.#store.changed();
  }

  #sayView(): void {
    if (this.#timer === undefined || !this.#store.view) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    post({ kind: 'viewChanged', view: this.#store.view });
  }

  #handlers(): Handlers<ToDecodePage> {
    const store = this.#store;
    return {
      snapshot: (message) => this.#takeSnapshot(message),
      searching: ({ request, detail }) => {
        if (request === store.waiting) store.detail = detail;
        store.changed();
      },
      decoded: (message) => this.#takeAnswer(message),
      filled: ({ request, answer }) => {
        if (!this.#ends(request)) return;
        store.filled = answer;
        store.error = null;
      },
      cancelled: ({ request }) => {
        if (this.#ends(request)) store.isCancelled = true;
        this.#lose(request, 'cancelled');
      },
      failed: ({ request, message, offer }) => {
        if (this.#ends(request)) store.error = { message, offer };
        this.#lose(request, message);
      },
      notice: ({ message }) => {
        store.notices = [...store.notices.filter((text) => text !== message), message].slice(-3);
        store.changed();
      },
    };
  }

  #takeSnapshot({ kind: _, view, ...about }: Message<'snapshot'>): void {
    const store = this.#store;
    const isOther = JSON.stringify(store.about?.origin) !== JSON.stringify(about.origin);
    store.about = about;
    if (isOther) {
      store.answer = store.answered = store.filled = store.error = null;
      store.laid.clear();
    }
    store.view = view ?? (isOther ? keptView(about.origin) : null) ?? startingView(about);
    this.changeView({});
    this.search();
  }

  #takeAnswer({ request, answer }: Message<'decoded'>): void {
    const store = this.#store;
    for (const laid of store.laid.values()) if (laid.request === request) laid.answer = answer;
    store.changed();
    if (!this.#ends(request)) return;
    store.answer = answer;
    store.answered = this.#asked;
    store.error = null;
    store.moment = null;
    store.isPlaying = false;
    store.picked = null;
    this.#askOverlays();
  }

  /** Whether this is what the page waits for; then it does not any more. Answers to older questions are nobody's. */
  #ends(request: number): boolean {
    const store = this.#store;
    if (store.waiting !== request) return false;
    store.waiting = null;
    store.detail = null;
    store.changed();
    return true;
  }

  #lose(request: number, why: string): void {
    for (const laid of this.#store.laid.values()) if (laid.request === request) laid.failed = why;
    this.#store.changed();
  }
}

/** What a view asks for. */
export const askOf = ({ prompt, maxNewTokens, strategy, constraints }: DecodeView): SearchAsk => ({
  prompt,
  maxNewTokens,
  strategy,
  constraints,
});

function startingView({ prompts, maxNewTokens, strategy, isMasked }: About): DecodeView {
  const first = prompts[0] ?? '';
  return {
    prompt: isMasked ? '' : first,
    maxNewTokens,
    strategy,
    constraints: { forced: [], forbidden: [] },
    overlays: ['greedy', 'exact'],
    strengths: { power: 1, gnmt: 0.6, reward: 0.5 },
    blanks: isMasked ? first : '',
    folded: [],
  };
}
