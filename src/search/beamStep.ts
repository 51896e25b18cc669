import { bestTokens, countPossible } from './bestTokens.ts';
import type { Path } from './path.ts';
import type { PruneReason } from './searchResult.ts';
import type { TokenMask } from './tokenRules.ts';

/** A place in the beam. */
export interface Slot {
  path: Path;
  /** Frozen beams only: it ended, and competes as its own extension. */
  finished: boolean;
}

/** One token after one slot, or a finished slot as its own extension. */
export class BeamCandidate {
  fate: 'kept' | 'pruned' | 'finished' = 'pruned';
  reason: PruneReason | null = 'outranked';
  /** The last one that did not miss what this one missed. */
  rival: BeamCandidate | null = null;

  constructor(
    /** Place of the parent in the beam. */
    readonly slot: number,
    readonly token: number,
    readonly sum: number,
    /** A finished hypothesis that keeps its slot. */
    readonly isFrozen: boolean,
  ) {}

  /** Nats by which it missed. */
  get missedBy(): number | null {
    return this.rival === null ? null : this.rival.sum - this.sum;
  }
}

/** What a model says after an open slot. */
interface Opening {
  slot: number;
  row: Float64Array;
  mask: TokenMask | null;
  /** Its candidates in the pool, best first. */
  pooled: BeamCandidate[];
  /** Tokens that can follow as far as the model goes. */
  possible: number;
}

/** A token that the rules forbid after a slot. */
export interface ForbiddenToken {
  slot: number;
  token: number;
  logProbability: number;
  sum: number;
  reason: PruneReason;
}

/**
 * Candidates of one step, best first: by sum, then parent rank, then token. A parent brings its `beams` + 1 best: more of one parent
 * can neither be kept nor change who is.
 */
export class BeamPool {
  readonly candidates: BeamCandidate[] = [];
  private readonly openings: Opening[] = [];
  /** By slot. */
  private readonly rows: Float64Array[] = [];

  constructor(
    private readonly slots: readonly Slot[],
    private readonly beams: number,
  ) {}

  /** A finished slot, ranked with the end token's number. */
  addFrozen(slot: number, end: number): void {
    const { sum } = this.slots[slot]!.path;
    this.candidates.push(new BeamCandidate(slot, end, sum, true));
  }

  /** The tokens after an open slot; slots come in rank order. */
  addOpen(slot: number, row: Float64Array, mask: TokenMask | null): void {
    const base = this.slots[slot]!.path.sum;
    const accepts = mask === null ? null : (token: number) => mask.reasonOf(token) === null;
    const pooled: BeamCandidate[] = [];
    for (const token of bestTokens({ row, base, count: this.beams + 1, accepts }))
      pooled.push(new BeamCandidate(slot, token, base + row[token]!, false));
    for (const candidate of pooled) this.candidates.push(candidate);
    this.rows[slot] = row;
    this.openings.push({ slot, row, mask, pooled, possible: countPossible(row) });
  }

  /** Sorts: parents came in rank order and the sort is stable, so only the sums are compared. */
  sort(): void {
    this.candidates.sort((a, b) => b.sum - a.sum);
  }

  /** Candidates that were considered, frozen slots aside: with those that the rules forbid. */
  get considered(): number {
    return this.openings.reduce((sum, { possible }) => sum + possible, 0);
  }

  /** Rank of each candidate among all of the step, those that are not in the pool included. */
  ranks(): Int32Array {
    const better = new Int32Array(this.candidates.length + 1);
    for (const { slot, row, mask, pooled, possible } of this.openings) {
      if (pooled.length <= this.beams || possible === pooled.length) continue;
      const base = this.slots[slot]!.path.sum;
      const last = pooled[pooled.length - 1]!;
      for (let token = 0; token < row.length; token++) {
        const sum = base + row[token]!;
        if (!(sum > Number.NEGATIVE_INFINITY) || sum > last.sum || (sum === last.sum && token <= last.token)) continue;
        if (mask === null || mask.reasonOf(token) === null) better[this.placeOf(sum, slot, token)]!++;
      }
    }
    let before = 0;
    return Int32Array.from(this.candidates, (_, place) => {
      before += better[place]!;
      return place + before;
    });
  }

  /** Number of candidates in the pool that come before this one. */
  private placeOf(sum: number, slot: number, token: number): number {
    let [low, high] = [0, this.candidates.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const it = this.candidates[middle]!;
      const isBefore = it.sum !== sum ? it.sum > sum : it.slot !== slot ? it.slot < slot : it.token < token;
      if (isBefore) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** ln p of the token of a candidate that is not frozen. */
  logProbabilityOf({ slot, token }: BeamCandidate): number {
    return this.rows[slot]![token]!;
  }

  /** The most probable of the tokens that the rules forbid, best first: those as good as what is shown of their parent beside them. */
  forbidden(): ForbiddenToken[] {
    const found = this.openings.flatMap(({ slot, row, mask, pooled }) => {
      if (mask === null) return [];
      const base = this.slots[slot]!.path.sum;
      const count = this.beams + 1;
      const least = pooled.length < count ? Number.NEGATIVE_INFINITY : pooled[pooled.length - 1]!.sum;
      const accepts = (token: number) => base + row[token]! >= least && mask.reasonOf(token) !== null;
      return [...bestTokens({ row, base, count, accepts })].map((token) => ({
        slot,
        token,
        logProbability: row[token]!,
        sum: base + row[token]!,
        reason: mask.reasonOf(token)!,
      }));
    });
    return found.sort((a, b) => b.sum - a.sum);
  }
}
