const multiplier0 = 0xd2511f53;
const multiplier1 = 0xcd9e8d57;
const weyl0 = 0x9e3779b9;
const weyl1 = 0xbb67ae85;
const inverse32 = 2 ** -32;

/** Where a stream of Philox blocks starts: key (seed, stream), counter (block, step), 64 bits each. */
export interface PhiloxPlace {
  seed: number;
  stream: number;
  step: number;
  /** Number of the first block of four words. */
  block: number;
}

/**
 * Fills `out` with 4 * blocks random words: block b is philox4x32-10 of the counter (block low, block high, step low,
 * step high) under the key (seed, stream).
 * Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", 2011.
 */
export function philoxWords(out: Uint32Array, blocks: number, at: PhiloxPlace): void {
  const key0 = at.seed >>> 0;
  const key1 = at.stream >>> 0;
  const stepLow = at.step >>> 0;
  const stepHigh = Math.floor(at.step * inverse32) >>> 0;
  for (let b = 0; b < blocks; b++) {
    const block = at.block + b;
    let c0 = block | 0;
    let c1 = (block * inverse32) | 0;
    let c2 = stepLow | 0;
    let c3 = stepHigh | 0;
    let k0 = key0 | 0;
    let k1 = key1 | 0;
    for (let round = 0; round < 10; round++) {
      const low0 = Math.imul(multiplier0, c0);
      const low1 = Math.imul(multiplier1, c2);
      // the high word: the product in float64 is wrong by at most 2^10, and without its low word it is high * 2^32
      const high0 = (multiplier0 * (c0 >>> 0) - (low0 >>> 0)) * inverse32 + 0.5;
      const high1 = (multiplier1 * (c2 >>> 0) - (low1 >>> 0)) * inverse32 + 0.5;
      c0 = high1 ^ c1 ^ k0;
      c1 = low1;
      c2 = high0 ^ c3 ^ k1;
      c3 = low0;
      k0 = (k0 + weyl0) | 0;
      k1 = (k1 + weyl1) | 0;
    }
    const o = 4 * b;
    out[o] = c0;
    out[o + 1] = c1;
    out[o + 2] = c2;
    out[o + 3] = c3;
  }
}
