// The fillings of math/random.ts, equal to them to the bit: the same operations, four lanes at a time.
import { drawWords, place, startStream, words } from './philox';

export { place };

/** Numbers of a group: four blocks of four. */
const group: usize = 16;
/** A group of which only a part is wanted. */
const spill: usize = memory.data(64, 16);

/**
 * Constants of the normal numbers, read where they are used: cheaper than making a constant vector. 1/2; 2^-32; 1; 2; -4; three
 * coefficients of the logarithm, highest first; -2 ln 2; pi / 2^33; three of the sine; three and -1/2 of the cosine.
 */
const table: usize = memory.data<f32>([
  0.5, 2.3283064365386963e-10, 1.0, 2.0, -4.0, 0.147899747, 0.1999439, 0.333333433, -1.3862943649291992, 3.65729529994141e-10,
  -0.000195878907, 0.00833274797, -0.166666642, 0.0000245479423, -0.00138883025, 0.0416666642, -0.5,
]);
/** Bits of 1/sqrt 2, and of a float32's sign and exponent. */
const bitsTable: usize = memory.data<u32>([0x3f3504f3, 0xff800000]);

@inline
function entry(index: usize): v128 {
  return v128.load32_splat(table + 4 * index);
}

/** One step of Horner: coefficient + x p. */
@inline
function next(coefficient: usize, x: v128, p: v128): v128 {
  return f32x4.add(entry(coefficient), f32x4.mul(x, p));
}

/** sqrt(-2 ln((u + 1/2) / 2^32)) of four words; `radiusOf` of math/random.ts explains it. */
@inline
function radius(u: v128): v128 {
  const y = f32x4.mul(f32x4.add(f32x4.convert_i32x4_s(u), entry(0)), entry(1));
  const x = f32x4.add(y, v128.and(i32x4.shr_s(u, 31), entry(2)));
  const carried = i32x4.sub(x, v128.load32_splat(bitsTable));
  const exponentBits = v128.and(carried, v128.load32_splat(bitsTable, 4));
  const mantissa = i32x4.sub(x, exponentBits);
  const isTop = i32x4.eq(exponentBits, i32x4.splat(0));
  const above = v128.bitselect(y, f32x4.sub(mantissa, entry(2)), isTop);
  const s = f32x4.div(above, f32x4.add(above, entry(3)));
  const z = f32x4.mul(s, s);
  const weighted = f32x4.mul(s, entry(4));
  const tail = f32x4.mul(z, next(7, z, next(6, z, entry(5))));
  const exponent = f32x4.convert_i32x4_s(i32x4.shr_s(carried, 23));
  return f32x4.sqrt(f32x4.add(f32x4.add(weighted, f32x4.mul(weighted, tail)), f32x4.mul(exponent, entry(8))));
}

/** The remainder of an angle in (-pi/4, pi/4): four words without their two highest bits. */
@inline
function remainder(v: v128): v128 {
  return f32x4.mul(f32x4.convert_i32x4_s(v128.or(i32x4.shl(v, 2), i32x4.splat(2))), entry(9));
}

/** Sine of x, w = x^2. */
@inline
function sine(x: v128, w: v128): v128 {
  return f32x4.add(x, f32x4.mul(x, f32x4.mul(w, next(12, w, next(11, w, entry(10))))));
}

/** Cosine of x, w = x^2. */
@inline
function cosine(w: v128): v128 {
  return next(2, w, next(16, w, next(15, w, next(14, w, entry(13)))));
}

/**
 * First numbers of four pairs: r times the cosine c of angles of which s is the sine, turned by the whole right angles in the two
 * highest bits of v (an odd number takes the sine, the rest are signs).
 */
@inline
function turnFirst(r: v128, c: v128, exchange: v128, v: v128): v128 {
  const sign = v128.and(v128.xor(v, i32x4.shl(v, 1)), i32x4.splat(0x80000000));
  return v128.xor(f32x4.mul(r, v128.xor(c, exchange)), sign);
}

/** Second numbers of four pairs. */
@inline
function turnSecond(r: v128, s: v128, exchange: v128, v: v128): v128 {
  return v128.xor(f32x4.mul(r, v128.xor(s, exchange)), v128.and(v, i32x4.splat(0x80000000)));
}

/** What to xor c and s with so that they change places where the second highest bit of v is set. */
@inline
function exchangeBits(c: v128, s: v128, v: v128): v128 {
  return v128.and(v128.xor(c, s), i32x4.shr_s(i32x4.shl(v, 1), 31));
}

/** Turns the words in `words` into normal numbers. The pairs are independent: all at once keeps the processor busy. */
@inline
function makeNormals(): void {
  const v0 = v128.load(words, 16);
  const v1 = v128.load(words, 48);
  const r0 = radius(v128.load(words));
  const r1 = radius(v128.load(words, 32));
  const x0 = remainder(v0);
  const x1 = remainder(v1);
  const w0 = f32x4.mul(x0, x0);
  const w1 = f32x4.mul(x1, x1);
  const c0 = cosine(w0);
  const c1 = cosine(w1);
  const s0 = sine(x0, w0);
  const s1 = sine(x1, w1);
  const exchange0 = exchangeBits(c0, s0, v0);
  const exchange1 = exchangeBits(c1, s1, v1);
  v128.store(words, turnFirst(r0, c0, exchange0, v0));
  v128.store(words, turnSecond(r0, s0, exchange0, v0), 16);
  v128.store(words, turnFirst(r1, c1, exchange1, v1), 32);
  v128.store(words, turnSecond(r1, s1, exchange1, v1), 48);
}

/**
 * Copies numbers of the group in `words` to an address, in the order of the blocks.
 * @param skip numbers of the group that are not wanted at its start
 * @param wanted numbers still wanted
 * @returns numbers copied
 */
@inline
function deliver(out: usize, skip: usize, wanted: usize): usize {
  const isWhole = skip == 0 && wanted >= group;
  const to = isWhole ? out : spill;
  const a = v128.load(words);
  const b = v128.load(words, 16);
  const c = v128.load(words, 32);
  const d = v128.load(words, 48);
  const abLow = v128.shuffle<i32>(a, b, 0, 4, 1, 5);
  const abHigh = v128.shuffle<i32>(a, b, 2, 6, 3, 7);
  const cdLow = v128.shuffle<i32>(c, d, 0, 4, 1, 5);
  const cdHigh = v128.shuffle<i32>(c, d, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<i64>(abLow, cdLow, 0, 2));
  v128.store(to, v128.shuffle<i64>(abLow, cdLow, 1, 3), 16);
  v128.store(to, v128.shuffle<i64>(abHigh, cdHigh, 0, 2), 32);
  v128.store(to, v128.shuffle<i64>(abHigh, cdHigh, 1, 3), 48);
  if (isWhole) return group;
  const count = min(group - skip, wanted);
  memory.copy(out, spill + 4 * skip, 4 * count);
  return count;
}

/**
 * Standard normal numbers by Box and Muller from the place's words.
 * @param out address of float32 numbers
 * @param skip numbers of the first block, 0 to 3, that are left out
 */
export function fillNormal(out: usize, count: usize, skip: usize): void {
  startStream();
  for (let done: usize = 0, left = skip; done < count; left = 0) {
    drawWords();
    makeNormals();
    done += deliver(out + 4 * done, left, count - done);
  }
}

/** Two float64 of each, rounded, into one vector. */
@inline
function join(low: v128, high: v128): v128 {
  return v128.shuffle<i64>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 2);
}

/** Turns four words into lo + (word >> 8) scale, rounded to float32. */
@inline
function makeUniform(at: usize, lo: v128, scale: v128): void {
  const bits = i32x4.shr_u(v128.load(at), 8);
  const low = f64x2.add(lo, f64x2.mul(f64x2.convert_low_i32x4_s(bits), scale));
  const high = f64x2.add(lo, f64x2.mul(f64x2.convert_low_i32x4_s(v128.shuffle<i64>(bits, bits, 1, 1)), scale));
  v128.store(at, join(low, high));
}

/** Bounds of the uniform numbers, written by kernelMemory.ts: float64 lo and (hi - lo) / 2^24. */
export const bounds: usize = memory.data(16, 16);

/** Uniform numbers lo + (word >> 8) scale; parameters as of `fillNormal`. */
export function fillUniform(out: usize, count: usize, skip: usize): void {
  startStream();
  const lo = v128.load64_splat(bounds);
  const scale = v128.load64_splat(bounds, 8);
  for (let done: usize = 0, left = skip; done < count; left = 0) {
    drawWords();
    for (let at = words; at < words + 64; at += 16) makeUniform(at, lo, scale);
    done += deliver(out + 4 * done, left, count - done);
  }
}

/** 1 where the word is at most `last`, else 0; other parameters as of `fillNormal`. */
export function fillBernoulli(out: usize, count: usize, skip: usize, last: u32): void {
  startStream();
  const limit = i32x4.splat(last);
  const one = f32x4.splat(1);
  for (let done: usize = 0, left = skip; done < count; left = 0) {
    drawWords();
    for (let at = words; at < words + 64; at += 16) v128.store(at, v128.and(i32x4.le_u(v128.load(at), limit), one));
    done += deliver(out + 4 * done, left, count - done);
  }
}
