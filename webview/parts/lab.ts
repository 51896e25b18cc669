import { createContext } from 'preact';
import { useContext, useEffect, useReducer } from 'preact/hooks';
import type { RunStore } from '../state/runStore.ts';
import type { Conversation } from '../talk/conversation.ts';

/** What every part of the page works with. */
export interface Lab {
  store: RunStore;
  talk: Conversation;
}

export const LabContext = createContext<Lab | null>(null);

/** The store and the conversation; the part is drawn again when the store changes. */
export function useLab(): Lab {
  const lab = useContext(LabContext);
  if (!lab) throw new Error('a part was drawn outside the page');
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  useEffect(() => lab.store.subscribe(() => redraw(undefined)), [lab]);
  return lab;
}
