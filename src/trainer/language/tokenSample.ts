import type { TextCorpus } from '../../data/text/textCorpus.ts';
import type { UntimedRunEvent } from '../../run/runEvent.ts';
import { tokenKind, tokenKindNames } from './tokenKinds.ts';

/** Tokens that are pictured at most: the most frequent ones. */
const MOST_TOKENS = 2000;

/** Ids of the tokens whose codes are pictured, by their frequency where there are too many, ascending. */
export function tokenSample({ corpus }: { corpus: TextCorpus }): number[] {
  const { tokens } = corpus.tokenizer;
  const ids = Array.from(tokens, (_, id) => id);
  if (ids.length <= MOST_TOKENS) return ids;
  const counts = new Float64Array(tokens.length);
  for (const token of corpus.tokens) counts[token]! += 1;
  return ids
    .sort((a, b) => counts[b]! - counts[a]! || a - b)
    .slice(0, MOST_TOKENS)
    .sort((a, b) => a - b);
}

/** The event that tells which tokens the rows of all moments are. Kinds that no token has are left out. */
export function tokensSaved({ corpus }: { corpus: TextCorpus }, ids: readonly number[]): UntimedRunEvent {
  const { tokens, end } = corpus.tokenizer;
  const kinds = ids.map((id) => tokenKind(tokens[id]!, id === end));
  const present = tokenKindNames.map((_, kind) => kind).filter((kind) => kinds.includes(kind));
  return {
    kind: 'sampleSaved',
    rows: ids.length,
    labels: kinds.map((kind) => present.indexOf(kind)),
    labelNames: present.map((kind) => tokenKindNames[kind]!),
    splits: ids.map(() => 0),
    pictured: 0,
    imageShape: null,
    columns: [],
    inputs: null,
    corrupted: null,
    tokens: ids.map((id) => tokens[id]!),
  };
}
