import { philoxWords } from './philox.ts';

/**
 * Purpose of a random stream. Streams never share numbers, so that turning a mask on does not change the initial weights.
 * The number of a stream is part of every stored run: it may never change, new streams get new numbers.
 */
const streamNumbers = {
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

/** 2^-e for e = -1 .. 31 at index 31 - e, the number of leading zeros. */
const powers = Float64Array.from({ length: 33 }, (_, zeros) => 2 ** (zeros - 31));
/** Cosine and sine of a number of right angles. */
const quarterCosine = Float64Array.of(1, 0, -1, 0);
const quarterSine = Float64Array.of(0, 1, 0, -1);

/**
 * Fills with independent standard normal numbers by Box and Muller: two words u, v give
 * sqrt(-2 ln u) cos(2 pi v) and sqrt(-2 ln u) sin(2 pi v); the largest possible size is 6.8.
 * Number i depends on (seed, stream, step, from + i) only. Logarithm, sine and cosine are polynomials of ours (to 1e-9,
 * far below float32): only + - * / and sqrt, so that every engine and platform draws the same bits.
 */
export function fillNormal(out: Float32Array, at: RandomPlace): void {
  drawPortions(out.length, at, (first, count, skip) => {
    const pairs = (skip + count + 1) >>> 1;
    const from = skip >>> 1;
    for (let pair = from; pair < pairs; pair++) {
      const u = words[2 * pair]!;
      const v = words[2 * pair + 1]!;
      // ln((u + 1/2) / 2^32) = ln(mantissa) + exponent ln 2 with the mantissa in [1/sqrt 2, sqrt 2)
      const zeros = Math.clz32(u);
      let mantissa = (u + 0.5) * powers[zeros]!;
      let exponent = -1 - zeros;
      if (mantissa > Math.SQRT2) {
        mantissa *= 0.5;
        exponent++;
      }
      const s = (mantissa - 1) / (mantissa + 1);
      const z = s * s;
      // 2 artanh(s), |s| <= 0.172
      const logarithm = 2 * s * (1 + z * (1 / 3 + z * (1 / 5 + z * (1 / 7 + z * (1 / 9 + z * (1 / 11)))))) + exponent * Math.LN2;
      const radius = Math.sqrt(-2 * logarithm);
      // the angle: whole right angles (two bits) and a remainder in (-pi/4, pi/4)
      const quarter = v >>> 30;
      const angle = ((v & 0x3fffffff) - 536870911.5) * (Math.PI / 2 ** 31);
      const w = angle * angle;
      const sine = angle * (1 + w * (-1 / 6 + w * (1 / 120 + w * (-1 / 5040 + w * (1 / 362880)))));
      const cosine = 1 + w * (-1 / 2 + w * (1 / 24 + w * (-1 / 720 + w * (1 / 40320 + w * (-1 / 3628800)))));
      const c = quarterCosine[quarter]!;
      const d = quarterSine[quarter]!;
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
