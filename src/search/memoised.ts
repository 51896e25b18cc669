import type { NextTokens } from '../math/nextTokens.ts';

/** A model that remembers what it said. */
export interface MemoisedTokens extends NextTokens {
  /** Prefixes asked for so far. */
  readonly calls: number;
  /** Those of them that the model itself had to answer. */
  readonly newCalls: number;
  /** Memory in use for what is remembered, in bytes, roughly. */
  readonly sizeBytes: number;
}

/**
 * Remembers the distributions that a model gave, by state where it has states, else by prefix: a search with another penalty or more
 * beams then asks little or nothing new. Those not asked for the longest are forgotten first.
 * @param mostBytes memory to use at most, default 64 MiB
 */
export function memoised(model: NextTokens, mostBytes = 2 ** 26): MemoisedTokens {
  return new Memory(model, mostBytes);
}

class Memory implements MemoisedTokens {
  readonly size: number;
  readonly end: number | null;
  readonly state?: (prefix: readonly number[]) => string;
  calls = 0;
  newCalls = 0;
  sizeBytes = 0;
  /** In the order of their last use. */
  private readonly rows = new Map<string, Float64Array>();

  constructor(
    private readonly model: NextTokens,
    private readonly mostBytes: number,
  ) {
    this.size = model.size;
    this.end = model.end;
    if (model.state !== undefined) this.state = (prefix) => model.state!(prefix);
  }

  next(prefixes: readonly (readonly number[])[]): readonly Float64Array[] {
    const keys = prefixes.map((prefix) => this.state?.(prefix) ?? prefix.join(' '));
    const known = new Map<string, Float64Array>();
    const asked = new Map<string, readonly number[]>();
    keys.forEach((key, i) => {
      const row = this.rows.get(key);
      if (row === undefined) asked.set(key, prefixes[i]!);
      else {
        this.rows.delete(key);
        this.rows.set(key, row);
        known.set(key, row);
      }
    });
    if (asked.size > 0) {
      const fresh = this.model.next([...asked.values()]);
      [...asked.keys()].forEach((key, i) => {
        known.set(key, this.remember(key, fresh[i]!));
      });
    }
    this.calls += prefixes.length;
    this.newCalls += asked.size;
    return keys.map((key) => known.get(key)!);
  }

  private remember(key: string, given: Float64Array): Float64Array {
    const row = given.slice(); // it may be a view of a whole batch
    this.rows.set(key, row);
    this.sizeBytes += sizeOf(key, row);
    for (const [oldest, old] of this.rows) {
      if (this.sizeBytes <= this.mostBytes) break;
      this.rows.delete(oldest);
      this.sizeBytes -= sizeOf(oldest, old);
    }
    return row;
  }
}

function sizeOf(key: string, row: Float64Array): number {
  return row.byteLength + 2 * key.length + 200;
}
