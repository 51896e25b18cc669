import { bestTokens, countPossible } from './bestTokens.ts';
import type { Path } from './path.ts';
import type { SearchTask } from './searchTask.ts';
import type { TokenMask } from './tokenRules.ts';

/** Tokens listed beside the one that was taken. */
const alternatives = 4;

/** A token, or several, taken after a path. */
export interface Choice {
  parent: Path;
  row: Float64Array;
  mask: TokenMask | null;
  /** Those taken now, whose paths the caller lists. */
  taken: ReadonlySet<number>;
  /** Greedy only: the sum of the best, which the others missed. */
  best: number | null;
}

/** Lists what was not taken: the most probable other tokens, and those that the rules forbid. */
export function listChoice(task: SearchTask, { parent, row, mask, taken, best }: Choice): void {
  const { ledger, moments: moment } = task;
  const possible = countPossible(row);
  const others = ledger.hasRoomUnder(parent)
    ? bestTokens({ row, base: parent.sum, count: alternatives + taken.size, accepts: null })
    : new Int32Array(0);
  let listed = 0;
  let rank = 0;
  for (const token of others) {
    const reason = mask?.reasonOf(token) ?? null;
    const place = reason === null ? rank++ : null;
    if (taken.has(token) || listed === alternatives || !ledger.hasRoomUnder(parent)) continue;
    const missedBy = reason === null && best !== null ? best - (parent.sum + row[token]!) : null;
    ledger.add({
      parent,
      token,
      logProbability: row[token]!,
      fate: 'pruned',
      reason: reason ?? 'notTaken',
      missedBy,
      rank: best === null ? null : place,
      born: moment,
      decided: moment,
    });
    listed++;
  }
  ledger.unlisted += possible - taken.size - listed;
}
