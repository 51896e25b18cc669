import { philoxWords } from './philox.ts';

/**
 * Purpose of a random stream. Streams never share numbers, so that turning a mask on does not change the initial weights.
 * The number of a stream is part of every stored run: it may never change, new streams get new numbers.
 */
export const streamNumbers = {
  init: 1,
  split: 2,
  order: 3,
  noise: 4,
  mask: 5,
  dropout: 6,
  labels: 7,
  sampling: 8,
  evaluation: 9,
  data: 10,
  view: 11,
  freshInit: 12,
  labelledOrder: 13,
  context: 14,
  sweep: 15,
} as const;

/** Names of the random streams. */
export type StreamName = keyof typeof streamNumbers;

/** Where in the random numbers a drawing starts. */
export interface RandomPlace {
  /** Integer from 0 to 4294967295. */
  seed: number;
  stream: StreamName;
  /** Non-negative safe integer: training step, epoch, number of the parameter array, ... */
  step: number;
  /** Index of the first number drawn, default 0: filling in portions gives the numbers of one filling. */
  from?: number;
}

/** Words made at a time: small enough for the first cache, large enough to forget the calls. */
const chunkWords = 4096;
const words = new Uint32Array(chunkWords);

/** Calls `use(first, count)` for portions of [0, length) with their random words in `words[skip + i]`. */
function drawPortions(length: number, at: RandomPlace, use: (first: number, count: number, skip: number) => void): void {
  const start = at.from ?? 0;
  const stream = streamNumbers[at.stream];
  for (let first = 0; first < length; ) {
    const index = start + first;
    const skip = index % 4;
    const count = Math.min(length - first, chunkWords - skip);
    const blocks = Math.ceil((skip + count) / 4);
    philoxWords(words, blocks, { seed: at.seed, stream, step: at.step, block: (index - skip) / 4 });
    use(first, count, skip);
    first += count;
  }
}

/**
 * Fills with independent uniform numbers on [lo, hi), 24 bits each (rounding to float32 may reach hi).
 * Number i depends on (seed, stream, step, from + i) only.
 */
export function fillUniform(out: Float32Array, at: RandomPlace, lo = 0, hi = 1): void {
  const scale = (hi - lo) / 2 ** 24;
  drawPortions(out.length, at, (first, count, skip) => {
    for (let i = 0; i < count; i++) out[first + i] = lo + (words[skip + i]! >>> 8) * scale;
  });
}

/**
 * Fills with independent numbers that are 1 with the given probability, else 0 (32 bits each).
 * Number i depends on (seed, stream, step, from + i) only; at a higher probability the ones of a lower one stay ones.
 */
export function fillBernoulli(out: Float32Array, at: RandomPlace, probabilityOfOne: number): void {
  const limit = Math.round(probabilityOfOne * 2 ** 32);
  drawPortions(out.length, at, (first, count, skip) => {
    for (let i = 0; i < count; i++) out[first + i] = Number(words[skip + i]! < limit);
  });
}

/** Cosine and sine of a number of right angles. */
const quarterCosine = Float64Array.of(1, 0, -1, 0);
const quarterSine = Float64Array.of(0, 1, 0, -1);
/** Rounds to float32. */
const f = Math.fround;
/** One float32 and its bits. */
const bits = new Int32Array(1);
const float = new Float32Array(bits.buffer);
const log2Weight = f(-2 * Math.LN2);
/** Two bits of a word are whole right angles, the other 30 (and a half) a remainder in (-pi/4, pi/4) in units of this. */
const angleUnit = f(Math.PI * 2 ** -33);

/**
 * sqrt(-2 ln U) with U = (word + 1/2) / 2^32, in float32 steps. The word is read as signed, y = (signed + 1/2) / 2^32, so that
 * U = y or 1 + y and both ends keep their digits; U = 2^e m with m in [1/sqrt 2, sqrt 2) gives ln U = e ln 2 + 2 artanh(s),
 * s = (m - 1) / (m + 1).
 */
function radiusOf(word: number): number {
  const signed = word | 0;
  const y = f(f(f(signed) + 0.5) * 2 ** -32);
  float[0] = signed < 0 ? y + 1 : y;
  const carried = bits[0]! - 0x3f3504f3;
  const exponent = carried >> 23;
  bits[0] = bits[0]! - (carried & 0xff800000);
  const above = exponent === 0 ? y : f(float[0]! - 1);
  const s = f(above / f(above + 2));
  const z = f(s * s);
  const weighted = f(s * -4);
  const tail = f(z * f(f(0.333333433) + f(z * f(f(0.1999439) + f(z * f(0.147899747))))));
  return f(Math.sqrt(f(f(weighted + f(weighted * tail)) + f(exponent * log2Weight))));
}

/**
 * Fills with independent standard normal numbers by Box and Muller: two words u, v give sqrt(-2 ln U) cos a and
 * sqrt(-2 ln U) sin a with U = (u + 1/2) / 2^32 and a = pi / 2 (q + (r + 1/2) / 2^30), where q is the two highest bits of v
 * and r its other 30, read as signed; the largest possible size is 6.8.
 * Number i depends on (seed, stream, step, from + i) only. Every step is + - * / or sqrt in float32, logarithm, sine and cosine
 * being polynomials, so that every engine (the SIMD kernels too) and platform draws the same bits; they are off by at most
 * 3e-7 of the radius.
 */
export function fillNormal(out: Float32Array, at: RandomPlace): void {
  drawPortions(out.length, at, (first, count, skip) => {
    const pairs = (skip + count + 1) >>> 1;
    const from = skip >>> 1;
    for (let pair = from; pair < pairs; pair++) {
      const radius = radiusOf(words[2 * pair]!);
      const v = words[2 * pair + 1]!;
      const x = f(f((v << 2) | 2) * angleUnit);
      const w = f(x * x);
      const bend = f(f(-0.166666642) + f(w * f(f(0.00833274797) + f(w * f(-0.000195878907)))));
      const sine = f(x + f(x * f(w * bend)));
      const curve = f(f(0.0416666642) + f(w * f(f(-0.00138883025) + f(w * f(0.0000245479423)))));
      const cosine = f(f(w * f(f(w * curve) - 0.5)) + 1);
      const c = quarterCosine[v >>> 30]!;
      const d = quarterSine[v >>> 30]!;
      const i = first + 2 * pair - skip;
      // a portion that starts or ends inside a pair leaves the other half out
      if (i >= first) out[i] = radius * (cosine * c - sine * d);
      if (i + 1 < first + count) out[i + 1] = radius * (sine * c + cosine * d);
    }
  });
}

/**
 * A uniformly random order of 0 .. n-1: Fisher and Yates with unbiased bounded integers (words beyond the last whole
 * multiple of the bound are drawn again).
 * @returns Uint32Array of length n
 */
export function permutation(n: number, at: Omit<RandomPlace, 'from'>): Uint32Array {
  const order = Uint32Array.from({ length: n }, (_, i) => i);
  const stream = streamNumbers[at.stream];
  let block = 0;
  let next = 0;
  let drawn = 0;
  for (let i = n - 1; i > 0; i--) {
    const bound = i + 1;
    const limit = 2 ** 32 - (2 ** 32 % bound);
    let word: number;
    do {
      if (next === drawn) {
        // about as many words as are left to place: a short permutation costs little
        const blocks = Math.min(chunkWords / 4, Math.ceil((i + 8) / 4));
        philoxWords(words, blocks, { seed: at.seed, stream, step: at.step, block });
        block += blocks;
        drawn = 4 * blocks;
        next = 0;
      }
      word = words[next++]!;
    } while (word >= limit);
    const j = word % bound;
    const held = order[i]!;
    order[i] = order[j]!;
    order[j] = held;
  }
  return order;
}

/** The ways to fill an array with random numbers: the functions of this file, or an engine's faster ones, which draw the same bits. */
export interface RandomFills {
  fillNormal(out: Float32Array, at: RandomPlace): void;
  fillUniform(out: Float32Array, at: RandomPlace, lo?: number, hi?: number): void;
  fillBernoulli(out: Float32Array, at: RandomPlace, probabilityOfOne: number): void;
}

/** The functions of this file. */
export const plainFills: RandomFills = { fillNormal, fillUniform, fillBernoulli };
