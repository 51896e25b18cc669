import { visibleToken } from '../../src/run/visibleToken.ts';
import type { AttentionMaps } from '../state/runStore.ts';
import type { HeadPlace } from './attentionPicture.ts';
import { formatNumber, formatPlain } from './formatNumber.ts';

/** A head that gives a token in some place less than this is said to spread. */
const mostly = 0.35;

/** "layer 2, head 3" */
export const sayPlace = ({ layer, head }: HeadPlace): string => `layer ${layer + 1}, head ${head + 1}`;

/** "‘a’ looks at ‘n’: 0.42 (layer 2, head 3)" */
export function sayLook({ tokens }: AttentionMaps, place: HeadPlace, cell: { row: number; column: number }, weight: number): string {
  const [from, to] = [tokens[cell.row]!, tokens[cell.column]!].map((token) => `‘${visibleToken(token)}’`);
  return `${from} looks at ${to}: ${formatNumber(weight, 2)} (${sayPlace(place)})`;
}

/**
 * Where a head looks on the average over all tokens but the first, which has nothing before it: "mostly the token before, 0.61", or over how
 * many tokens it spreads (e to the power of the entropy of its weights, averaged).
 */
export function sayHabit(weights: Float32Array, size: number): string {
  if (size < 2) return 'a single token';
  const at = (row: number, column: number): number => (column < size ? weights[row * size + column]! : 0);
  const mean = (of: (row: number) => number, from = 1): number => {
    let sum = 0;
    for (let row = from; row < size; row++) sum += of(row);
    return sum / Math.max(1, size - from);
  };
  const habits: [string, number][] = [
    ['itself', mean((row) => at(row, row))],
    ['the token before', mean((row) => at(row, row - 1))],
    ['the token after', mean((row) => at(row, row + 1))],
    // of the second token the first one is the one before
    ['the first token', mean((row) => at(row, 0), 2)],
  ];
  const [words, share] = habits.reduce((a, b) => (b[1] > a[1] ? b : a));
  if (share >= mostly) return `mostly ${words}, ${formatNumber(share, 2)}`;
  return `spread over ${formatPlain(
    mean((row) => Math.exp(entropy(weights.subarray(row * size, (row + 1) * size)))),
    2,
  )} tokens`;
}

function entropy(weights: Float32Array): number {
  let sum = 0;
  for (const weight of weights) if (weight > 0) sum -= weight * Math.log(weight);
  return sum;
}
