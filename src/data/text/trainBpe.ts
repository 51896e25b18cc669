import { setImmediate } from 'node:timers/promises';
import { BinaryHeap } from '../../math/binaryHeap.ts';
import { endToken } from './streamTokenizer.ts';

/** What byte-pair encoding has learned. */
export interface BytePairs {
  /** Characters, then what each merge made, by id. */
  tokens: string[];
  /** Ids of the two tokens that are joined, by rank. */
  merges: [left: number, right: number][];
}

/** Two tokens next to each other. */
interface Pair {
  left: number;
  right: number;
  /** How often they stand in the text. */
  count: number;
  /** Where they may stand, ascending once sorted; some have changed since. */
  places: number[];
  isSorted: boolean;
  /** Places before this one have changed. */
  from: number;
  /** Rank of its merge, once it has one. */
  rank: number | null;
}

/** A pair that may be next, as it was when it was put there. */
interface Candidate {
  pair: Pair;
  count: number;
  first: number;
}

const nothing = -1;
/** More tokens than any vocabulary has. */
const keyFactor = 2 ** 24;

/**
 * Learns byte-pair merges (Sennrich et al. 2016) over characters: the pair that stands most often becomes a token, again and again; of
 * pairs that stand equally often the one that stands first. Pairs are counted within pieces, each as often as it occurs.
 * Only places around a merge are counted anew, and the next pair comes from a heap whose entries are brought up to date when they surface.
 */
export class BpeTrainer implements BytePairs {
  readonly tokens: string[];
  readonly merges: [number, number][] = [];
  /** Token that begins at each character of the pieces, laid end to end; nothing inside of a token. */
  readonly #symbols: Int32Array;
  /** Where the token before and after it in its piece begins, or nothing. */
  readonly #before: Int32Array;
  readonly #after: Int32Array;
  /** How often the piece of a character occurs. */
  readonly #weights: Float64Array;
  readonly #pairs = new Map<number, Pair>();
  readonly #ids: Map<string, number>;
  readonly #candidates = new BinaryHeap<Candidate>((a, b) => a.count > b.count || (a.count === b.count && a.first < b.first));
  /** Pairs with a rank that have come to stand side by side again. */
  #formed = new Set<Pair>();
  /** Pairs that have become more. */
  #grown = new Set<Pair>();

  /**
   * @param pieces with how often each occurs, in the order of their first appearance
   * @param characters all that the pieces have, by id
   */
  constructor(pieces: ReadonlyMap<string, number>, characters: readonly string[]) {
    this.tokens = [...characters];
    this.#ids = new Map(characters.map((character, id) => [character, id]));
    let length = 0;
    for (const piece of pieces.keys()) length += piece.length;
    this.#symbols = new Int32Array(length).fill(nothing);
    this.#before = new Int32Array(length).fill(nothing);
    this.#after = new Int32Array(length).fill(nothing);
    this.#weights = new Float64Array(length);
    let at = 0;
    for (const [piece, count] of pieces) at = this.#lay(piece, count, at);
    for (const pair of this.#grown) this.#offer(pair);
    this.#grown.clear();
  }

  /** Makes the next merge. @returns false when no pair stands twice any more */
  step(): boolean {
    const pair = this.#next();
    if (pair === null) return false;
    pair.rank = this.merges.length;
    this.merges.push([pair.left, pair.right]);
    this.#join(pair);
    // two merges can make the same token: pairs with it are joined at once, as they are when a text is cut
    while (this.#formed.size > 0) {
      const known = [...this.#formed].reduce((a, b) => (a.rank! < b.rank! ? a : b));
      this.#formed.delete(known);
      this.#join(known);
    }
    for (const grown of this.#grown) this.#offer(grown);
    this.#grown.clear();
    return true;
  }

  #lay(piece: string, count: number, start: number): number {
    let at = start;
    let last = nothing;
    for (const character of piece) {
      this.#symbols[at] = this.#ids.get(character)!;
      this.#weights[at] = count;
      if (last !== nothing) {
        this.#before[at] = last;
        this.#after[last] = at;
        this.#count(last, this.#symbols[last]!, this.#symbols[at]!, count);
      }
      last = at;
      at += character.length;
    }
    return at;
  }

  /** Counts a pair at a place: `weight` more, or less where it is negative. */
  #count(place: number, left: number, right: number, weight: number): void {
    const key = left * keyFactor + right;
    let pair = this.#pairs.get(key);
    if (pair === undefined) {
      pair = { left, right, count: 0, places: [], isSorted: true, from: 0, rank: null };
      this.#pairs.set(key, pair);
    }
    pair.count += weight;
    if (weight < 0) return;
    if (pair.places.length > 0 && pair.places.at(-1)! > place) pair.isSorted = false;
    pair.places.push(place);
    if (pair.rank === null) this.#grown.add(pair);
    else this.#formed.add(pair);
  }

  #stands(pair: Pair, place: number): boolean {
    const next = this.#after[place]!;
    return this.#symbols[place] === pair.left && next !== nothing && this.#symbols[next] === pair.right;
  }

  /** The first place where a pair still stands. */
  #firstPlace(pair: Pair): number {
    if (!pair.isSorted) {
      pair.places = pair.places.slice(pair.from).sort((a, b) => a - b);
      pair.from = 0;
      pair.isSorted = true;
    }
    while (pair.from < pair.places.length && !this.#stands(pair, pair.places[pair.from]!)) pair.from++;
    return pair.places[pair.from] ?? Number.POSITIVE_INFINITY;
  }

  #offer(pair: Pair): void {
    if (pair.count > 1 && this.tokens[pair.left]! + this.tokens[pair.right]! !== endToken)
      this.#candidates.push({ pair, count: pair.count, first: this.#firstPlace(pair) });
  }

  /** The best pair. An entry is never worse than what its pair has become, so one that is still true when it surfaces is the best. */
  #next(): Pair | null {
    for (let best = this.#candidates.pop(); best !== undefined; best = this.#candidates.pop()) {
      const { pair, count, first } = best;
      if (pair.rank !== null || count < pair.count) continue;
      if (count === pair.count && first === this.#firstPlace(pair)) return pair;
      this.#offer(pair);
    }
    return null;
  }

  /** Joins a pair wherever it stands, from the first place on. */
  #join(pair: Pair): void {
    const text = this.tokens[pair.left]! + this.tokens[pair.right]!;
    let joined = this.#ids.get(text);
    if (joined === undefined) {
      joined = this.tokens.length;
      this.tokens.push(text);
      this.#ids.set(text, joined);
    }
    this.#firstPlace(pair);
    const { places, from } = pair;
    pair.places = [];
    pair.from = 0;
    for (let i = from; i < places.length; i++) if (this.#stands(pair, places[i]!)) this.#joinAt(pair, places[i]!, joined);
  }

  #joinAt({ left, right }: Pair, place: number, joined: number): void {
    const weight = this.#weights[place]!;
    const before = this.#before[place]!;
    const next = this.#after[place]!;
    const after = this.#after[next]!;
    this.#count(place, left, right, -weight);
    if (before !== nothing) {
      this.#count(before, this.#symbols[before]!, left, -weight);
      this.#count(before, this.#symbols[before]!, joined, weight);
    }
    if (after !== nothing) {
      this.#count(next, right, this.#symbols[after]!, -weight);
      this.#count(place, joined, this.#symbols[after]!, weight);
      this.#before[after] = place;
    }
    this.#symbols[place] = joined;
    this.#symbols[next] = nothing;
    this.#after[place] = after;
  }
}

/** Merges between two looks at the signal. */
const mergesAtATime = 64;

/**
 * Learns byte pairs until there are `size` tokens, or until no pair stands twice.
 * @param pieces with how often each occurs, in the order of their first appearance
 * @param characters all that the pieces have, by id
 * @throws the signal's reason when it is aborted
 */
export async function trainBpe(
  pieces: ReadonlyMap<string, number>,
  characters: readonly string[],
  size: number,
  signal?: AbortSignal,
): Promise<BytePairs> {
  const trainer = new BpeTrainer(pieces, characters);
  while (trainer.tokens.length < size && trainer.step())
    if (trainer.merges.length % mergesAtATime === 0) {
      await setImmediate();
      signal?.throwIfAborted();
    }
  return { tokens: trainer.tokens, merges: trainer.merges };
}
