/** What to choose from. */
export interface TokenChoice {
  /** ln p of each token, [size]. */
  row: Float64Array;
  /** Sum of the log-probabilities before it: tokens rank by base + row[token], which in rounded numbers may tie where row does not. */
  base: number;
  /** How many to choose at most. */
  count: number;
  /** Whether a token may stand here; null: all may. */
  accepts: ((token: number) => boolean) | null;
}

/**
 * The best tokens by base + row[token], ties by the smaller token; those that cannot follow (-Infinity, or no number) never.
 * A heap of `count` with its worst on top: O(size log count) at worst, about O(size) where few are wanted.
 * @returns tokens, best first
 */
export function bestTokens({ row, base, count, accepts }: TokenChoice): Int32Array {
  const heap = new TokenHeap(Math.min(count, row.length));
  for (let token = 0; token < row.length; token++) {
    const sum = base + row[token]!;
    if (sum > heap.least && (accepts === null || accepts(token))) heap.offer(token, sum);
  }
  return heap.sorted();
}

/** The best tokens so far, offered in ascending order: the worst of them on top once there are `most`. */
class TokenHeap {
  /** Only a larger sum is better than what is held: a later token of the same sum is not. */
  least = Number.NEGATIVE_INFINITY;
  private readonly tokens: Int32Array;
  private readonly sums: Float64Array;
  private held = 0;

  constructor(private readonly most: number) {
    this.tokens = new Int32Array(most);
    this.sums = new Float64Array(most);
  }

  offer(token: number, sum: number): void {
    if (this.held < this.most) {
      this.tokens[this.held] = token;
      this.sums[this.held++] = sum;
      if (this.held < this.most) return;
      this.order();
    } else this.sink(0, token, sum);
    this.least = this.sums[0]!;
  }

  /** Empties the heap: best first. */
  sorted(): Int32Array {
    const { tokens, sums } = this;
    const all = this.held;
    if (all < this.most) this.order();
    while (this.held > 1) {
      const [worst, worstSum] = [tokens[0]!, sums[0]!];
      const last = --this.held;
      this.sink(0, tokens[last]!, sums[last]!);
      tokens[last] = worst;
      sums[last] = worstSum;
    }
    return tokens.subarray(0, all);
  }

  private order(): void {
    for (let at = (this.held >> 1) - 1; at >= 0; at--) this.sink(at, this.tokens[at]!, this.sums[at]!);
  }

  /** Puts a token where all below it are better. */
  private sink(from: number, token: number, sum: number): void {
    const { tokens, sums, held } = this;
    let at = from;
    for (let child = 2 * at + 1; child < held; child = 2 * at + 1) {
      const other = child + 1;
      if (other < held && isWorse(sums[other]!, tokens[other]!, sums[child]!, tokens[child]!)) child = other;
      if (!isWorse(sums[child]!, tokens[child]!, sum, token)) break;
      tokens[at] = tokens[child]!;
      sums[at] = sums[child]!;
      at = child;
    }
    tokens[at] = token;
    sums[at] = sum;
  }
}

/** Whether the first of two (sum, token) comes after the second. */
function isWorse(sum: number, token: number, otherSum: number, other: number): boolean {
  return sum < otherSum || (sum === otherSum && token > other);
}

/** Number of tokens that can follow at all. */
export function countPossible(row: Float64Array): number {
  let count = 0;
  for (let token = 0; token < row.length; token++) if (row[token]! > Number.NEGATIVE_INFINITY) count++;
  return count;
}
