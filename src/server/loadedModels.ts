import type { AskedTexts } from './askedTexts.ts';
import type { TextModel } from './textModel.ts';

/** Models kept, with what they said: each remembers 64 MB at most. */
const MOST_MODELS = 4;

interface Kept {
  model: Promise<TextModel>;
  isLoaded: boolean;
  /** Questions that use it or wait for it. */
  users: number;
  /** Ends the loading when nobody waits for it any more. */
  stop: AbortController;
}

/** The last few models that were asked about: the next question about one of them finds it loaded, and all that it has said. */
export class LoadedModels {
  /** In the order of their last use. */
  readonly #kept = new Map<string, Kept>();

  /**
   * Loads a model where it is not there, and does something with it.
   * @throws UserError as loading and working do; the signal's reason when it is aborted
   */
  async use<T>(asked: Pick<AskedTexts, 'key' | 'load'>, signal: AbortSignal, work: (model: TextModel) => Promise<T>): Promise<T> {
    signal.throwIfAborted();
    const kept = this.#keptOf(asked);
    kept.users++;
    try {
      return await work(await unlessAborted(kept.model, signal));
    } finally {
      kept.users--;
      if (kept.users === 0 && !kept.isLoaded) {
        kept.stop.abort();
        if (this.#kept.get(asked.key) === kept) this.#kept.delete(asked.key);
      }
      this.#forget();
    }
  }

  #keptOf({ key, load }: Pick<AskedTexts, 'key' | 'load'>): Kept {
    const known = this.#kept.get(key);
    if (known !== undefined) {
      this.#kept.delete(key);
      this.#kept.set(key, known);
      return known;
    }
    const stop = new AbortController();
    const kept: Kept = { model: load(stop.signal), isLoaded: false, users: 0, stop };
    this.#kept.set(key, kept);
    kept.model.then(
      (model) => {
        kept.isLoaded = true;
        // everybody went away while it was loaded
        if (this.#kept.get(key) !== kept) model.dispose();
      },
      () => {
        if (this.#kept.get(key) === kept) this.#kept.delete(key);
      },
    );
    return kept;
  }

  /** Lets go of the models that nobody has used for the longest. */
  #forget(): void {
    for (const [key, kept] of this.#kept) {
      if (this.#kept.size <= MOST_MODELS) return;
      if (kept.users > 0) continue;
      this.#kept.delete(key);
      void kept.model.then((model) => model.dispose());
    }
  }
}

/** What a promise gives, or the signal's reason as soon as it is aborted. */
function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const leave = () => reject(signal.reason);
    signal.addEventListener('abort', leave, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
  });
}
