import type { LengthBest } from './bestByLength.ts';
import type { SearchNode, SearchResult } from './searchResult.ts';

/**
 * The best text of each length that a search saw end, counted or not: among its hypotheses and its ledger. A lower bound of the
 * truth, for models whose states are too many for `bestByLength`. Of equally probable texts the first in the ledger.
 * @param end the end token of the model; null: no text ends
 * @returns ascending by length; lengths at which no text was seen to end are left out
 */
export function bestSeenByLength({ hypotheses, nodes }: SearchResult, end: number | null): LengthBest[] {
  const found = new Map<number, LengthBest>();
  const take = (length: number, logProbability: number, tokens: () => number[]) => {
    const known = found.get(length);
    if (known !== undefined && known.logProbability >= logProbability) return;
    found.set(length, { length, logProbability, tokens: tokens(), isExact: false });
  };
  for (const { finished, logProbability, tokens } of hypotheses) if (finished) take(tokens.length, logProbability, () => tokens);
  for (const node of nodes)
    if (node.token === end && node.reason !== 'forbidden' && node.reason !== 'repeatedNgram')
      take(node.depth, node.sum, () => tokensTo(nodes, node));
  return [...found.values()].sort((a, b) => a.length - b.length);
}

function tokensTo(nodes: readonly SearchNode[], last: SearchNode): number[] {
  const tokens = new Array<number>(last.depth);
  for (let node: SearchNode | null = last; node !== null; node = node.parent === null ? null : nodes[node.parent]!)
    tokens[node.depth - 1] = node.token;
  return tokens;
}
