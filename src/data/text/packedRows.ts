import { type PackedLines, packLines } from './packLines.ts';
import type { RowSource, TextRows } from './textRows.ts';

/**
 * Several lines a row: `tokens` [context], `targets` [context] (each the token that follows), `positions` [context] (the place of a
 * token within its line, 0 at its start) and `weights` [context] (1 where the target counts). A line begins with the start symbol;
 * a line longer than the context goes on in another row, whose first input is its token before. Filling is a line of its own at each place.
 */
export class PackedRows implements TextRows {
  readonly rows: number;
  readonly widths: { tokens: number; targets: number; positions: number; weights: number };
  private readonly packed: PackedLines;

  constructor(private readonly source: RowSource & { end: number }) {
    const { flat, end, context, seed } = source;
    this.packed = packLines(flat, end, context, seed);
    this.rows = this.packed.firstPiece.length - 1;
    this.widths = { tokens: context, targets: context, positions: context, weights: context };
  }

  fill(rows: Uint32Array, into: Readonly<Record<'tokens' | 'targets' | 'positions' | 'weights', Float32Array>>): void {
    const { flat, context, start, end } = this.source;
    const { from, to, firstPiece } = this.packed;
    for (let i = 0; i < rows.length; i++) {
      let at = i * context;
      for (let piece = firstPiece[rows[i]!]!; piece < firstPiece[rows[i]! + 1]!; piece++)
        for (let p = from[piece]!; p < to[piece]!; p++, at++) {
          into.tokens[at] = p === 0 || flat[p - 1] === end ? start : flat[p - 1]!;
          into.targets[at] = flat[p]!;
          into.positions[at] = p - from[piece]!;
          into.weights[at] = 1;
        }
      into.tokens.fill(start, at, (i + 1) * context);
      for (const rest of [into.targets, into.positions, into.weights]) rest.fill(0, at, (i + 1) * context);
    }
  }
}
