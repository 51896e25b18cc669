import { type DecodingStrategy, strategySchema } from '../../src/experiment/decoding.ts';
import type { DecodeView } from '../../src/protocol/decodePage.ts';
import { type PenaltyKind, penaltyOfKind } from './draw/lengthChoices.ts';

/** What each strategy has beside its kind. */
const settings: Record<DecodingStrategy['kind'], readonly string[]> = {
  greedy: ['forceEnd'],
  sample: ['temperature', 'topK', 'topP', 'minP', 'returned', 'forceEnd'],
  beam: ['beams', 'returned', 'lengthPenalty', 'stopping', 'finished', 'forceEnd', 'noRepeatNgram'],
  bestFirst: ['beams', 'returned', 'forceEnd'],
  exact: ['returned', 'lengthPenalty', 'forceEnd', 'maxNodes'],
};

/** Another kind of search with all that it has in common with the present one; the rest as by default. */
export function strategyOfKind(kind: DecodingStrategy['kind'], present: DecodingStrategy): DecodingStrategy {
  const known: Record<string, unknown> = { kind };
  for (const name of settings[kind]) if (name in present) known[name] = (present as Record<string, unknown>)[name];
  const strategy = strategySchema.parse(known);
  return 'beams' in strategy ? { ...strategy, returned: Math.min(strategy.returned, strategy.beams) } : strategy;
}

/** A view with a length penalty of another kind, as strong as that kind was last. */
export function penaltyKindChange({ strategy, strengths }: DecodeView, kind: PenaltyKind): Partial<DecodeView> {
  return 'lengthPenalty' in strategy ? { strategy: { ...strategy, lengthPenalty: penaltyOfKind(kind, strengths) } } : {};
}

/**
 * A view with another strength of one kind of penalty.
 * @returns the change, and whether the search itself goes by it
 */
export function strengthChange(
  { strategy, strengths }: DecodeView,
  kind: Exclude<PenaltyKind, 'none'>,
  value: number,
): { change: Partial<DecodeView>; isSearched: boolean } {
  const changed = { ...strengths, [kind]: value };
  if (!('lengthPenalty' in strategy) || strategy.lengthPenalty.kind !== kind) return { change: { strengths: changed }, isSearched: false };
  return { change: { strengths: changed, strategy: { ...strategy, lengthPenalty: penaltyOfKind(kind, changed) } }, isSearched: true };
}
