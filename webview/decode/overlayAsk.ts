import type { LengthPenalty } from '../../src/experiment/decoding.ts';
import type { Overlay } from '../../src/protocol/decodePage.ts';
import type { SearchAsk } from './decodeStore.ts';

/** Prefixes that a proof beside the search may look at: it must not hold up what people asked for. */
export const quickNodes = 10_000;

/** The length penalty of a strategy; those without one go by the sum. */
export const penaltyOf = (strategy: SearchAsk['strategy']): LengthPenalty =>
  'lengthPenalty' in strategy ? strategy.lengthPenalty : { kind: 'none' };

/** What is asked for a search that is laid over another: the same model, prompt and rules. Null: it would be the same search. */
export function overlayAsk(overlay: Overlay, ask: SearchAsk): SearchAsk | null {
  const { strategy } = ask;
  if (strategy.kind === overlay) return null;
  const { forceEnd } = strategy;
  switch (overlay) {
    case 'greedy':
      return { ...ask, strategy: { kind: 'greedy', forceEnd } };
    case 'sample':
      return { ...ask, strategy: { kind: 'sample', temperature: 1, topK: 0, topP: 1, minP: 0, returned: 3, forceEnd } };
    case 'exact':
      return { ...ask, strategy: { kind: 'exact', returned: 1, lengthPenalty: penaltyOf(strategy), forceEnd, maxNodes: quickNodes } };
  }
}
