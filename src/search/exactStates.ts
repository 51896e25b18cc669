import type { NextTokens } from '../math/nextTokens.ts';
import { bestTokens } from './bestTokens.ts';
import { compareRank, type Path } from './path.ts';

/** What can follow a prefix. */
export interface Following {
  row: Float64Array;
  /** Tokens that can follow, most probable first. */
  order: Int32Array;
}

/** A state of the model. */
export interface ExactState {
  following: Following | null;
  /** By length: the best explored prefixes that lead here. */
  explored: (Path[] | undefined)[];
}

/** What is known by state of the model; without states nothing is. Bounded: what does not fit is asked or explored again. */
export class ExactStates {
  private readonly states = new Map<string, ExactState>();
  private spareBytes: number;

  /**
   * @param returned texts wanted: as many prefixes of a state and length can matter
   * @param mostBytes memory for distributions and prefixes, roughly
   */
  constructor(
    private readonly model: NextTokens,
    private readonly returned: number,
    mostBytes = 2 ** 27,
  ) {
    this.spareBytes = mostBytes;
  }

  /** The state of a prefix; null without states or without room for another. */
  stateOf(prefix: readonly number[]): ExactState | null {
    if (this.model.state === undefined) return null;
    const key = this.model.state(prefix);
    const known = this.states.get(key);
    if (known !== undefined) return known;
    if (!this.spend(2 * key.length + 200)) return null;
    const state: ExactState = { following: null, explored: [] };
    this.states.set(key, state);
    return state;
  }

  /** What can follow, from a new distribution. */
  learn(state: ExactState | null, row: Float64Array): Following {
    const following = { row, order: bestTokens({ row, base: 0, count: row.length, accepts: null }) };
    if (state !== null && this.spend(12 * row.length)) state.following = following;
    return following;
  }

  /**
   * Whether a prefix must be explored: fewer than `returned` better ones of its state and length were. Then it is taken as explored.
   * @returns null, or the worst of the better ones
   */
  betterThan(state: ExactState, path: Path): Path | null {
    const known = state.explored[path.depth];
    if (known === undefined) {
      if (this.spend(400)) state.explored[path.depth] = [path];
      return null;
    }
    let place = known.length;
    while (place > 0 && compareRank(path, known[place - 1]!) < 0) place--;
    if (place >= this.returned) return known[place - 1]!;
    if (known.length >= this.returned || this.spend(400)) known.splice(place, 0, path);
    if (known.length > this.returned) known.pop();
    return null;
  }

  private spend(bytes: number): boolean {
    if (this.spareBytes < bytes) return false;
    this.spareBytes -= bytes;
    return true;
  }
}
