import '../configureZod.ts';
import { render } from 'preact';
import { wantsStillness, watchTheme } from '../draw/themeColours.ts';
import { post } from './decodeApi.ts';
import { DecodeStore } from './decodeStore.ts';
import { DecodeTalk } from './decodeTalk.ts';
import { DecodePageBody } from './parts/decodePageBody.tsx';
import './decodePage.css';

const fail = (error: unknown): void =>
  post({ kind: 'failed', message: (error instanceof Error ? (error.stack ?? error.message) : String(error)).slice(0, 10_000) });
window.addEventListener('error', ({ error, message }) => fail(error ?? message));
window.addEventListener('unhandledrejection', ({ reason }) => fail(reason));

const root = document.getElementById('root')!;
const store = new DecodeStore();
const talk = new DecodeTalk(store);
const setStillness = (): void => {
  root.classList.toggle('still', wantsStillness());
};
setStillness();
watchTheme(() => {
  store.theme++;
  setStillness();
  store.changed();
});
render(<DecodePageBody lab={{ store, talk }} root={root} />, root);
talk.begin();
