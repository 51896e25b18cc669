/** Something that views watch: `changed` tells them, once a frame. */
export class ChangingStore {
  /** Goes up with each theme, so that charts read their colours again. */
  theme = 0;
  #listeners = new Set<() => void>();
  #scheduled = false;

  /** Calls `listener` at most once a frame after changes; the returned function ends that. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Something changed: the views draw in the next frame. */
  changed(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    requestAnimationFrame(() => {
      this.#scheduled = false;
      for (const listener of this.#listeners) listener();
    });
  }
}
