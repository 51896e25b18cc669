/** Texts by what became of them: number of prefixes by how many tokens could still follow each, [maxNewTokens + 1]. */
export type Tally = Float64Array;

/**
 * Numbers of texts below a prefix, by how many tokens r may still follow: N(0) = 1; N(r) = M N(r - 1) where texts have no end;
 * else N(r) = 1 + (M - 1) N(r - 1): the end token alone, or another one and what follows it.
 * @param size M, the end token included
 * @returns [longest + 1] whole numbers
 */
export function textsBelow(size: number, hasEnd: boolean, longest: number): bigint[] {
  const counts = [1n];
  for (let rest = 1; rest <= longest; rest++) {
    const below = counts[rest - 1]!;
    counts.push(hasEnd ? 1n + BigInt(size - 1) * below : BigInt(size) * below);
  }
  return counts;
}

/** Texts that a tally stands for: sum over r of tally[r] N(r), exactly. */
export function countTexts(tally: Tally, below: readonly bigint[]): bigint {
  let total = 0n;
  tally.forEach((prefixes, rest) => {
    if (prefixes > 0) total += BigInt(prefixes) * below[rest]!;
  });
  return total;
}

/** log10 of a whole number of any size; -Infinity for 0. */
export function log10Of(value: bigint): number {
  if (value === 0n) return Number.NEGATIVE_INFINITY;
  const digits = value.toString(16);
  const shift = Math.max(0, digits.length - 16);
  return Math.log10(Number.parseInt(digits.slice(0, 16), 16)) + 4 * shift * Math.LOG10E * Math.LN2;
}
