import { permutation } from '../../math/random.ts';

/** Lines side by side in rows of equal width. */
export interface PackedLines {
  /** Piece i of a line is flat[from[i]] to flat[to[i] - 1]. */
  from: Uint32Array;
  to: Uint32Array;
  /** Row r holds the pieces firstPiece[r] to firstPiece[r + 1] - 1. */
  firstPiece: Uint32Array;
}

/**
 * Packs lines, each with its end token, into rows of `width` tokens: in random order, whole where they fit; a longer line is cut.
 * @param flat lines one after the other, each followed by `end`
 */
export function packLines(flat: Uint32Array, end: number, width: number, seed: number): PackedLines {
  const starts = [0];
  for (let i = 0; i < flat.length; i++) if (flat[i] === end) starts.push(i + 1);
  const [from, to, firstPiece]: [number[], number[], number[]] = [[], [], [0]];
  let used = 0;
  for (const line of permutation(starts.length - 1, { seed, stream: 'order', step: 2 ** 41 }))
    for (let at = starts[line]!; at < starts[line + 1]!; ) {
      const length = Math.min(width, starts[line + 1]! - at);
      if (used + length > width) {
        firstPiece.push(from.length);
        used = 0;
      }
      from.push(at);
      to.push(at + length);
      used += length;
      at += length;
    }
  if (from.length > 0) firstPiece.push(from.length);
  return { from: Uint32Array.from(from), to: Uint32Array.from(to), firstPiece: Uint32Array.from(firstPiece) };
}
