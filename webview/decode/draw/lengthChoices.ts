import type { LengthPenalty } from '../../../src/experiment/decoding.ts';
import type { DecodeView } from '../../../src/protocol/decodePage.ts';
import { scoreOf } from '../../../src/search/lengthScores.ts';
import type { Decoded } from '../decodeStore.ts';

/** The best finished text of one length. */
export type LengthBest = Decoded['lengths'][number];

/** Kinds of penalties, in the order in which they are explained. */
export const penaltyKinds = ['none', 'power', 'gnmt', 'reward'] as const;
/** Kind of a penalty. */
export type PenaltyKind = LengthPenalty['kind'];

/** How a penalty weighs the best texts of all lengths. */
export interface LengthChoice {
  penalty: LengthPenalty;
  /** By length. */
  scores: number[];
  /** Position of the winner; null where no text is finished. */
  winner: number | null;
}

/** A penalty of a kind, as strong as the view says. */
export function penaltyOfKind(kind: PenaltyKind, strengths: DecodeView['strengths']): LengthPenalty {
  switch (kind) {
    case 'none':
      return { kind };
    case 'reward':
      return { kind, perToken: strengths.reward };
    default:
      return { kind, alpha: strengths[kind] };
  }
}

/** Scores of the best texts of each length under a penalty; of equal ones the shorter wins. */
export function lengthChoice(penalty: LengthPenalty, lengths: readonly LengthBest[]): LengthChoice {
  const scores = lengths.map(({ logProbability, length }) => scoreOf(penalty, logProbability, length));
  let winner: number | null = null;
  scores.forEach((score, i) => {
    if (score > Number.NEGATIVE_INFINITY && (winner === null || score > scores[winner]!)) winner = i;
  });
  return { penalty, scores, winner };
}
