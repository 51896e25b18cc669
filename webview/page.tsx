import './configureZod.ts';
import { render } from 'preact';
import { wantsStillness, watchTheme } from './draw/themeColours.ts';
import { Page } from './parts/page.tsx';
import { RunStore } from './state/runStore.ts';
import { Conversation, cut } from './talk/conversation.ts';
import { post } from './talk/vscodeApi.ts';
import './page.css';

const describe = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));
window.addEventListener('error', ({ error, message }) => post({ kind: 'failed', message: cut(error ? describe(error) : message) }));
window.addEventListener('unhandledrejection', ({ reason }) => post({ kind: 'failed', message: cut(describe(reason)) }));

const root = document.getElementById('root')!;
const store = new RunStore();
const talk = new Conversation(store);
const setStillness = (): void => {
  root.classList.toggle('still', wantsStillness());
};
setStillness();
watchTheme(() => {
  store.theme++;
  setStillness();
  store.changed();
});
render(<Page lab={{ store, talk }} root={root} />, root);
talk.begin();
