/**
 * Where the next words come from, written by kernelMemory.ts: uint32 seed, stream, step low, step high, then the uint64 number
 * of the next block of four words.
 */
export const place: usize = memory.data(32, 16);
const step: usize = 8;
const block: usize = 16;

/** The four words of four blocks: vector j holds word j of the blocks 0 to 3, one a lane. */
export const words: usize = memory.data(64, 16);

/** The two keys of the ten rounds, each in all lanes of a vector. */
const roundKeys: usize = memory.data(320, 16);
const rounds: usize = 10;

/** Makes the round keys of the place: seed and stream plus a Weyl sequence each. */
export function startStream(): void {
  let key0 = load<u32>(place);
  let key1 = load<u32>(place, 4);
  for (let at = roundKeys; at < roundKeys + 32 * rounds; at += 32) {
    v128.store(at, i32x4.splat(key0));
    v128.store(at, i32x4.splat(key1), 16);
    key0 += 0x9e3779b9;
    key1 += 0xbb67ae85;
  }
}

/** High halves of the four 64-bit products x m, before anything else mixes in. */
@inline
function highWords(x: v128, m: v128): v128 {
  return v128.shuffle<i32>(i64x2.extmul_low_i32x4_u(x, m), i64x2.extmul_high_i32x4_u(x, m), 1, 3, 5, 7);
}

/** Low halves. */
@inline
function lowWords(x: v128, m: v128): v128 {
  return v128.shuffle<i32>(i64x2.extmul_low_i32x4_u(x, m), i64x2.extmul_high_i32x4_u(x, m), 0, 2, 4, 6);
}

/** What a word becomes: the high product of the word opposite, its neighbour and the round's key. */
@inline
function mixed(opposite: v128, m: v128, neighbour: v128, key: usize): v128 {
  return v128.xor(highWords(opposite, m), v128.xor(neighbour, v128.load(key)));
}

/** Philox4x32-10 of the next four counters (block, step) into `words`; math/philox.ts is the same in plain JavaScript. */
@inline
export function drawWords(): void {
  const first = load<u64>(place, block);
  store<u64>(place, first + 4, block);
  const low = i32x4.splat(<i32>first);
  let c0 = i32x4.add(low, i32x4(0, 1, 2, 3));
  // a lane that wrapped carries 1: minus the mask -1
  let c1 = i32x4.sub(i32x4.splat(<i32>(first >> 32)), i32x4.lt_u(c0, low));
  let c2 = v128.load32_splat(place, step);
  let c3 = v128.load32_splat(place, step + 4);
  const m0 = i32x4.splat(0xd2511f53);
  const m1 = i32x4.splat(0xcd9e8d57);
  // two rounds a time: what is a product's low word after one of them is a neighbour in the next
  for (let key = roundKeys; key < roundKeys + 32 * rounds; key += 64) {
    const d0 = mixed(c2, m1, c1, key);
    const d1 = lowWords(c2, m1);
    const d2 = mixed(c0, m0, c3, key + 16);
    const d3 = lowWords(c0, m0);
    c0 = mixed(d2, m1, d1, key + 32);
    c1 = lowWords(d2, m1);
    c2 = mixed(d0, m0, d3, key + 48);
    c3 = lowWords(d0, m0);
  }
  v128.store(words, c0);
  v128.store(words, c1, 16);
  v128.store(words, c2, 32);
  v128.store(words, c3, 48);
}
