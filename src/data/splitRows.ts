import type { DataSection } from '../experiment/autoencoder.ts';
import { UserError } from '../experiment/problem.ts';
import { permutation } from '../math/random.ts';

/** Row numbers of each split, ascending. */
export interface SplitRows {
  train: Uint32Array;
  validation: Uint32Array;
  test: Uint32Array;
}

/** What is split: how many rows, and the class of each (-1 is a class of its own) where labels exist. */
export interface Splittable {
  rows: number;
  labels: Int32Array | null;
}

/**
 * Rows of the three splits: drawn from stream `split` (seed only), stratified by largest remainder where labels exist.
 * Numbers below 1 are fractions (rounded to rows), from 1 on counts; 0 is an empty split.
 * @throws UserError when the splits ask for more rows than there are or leave none to train on
 */
export function splitRows(data: Splittable, split: DataSection['split'], seed: number): SplitRows {
  const { rows } = data;
  const wanted = split === 'none' ? { validation: 0, test: 0 } : split;
  const validation = heldOut('validation', wanted.validation, { all: rows, what: 'rows' });
  const test = heldOut('test', wanted.test, { all: rows, what: 'rows' });
  if (validation + test > rows)
    throw new UserError(
      `data.split holds out ${validation} + ${test} = ${validation + test} rows (validation + test), the data have ${rows}; make one of them smaller`,
      'data.split',
    );
  if (validation + test === rows)
    throw new UserError(
      `data.split leaves no training rows: validation ${validation} + test ${test} is all of ${rows}; make one of them smaller`,
      'data.split',
    );
  const order = permutation(rows, { seed, stream: 'split', step: 0 });
  const strata = countStrata(order, data.labels);
  const quotas = { validation: shareOut(validation, rows, strata), test: shareOut(test, rows, strata) };
  return deal(order, data.labels, strata, quotas);
}

/** Rows of one class; `left` is what no split has claimed. */
interface Stratum {
  size: number;
  left: number;
}

/**
 * How many of `all` a split of this size holds out: numbers below 1 are fractions, from 1 on counts.
 * @param what is counted, for the message
 * @throws UserError for a count that is not whole
 */
export function heldOut(name: 'validation' | 'test', wanted: number, { all, what }: { all: number; what: 'rows' | 'tokens' }): number {
  if (wanted < 1) return Math.round(wanted * all);
  if (!Number.isInteger(wanted))
    throw new UserError(
      `data.split.${name} is ${wanted}: from 1 on it is a count of ${what} and must be whole (a fraction is below 1)`,
      `data.split.${name}`,
    );
  return wanted;
}

/** Classes in the order in which the permutation meets them, so that ties are broken by chance and not by name. */
function countStrata(order: Uint32Array, labels: Int32Array | null): Map<number, Stratum> {
  const strata = new Map<number, Stratum>();
  for (const row of order) {
    const label = labels ? labels[row]! : 0;
    const stratum = strata.get(label);
    if (stratum) {
      stratum.size++;
      stratum.left++;
    } else strata.set(label, { size: 1, left: 1 });
  }
  return strata;
}

/** Shares `count` rows out over the classes in proportion to their sizes by largest remainder, never more than are left. */
function shareOut(count: number, rows: number, strata: Map<number, Stratum>): Map<number, number> {
  const quotas = new Map<number, number>();
  const remainders: { label: number; remainder: number }[] = [];
  let open = count;
  for (const [label, stratum] of strata) {
    const exact = (count * stratum.size) / rows;
    const whole = Math.min(Math.floor(exact), stratum.left);
    quotas.set(label, whole);
    stratum.left -= whole;
    open -= whole;
    remainders.push({ label, remainder: exact - whole });
  }
  remainders.sort((a, b) => b.remainder - a.remainder);
  while (open > 0) {
    for (const { label } of remainders) {
      const stratum = strata.get(label)!;
      if (open === 0 || stratum.left === 0) continue;
      quotas.set(label, quotas.get(label)! + 1);
      stratum.left--;
      open--;
    }
  }
  return quotas;
}

/** Walks the permutation: of each class the first rows go to validation, the next to test, the others are for training. */
function deal(
  order: Uint32Array,
  labels: Int32Array | null,
  strata: Map<number, Stratum>,
  quotas: { validation: Map<number, number>; test: Map<number, number> },
): SplitRows {
  const parts = { train: [] as number[], validation: [] as number[], test: [] as number[] };
  const dealt = new Map<number, number>([...strata.keys()].map((label) => [label, 0]));
  for (const row of order) {
    const label = labels ? labels[row]! : 0;
    const seen = dealt.get(label)!;
    dealt.set(label, seen + 1);
    const held = quotas.validation.get(label)!;
    const part = seen < held ? 'validation' : seen < held + quotas.test.get(label)! ? 'test' : 'train';
    parts[part].push(row);
  }
  return {
    train: Uint32Array.from(parts.train).sort(),
    validation: Uint32Array.from(parts.validation).sort(),
    test: Uint32Array.from(parts.test).sort(),
  };
}
