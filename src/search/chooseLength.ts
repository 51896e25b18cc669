import { scoreOf } from './lengthScores.ts';
import type { LengthPenalty } from './strategy.ts';

/** A text of one length and its score. */
export interface LengthChoice<T> {
  best: T;
  score: number;
}

/**
 * Which of the best texts of each length a penalty chooses: the one of highest score, ties by the shorter one.
 * @returns null where there is none
 */
export function chooseLength<T extends { length: number; logProbability: number }>(
  lengths: readonly T[],
  penalty: LengthPenalty,
): LengthChoice<T> | null {
  let chosen: LengthChoice<T> | null = null;
  for (const best of lengths) {
    const score = scoreOf(penalty, best.logProbability, best.length);
    const isShorter = chosen !== null && score === chosen.score && best.length < chosen.best.length;
    if (chosen === null || score > chosen.score || isShorter) chosen = { best, score };
  }
  return chosen;
}
