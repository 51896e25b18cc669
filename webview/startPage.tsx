import { type ComponentChild, render } from 'preact';
import { wantsStillness, watchTheme } from './draw/themeColours.ts';
import type { ChangingStore } from './state/changingStore.ts';

/** What a page is made of. */
export interface PageParts {
  store: ChangingStore;
  /** Tells the host of a bug. */
  fail(message: string): void;
  body(root: HTMLElement): ComponentChild;
}

const mostWords = 10_000;

/** Draws a page, and keeps it to the theme and to people's wish for stillness. Bugs are told to the host. */
export function startPage({ store, fail, body }: PageParts): void {
  const tell = (error: unknown): void =>
    fail((error instanceof Error ? (error.stack ?? error.message) : String(error)).slice(0, mostWords));
  window.addEventListener('error', ({ error, message }) => tell(error ?? message));
  window.addEventListener('unhandledrejection', ({ reason }) => tell(reason));
  const root = document.getElementById('root')!;
  const setStillness = (): void => {
    root.classList.toggle('still', wantsStillness());
  };
  setStillness();
  watchTheme(() => {
    store.theme++;
    setStillness();
    store.changed();
  });
  render(body(root), root);
}
