import '../configureZod.ts';
import { startPage } from '../startPage.tsx';
import { post } from './decodeApi.ts';
import { DecodeStore } from './decodeStore.ts';
import { DecodeTalk } from './decodeTalk.ts';
import { DecodePageBody } from './parts/decodePageBody.tsx';
import './decodePage.css';

const store = new DecodeStore();
const talk = new DecodeTalk(store);
startPage({
  store,
  fail: (message) => post({ kind: 'failed', message }),
  body: (root) => <DecodePageBody lab={{ store, talk }} root={root} />,
});
talk.begin();
