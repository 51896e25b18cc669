import './configureZod.ts';
import { Page } from './parts/page.tsx';
import { startPage } from './startPage.tsx';
import { RunStore } from './state/runStore.ts';
import { Conversation } from './talk/conversation.ts';
import { post } from './talk/vscodeApi.ts';
import './page.css';

const store = new RunStore();
const talk = new Conversation(store);
startPage({ store, fail: (message) => post({ kind: 'failed', message }), body: (root) => <Page lab={{ store, talk }} root={root} /> });
talk.begin();
