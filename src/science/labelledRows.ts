import { permutation } from '../math/random.ts';

/**
 * The rows whose labels may be used: `count` in total, stratified over the classes by largest remainder, from stream `labels`.
 * They depend on the labels, the seed and the number of the draw only. All rows with a label when there are no more than `count`.
 * @param labels [n] class of each row, -1 where it is missing
 * @param draw number of the draw, for comparisons over several of them
 * @returns row positions, ascending
 */
export function drawLabelledRows(labels: Int32Array, count: number, seed: number, draw = 0): Uint32Array {
  const known = rowsWithLabel(labels);
  if (known.length <= count) return known;
  const order = permutation(known.length, { seed, stream: 'labels', step: draw }).map((i) => known[i]!);
  const quotas = shareOut(count, order, labels);
  const chosen = order.filter((row) => {
    const left = quotas.get(labels[row]!)!;
    quotas.set(labels[row]!, left - 1);
    return left > 0;
  });
  return chosen.sort();
}

/** Positions of the rows that have a label, ascending. */
export function rowsWithLabel(labels: Int32Array): Uint32Array {
  return Uint32Array.from(labels.keys()).filter((row) => labels[row]! >= 0);
}

/** Rows of each class by largest remainder; equal remainders go to the class that the random order meets first. */
function shareOut(count: number, order: Uint32Array, labels: Int32Array): Map<number, number> {
  const sizes = new Map<number, number>();
  for (const row of order) sizes.set(labels[row]!, (sizes.get(labels[row]!) ?? 0) + 1);
  // in whole numbers: count * size = quota * n + remainder
  const shares = [...sizes].map(([label, size]) => {
    const remainder = (count * size) % order.length;
    return { label, quota: (count * size - remainder) / order.length, remainder };
  });
  let open = count - shares.reduce((sum, { quota }) => sum + quota, 0);
  for (const share of shares.toSorted((a, b) => b.remainder - a.remainder)) if (open-- > 0) share.quota++;
  return new Map(shares.map(({ label, quota }) => [label, quota]));
}
