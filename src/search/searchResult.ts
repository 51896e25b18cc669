/** Why a node went no further. */
export type PruneReason =
  /** Its rank was not among those kept. */
  | 'outranked'
  /** An end token outside the first `beams` ranks does not count. */
  | 'endOutsideBeam'
  /** Frozen: a finished hypothesis that lost its slot. */
  | 'displaced'
  /** Branch and bound: nothing below it can beat what is known. */
  | 'bound'
  /** Another prefix with the same state and length is at least as good. */
  | 'recombined'
  /** Its token is forbidden there, by people or by a forced token beside it. */
  | 'forbidden'
  /** Its token would repeat an n-gram. */
  | 'repeatedNgram'
  /** Still open when the search stopped. */
  | 'stopped'
  /** Cut off by `forceEnd`: it cannot end there. */
  | 'cannotEnd'
  /** Sampling and greedy: another token was taken. */
  | 'notTaken';

/** One token that a search considered after one prefix. */
export interface SearchNode {
  /** Position in the ledger; a parent comes before its children. */
  id: number;
  /** Null: after the prompt itself. */
  parent: number | null;
  token: number;
  /** ln p(token | what stands before it). */
  logProbability: number;
  /** Sum of the log-probabilities of the generated tokens, this one included. */
  sum: number;
  /** Generated tokens, this one included: its column. */
  depth: number;
  /** Score under the length penalty at its own length. */
  score: number;
  /** `kept`: was expanded or is open at the end; `finished`: ended a hypothesis that was set aside. */
  fate: 'kept' | 'pruned' | 'finished';
  reason: PruneReason | null;
  /** Nats (of the sum, or of the score for `bound`) by which it missed; null where that is no question of more or less. */
  missedBy: number | null;
  /** Place among the candidates of its moment, from 0; null where nothing was ranked. */
  rank: number | null;
  /** Moment of the search (a step of the beam, an expansion of the others), from 1, at which it was considered. */
  born: number;
  /** Moment at which its fate was decided; not before `born`. */
  decided: number;
}

/** A text that a search gives back. */
export interface Hypothesis {
  /** Generated tokens, the end token included where it ended. */
  tokens: number[];
  /** ln p of each of them. */
  logProbabilities: number[];
  /** Their sum. */
  logProbability: number;
  /** The sum after the length penalty. */
  score: number;
  finished: boolean;
  /** Its last node in the ledger; null for no tokens at all, or where the ledger was full. */
  node: number | null;
}

/** What a search found, and everything that it looked at. */
export interface SearchResult {
  /** Best first. */
  hypotheses: Hypothesis[];
  /** Distinct prefixes whose distribution was asked for. */
  modelCalls: number;
  nodes: SearchNode[];
  /** Moments that the search had. */
  moments: number;
  /** Candidates considered but not in `nodes`: less probable ones, or those after the ledger was full. */
  unlisted: number;
  /** Exact search only. */
  exact: ExactReport | null;
}

/** How an exact search accounts for all texts. */
export interface ExactReport {
  /** Whether every text is accounted for; false when `maxNodes` was reached first. */
  proven: boolean;
  nodes: number;
  /** log10 of the number of texts of at most maxNewTokens tokens: all sequences of M tokens that do not go on after the end token. */
  log10Texts: number;
  /** Texts by what became of them, each as log10 of a number (-Infinity: none): they sum to all. */
  log10Visited: number;
  log10RuledOut: { bound: number; recombined: number; impossible: number };
}

/** What people ask of every hypothesis. */
export interface Constraints {
  /** Generated tokens that every hypothesis begins with; they count in its length and score. */
  forced: readonly number[];
  /** Tokens that may not stand anywhere (`after` null) or not right after exactly these generated tokens. */
  forbidden: readonly { token: number; after: readonly number[] | null }[];
}
