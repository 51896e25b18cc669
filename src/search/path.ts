import type { SearchNode } from './searchResult.ts';
import type { RuleNode } from './tokenRules.ts';

/** Generated tokens as a chain from the last to the first: extending one copies nothing. */
export class Path {
  /** ln p of all tokens. */
  readonly sum: number;
  /** Number of tokens. */
  readonly depth: number;
  /** Its node in the ledger; null for the root, or where it is not listed. */
  listed: SearchNode | null = null;
  /** Where it stands among the rules that hold after certain tokens only; null: none of them can hold any more. */
  rule: RuleNode | null = null;
  /** As in SearchNode. */
  rank: number | null = null;
  born = 0;

  constructor(
    /** Null: the root, which has no token. */
    readonly parent: Path | null,
    readonly token: number,
    /** ln p(token | what stands before it) */
    readonly logProbability: number,
  ) {
    this.sum = parent === null ? 0 : parent.sum + logProbability;
    this.depth = parent === null ? 0 : parent.depth + 1;
  }

  /** Its tokens from the first on. */
  tokens(): number[] {
    return this.collect((path) => path.token);
  }

  /** ln p of each token. */
  logProbabilities(): number[] {
    return this.collect((path) => path.logProbability);
  }

  private collect(read: (path: Path) => number): number[] {
    const out = new Array<number>(this.depth);
    for (let path: Path = this; path.parent !== null; path = path.parent) out[path.depth - 1] = read(path);
    return out;
  }
}

/**
 * Order of two paths of the same depth and search: larger sum first, then the parents' order, then the smaller token.
 * @returns below 0 when `a` comes first, 0 for the same path
 */
export function compareRank(a: Path, b: Path): number {
  let [x, y] = [a, b];
  while (x !== y) {
    if (x.sum !== y.sum) return y.sum - x.sum;
    if (x.parent === y.parent) return x.token - y.token;
    x = x.parent!;
    y = y.parent!;
  }
  return 0;
}

/** A text that may be given back. */
export interface Complete {
  path: Path;
  /** Whether it ended with the end token. */
  finished: boolean;
  score: number;
}

/**
 * Order of texts in a result: finished ones first, then by score, then by earlier finish, then by rank.
 * @returns below 0 when `a` comes first
 */
export function compareComplete(a: Complete, b: Complete): number {
  if (a.finished !== b.finished) return a.finished ? -1 : 1;
  if (a.score !== b.score) return a.score > b.score ? -1 : 1;
  return a.path.depth === b.path.depth ? compareRank(a.path, b.path) : a.path.depth - b.path.depth;
}
