/** What is kept of prefixes, the least recently used given up first. */
export class PrefixCache<T> {
  private readonly kept = new Map<string, T>();

  /** @param most prefixes kept */
  constructor(private readonly most: number) {}

  get(prefix: readonly number[]): T | undefined {
    const key = prefix.join(' ');
    const found = this.kept.get(key);
    if (found === undefined) return undefined;
    this.kept.delete(key);
    this.kept.set(key, found);
    return found;
  }

  set(prefix: readonly number[], value: T): void {
    this.kept.set(prefix.join(' '), value);
    if (this.kept.size <= this.most) return;
    this.kept.delete(this.kept.keys().next().value!);
  }
}

/** A prefix that grows: which part of it is known, and what is still to be read. */
export interface Growth<T> {
  prefix: readonly number[];
  known: T;
  /** Tokens of the prefix that are read already. */
  read: number;
}

/** The longest known beginning of a prefix, at most `from` tokens long. */
export function longestKnown<T>(cache: PrefixCache<T>, prefix: readonly number[], nothing: T): Growth<T> {
  for (let read = prefix.length; read > 0; read--) {
    const known = cache.get(prefix.slice(0, read));
    if (known !== undefined) return { prefix, known, read };
  }
  return { prefix, known: nothing, read: 0 };
}
