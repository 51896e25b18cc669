import type { NextTokens } from '../../../src/math/nextTokens.ts';

/** Uniform numbers on [0, 1) from a seed (mulberry32). */
export function uniforms(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What a random model is made from. */
export interface RandomModel {
  seed: number;
  size: number;
  hasEnd: boolean;
  /** Chances are whole numbers up to this over their sum: small ones give ties and zeros; 0: any number, no zeros. */
  most: number;
  /** Tokens that decide what follows; null: the whole prefix. */
  order: number | null;
}

/** A model whose rows are drawn by prefix or by the last `order` tokens. */
export function randomModel({ seed, size, hasEnd, most, order }: RandomModel): NextTokens {
  const rows = new Map<string, Float64Array>();
  const state = (prefix: readonly number[]) => (order === null ? prefix : order === 0 ? [] : prefix.slice(-order)).join(' ');
  const rowOf = (key: string) => {
    // by its own prefix: whoever asks in another order gets the same rows
    let hash = seed;
    for (const letter of `${key};`) hash = Math.imul(hash ^ letter.charCodeAt(0), 0x9e3779b1) + 0x7f4a7c15;
    const draw = uniforms(hash);
    const weights = Array.from({ length: size }, () => (most === 0 ? draw() + 0.01 : Math.floor(draw() * (most + 1))));
    const sum = weights.reduce((a, b) => a + b, 0);
    return Float64Array.from(weights, (weight) => Math.log(sum === 0 ? 1 / size : weight / sum));
  };
  return {
    size,
    end: hasEnd ? size - 1 : null,
    next: (prefixes) =>
      prefixes.map((prefix) => {
        const key = state(prefix);
        const row = rows.get(key) ?? rowOf(key);
        rows.set(key, row);
        return row;
      }),
    ...(order === null ? {} : { state }),
  };
}

/** A model that counts how often and about how many prefixes it was asked. */
export function countCalls(model: NextTokens): NextTokens & { calls: number; prefixes: number } {
  const counting = {
    ...model,
    calls: 0,
    prefixes: 0,
    next: (prefixes: readonly (readonly number[])[]) => {
      counting.calls++;
      counting.prefixes += prefixes.length;
      return model.next(prefixes);
    },
  };
  return counting;
}
