import { visibleToken } from '../../../src/run/visibleToken.ts';
import type { PruneReason } from '../../../src/search/searchResult.ts';
import { formatNumber, formatPlain } from '../../draw/formatNumber.ts';
import type { DrawnNode } from './drawnTree.ts';

/** What a node is at a moment of the search. */
export type NodeState =
  /** The prompt. */
  | 'root'
  /** Considered, not decided yet. */
  | 'considered'
  | 'kept'
  | 'pruned'
  | 'forbidden'
  | 'finished'
  /** A text that is given back ends here. */
  | 'returned'
  /** Only another search went through here. */
  | 'laid'
  /** Not considered yet. */
  | 'unborn';

/** What a node is at moment `moment`; null: at the end, when it is known what is given back. */
export function stateAt({ parent, listed, place }: DrawnNode, moment: number | null): NodeState {
  if (parent === null) return 'root';
  if (listed === null) return place !== null && moment === null ? 'returned' : 'laid';
  if (moment !== null && listed.born > moment) return 'unborn';
  if (moment !== null && listed.decided > moment) return 'considered';
  if (moment === null && place !== null) return 'returned';
  return listed.fate === 'pruned' && listed.reason === 'forbidden' ? 'forbidden' : listed.fate;
}

/** The words of each state in the legend and in names. */
export const stateWords: Record<Exclude<NodeState, 'unborn' | 'root'>, string> = {
  considered: 'considered',
  kept: 'kept',
  pruned: 'pruned',
  forbidden: 'forbidden',
  finished: 'finished',
  returned: 'returned',
  laid: 'not in this search',
};

const reasons: Record<PruneReason, string> = {
  outranked: 'its rank was not among those kept',
  endOutsideBeam: 'an end counts only among the first ranks',
  displaced: 'it lost its slot to a better one',
  bound: 'nothing below it can beat the best',
  recombined: 'another beginning in the same state is at least as good',
  forbidden: 'its token is forbidden here',
  repeatedNgram: 'it would repeat an n-gram',
  stopped: 'still open when the search stopped',
  cannotEnd: 'it cannot end there',
  notTaken: 'another token was taken',
};

/** "pruned: its rank was not among those kept, by 0.06"; what became of a node and why. */
export function fateWords(node: DrawnNode, moment: number | null): string {
  const state = stateAt(node, moment);
  if (state === 'root' || state === 'unborn') return state === 'root' ? 'the prompt' : 'not considered yet';
  const { listed, place } = node;
  const word = state === 'returned' ? `returned as number ${place! + 1}` : stateWords[state];
  if (!listed?.reason || state === 'considered') return word;
  const by = listed.missedBy === null ? '' : `, by ${formatPlain(listed.missedBy)}`;
  return `${word}: ${reasons[listed.reason]}${by}`;
}

/** Probability in two digits, as it stands on an edge. */
export const probabilityText = (logProbability: number): string => formatPlain(Math.exp(logProbability), 2);

/** Numbers of a node in words; `score` only where it is not the sum. */
export function numbersOf(node: DrawnNode): { name: string; value: string }[] {
  const score = node.listed?.score;
  const numbers = [
    { name: 'p', value: formatPlain(Math.exp(node.logProbability)) },
    { name: 'ln p', value: formatNumber(node.logProbability, 4) },
    { name: 'sum', value: formatNumber(node.sum, 5) },
  ];
  if (score !== undefined && score !== node.sum) numbers.push({ name: 'score', value: formatNumber(score, 5) });
  if (typeof node.listed?.rank === 'number') numbers.push({ name: 'rank', value: String(node.listed.rank + 1) });
  return numbers;
}

/** All that the drawing says of a node, as one name for screen readers. */
export function nodeName(node: DrawnNode, tokens: readonly string[], moment: number | null): string {
  if (node.parent === null) return 'the prompt';
  const numbers = numbersOf(node).map(({ name, value }) => `${name} ${value}`);
  const laid = [...node.overlays].map((overlay) => `on the path of ${overlayWords[overlay]}`);
  return [visibleToken(tokens[node.token] ?? '', 40), ...numbers, fateWords(node, moment), ...laid].join(', ');
}

/** Searches laid over the tree, in words. */
export const overlayWords = { greedy: 'greedy', sample: 'sampling', exact: 'exact search' } as const;
