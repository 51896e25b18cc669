import type { DecodeView, FromDecodePage, Overlay, ToDecodePage } from '../../src/protocol/decodePage.ts';
import { ChangingStore } from '../state/changingStore.ts';

type Message<K extends ToDecodePage['kind']> = Extract<ToDecodePage, { kind: K }>;

/** What the page is about. */
export type About = Omit<Message<'snapshot'>, 'kind' | 'view'>;
/** What the server says to a search. */
export type Decoded = Message<'decoded'>['answer'];
/** What the server puts into blanks. */
export type Filled = Message<'filled'>['answer'];
/** What is searched for. */
export type SearchAsk = Omit<Extract<FromDecodePage, { kind: 'search' }>, 'kind' | 'request' | 'overlay'>;

/** A search laid over the tree, as far as it has come. */
export interface Laid {
  ask: SearchAsk;
  request: number;
  answer: Decoded | null;
  /** Why there is none. */
  failed: string | null;
}

/** All that the page of a search knows. Changed by the conversation and by the parts; `changed` tells the views, once a frame. */
export class DecodeStore extends ChangingStore {
  about: About | null = null;
  view: DecodeView | null = null;
  answer: Decoded | null = null;
  /** What `answer` was asked with. */
  answered: SearchAsk | null = null;
  laid = new Map<Overlay, Laid>();
  filled: Filled | null = null;
  /** The request that is waited for; null: none. */
  waiting: number | null = null;
  /** What the server is doing about it. */
  detail: string | null = null;
  error: { message: string; offer: string | null } | null = null;
  /** Whether the last request was cancelled. */
  isCancelled = false;
  notices: string[] = [];
  /** Moment of the search that is shown; null: its end. */
  moment: number | null = null;
  isPlaying = false;
  /** Generated tokens to the node that has the focus; null: nobody pointed at one yet. */
  focused: number[] | null = null;
  /** Place of the text whose path is picked; null: none. */
  picked: number | null = null;

  /** Answers of the searches laid over the tree that belong to the answer that is shown. */
  get overlays(): Map<Overlay, Decoded> {
    const answers = new Map<Overlay, Decoded>();
    for (const [overlay, { answer }] of this.laid) if (answer && this.view?.overlays.includes(overlay)) answers.set(overlay, answer);
    return answers;
  }
}
