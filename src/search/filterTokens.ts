import { bestTokens } from './bestTokens.ts';

/** Tokens to draw from. */
export interface Filtered {
  tokens: Int32Array;
  /** Running sums of their weights, in that order; the last is the total, which need not be 1. */
  cumulative: Float64Array;
}

/**
 * What temperature and filters leave of a distribution, in this order:
 * weights w = p^(1/temperature); the `topK` largest (0: all); of those the fewest largest that reach `topP` of their sum; of those
 * all with at least `minP` times the largest. Ties by the smaller token, so that exactly `topK` remain (nanoGPT keeps all equal ones).
 * @param row ln p of each token, [size]
 * @param accepts whether a token may stand here; null: all may
 */
export function filterTokens(
  row: Float64Array,
  { temperature, topK, topP, minP }: { temperature: number; topK: number; topP: number; minP: number },
  accepts: ((token: number) => boolean) | null,
): Filtered {
  const count = topK > 0 ? topK : row.length;
  const tokens = bestTokens({ row, base: 0, count, accepts });
  if (tokens.length === 0) return { tokens, cumulative: new Float64Array(0) };
  // relative to the largest, so that no temperature makes all of them 0
  const largest = row[tokens[0]!]!;
  const weights = Float64Array.from(tokens, (token) => Math.exp((row[token]! - largest) / temperature));
  const cumulative = runningSums(weights);
  let kept = tokens.length;
  const target = topP * cumulative[kept - 1]!;
  if (topP < 1) kept = cumulative.findIndex((reached) => reached >= target) + 1;
  while (weights[kept - 1]! < minP) kept--;
  return { tokens: tokens.subarray(0, kept), cumulative: cumulative.subarray(0, kept) };
}

function runningSums(weights: Float64Array): Float64Array {
  let sum = 0;
  return weights.map((weight) => {
    sum += weight;
    return sum;
  });
}
