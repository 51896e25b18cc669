import { createContext } from 'preact';
import { useContext, useEffect, useReducer } from 'preact/hooks';
import type { DecodeStore } from '../decodeStore.ts';
import type { DecodeTalk } from '../decodeTalk.ts';

/** What every part of the page of a search works with. */
export interface DecodeLab {
  store: DecodeStore;
  talk: DecodeTalk;
}

export const DecodeContext = createContext<DecodeLab | null>(null);

/** The store and the conversation; the part is drawn again when the store changes. */
export function useDecodeLab(): DecodeLab {
  const lab = useContext(DecodeContext);
  if (!lab) throw new Error('a part was drawn outside the page');
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  useEffect(() => lab.store.subscribe(() => redraw(undefined)), [lab]);
  return lab;
}
