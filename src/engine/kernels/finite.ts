/** Bytes looked at between two branches. */
const stretch: usize = 64;

/** NaN (some bit set) in lanes that are NaN or infinite, +0 (no bit set) elsewhere: x - x. */
@inline
function nonFiniteBits(at: usize): v128 {
  const x = v128.load(at);
  return f32x4.sub(x, x);
}

/**
 * Index of the first NaN or infinity among the numbers at an address, -1 when all are finite.
 * @param at address of float32 numbers
 */
export function firstNonFinite(at: usize, count: usize): i32 {
  const end = at + 4 * count;
  let from = at;
  while (from + stretch <= end) {
    const a = v128.or(nonFiniteBits(from), nonFiniteBits(from + 16));
    const b = v128.or(nonFiniteBits(from + 32), nonFiniteBits(from + 48));
    if (v128.any_true(v128.or(a, b))) break;
    from += stretch;
  }
  for (; from < end; from += 4) {
    const x = load<f32>(from);
    if (x - x != 0) return <i32>((from - at) >> 2);
  }
  return -1;
}
