import { type MaskedTokens, type Masking, maskTokens } from './maskTokens.ts';
import { type PackedLines, packLines } from './packLines.ts';
import type { RowMoment, RowSource, TextRows } from './textRows.ts';

/** What masked rows are made of. */
export interface MaskedSource extends RowSource {
  masking: Masking;
  vocabulary: number;
  /** Id of the mask. */
  mask: number;
}

/** The masks of one epoch after the other, and the one of measured rows, which never changes. */
class EpochMask {
  private epoch: number | null = null;
  private ofEpoch: MaskedTokens | undefined;
  private measured: MaskedTokens | undefined;

  constructor(private readonly source: MaskedSource) {}

  at(epoch: number | null): MaskedTokens {
    if (epoch === null) {
      this.measured ??= this.draw('evaluation', 0);
      return this.measured;
    }
    if (this.ofEpoch === undefined || this.epoch !== epoch) this.ofEpoch = this.draw('mask', epoch);
    this.epoch = epoch;
    return this.ofEpoch;
  }

  private draw(stream: 'evaluation' | 'mask', step: number): MaskedTokens {
    const { flat, masking, seed } = this.source;
    return maskTokens(flat, masking, this.source, { seed, stream, step });
  }
}

/**
 * One row a hidden token: `tokens` [2 context], as many on its left as on its right, the start symbol beyond its line; `targets` [1].
 * Neighbours may be hidden too.
 */
export class MaskedContextRows implements TextRows {
  readonly rows: number;
  readonly widths: { tokens: number; targets: number };
  private readonly masks: EpochMask;

  constructor(private readonly source: MaskedSource) {
    this.masks = new EpochMask(source);
    this.rows = this.masks.at(null).chosen.length;
    this.widths = { tokens: 2 * source.context, targets: 1 };
  }

  fill(rows: Uint32Array, into: Readonly<Record<'tokens' | 'targets', Float32Array>>, { epoch }: RowMoment): void {
    const { flat, context } = this.source;
    const { seen, chosen } = this.masks.at(epoch);
    for (let i = 0; i < rows.length; i++) {
      const place = chosen[rows[i]!]!;
      fillNeighbours(seen, place, this.source, into.tokens.subarray(2 * i * context, 2 * (i + 1) * context));
      into.targets[i] = flat[place]!;
    }
  }
}

/** The tokens on both sides of a place within its line: [2 context]. */
export function fillNeighbours(
  seen: Uint32Array,
  place: number,
  { context, start, end }: Pick<RowSource, 'context' | 'start' | 'end'>,
  out: Float32Array,
): void {
  out.fill(start);
  for (let i = 1; i <= context && place - i >= 0 && seen[place - i] !== end; i++) out[context - i] = seen[place - i]!;
  for (let i = 1; i <= context && place + i < seen.length && seen[place + i] !== end; i++) out[context + i - 1] = seen[place + i]!;
}

/**
 * Whole pieces of text of which some tokens are hidden: `tokens`, `targets`, `weights` [context] (1 at hidden tokens), and, where texts
 * are lines, `positions` [context]. Lines are packed whole with their end tokens, which are seen and never hidden.
 */
export class MaskedWindowRows implements TextRows {
  readonly rows: number;
  readonly widths: Record<string, number>;
  private readonly masks: EpochMask;
  private readonly packed: PackedLines | null;
  private chosenOf: MaskedTokens | undefined;
  private isChosen = new Uint8Array(0);

  constructor(private readonly source: MaskedSource) {
    const { flat, end, context, seed } = source;
    this.masks = new EpochMask(source);
    this.packed = end === null ? null : packLines(flat, end, context, seed);
    this.rows = this.packed === null ? Math.floor(flat.length / context) : this.packed.firstPiece.length - 1;
    this.widths = { tokens: context, targets: context, weights: context, ...(this.packed !== null && { positions: context }) };
  }

  fill(rows: Uint32Array, into: Readonly<Record<string, Float32Array>>, { epoch }: RowMoment): void {
    const { context, start } = this.source;
    const masked = this.masks.at(epoch);
    this.mark(masked);
    const pieces = this.packed ?? null;
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i]!;
      let at = i * context;
      if (pieces === null) at = this.write(masked, { from: row * context, to: (row + 1) * context, at }, into);
      else
        for (let piece = pieces.firstPiece[row]!; piece < pieces.firstPiece[row + 1]!; piece++)
          at = this.write(masked, { from: pieces.from[piece]!, to: pieces.to[piece]!, at }, into);
      into.tokens!.fill(start, at, (i + 1) * context);
      for (const name of ['targets', 'positions', 'weights']) into[name]?.fill(0, at, (i + 1) * context);
    }
  }

  private mark(masked: MaskedTokens): void {
    if (this.chosenOf === masked) return;
    this.isChosen = new Uint8Array(masked.seen.length);
    for (const place of masked.chosen) this.isChosen[place] = 1;
    this.chosenOf = masked;
  }

  private write(
    { seen }: MaskedTokens,
    piece: { from: number; to: number; at: number },
    into: Readonly<Record<string, Float32Array>>,
  ): number {
    let { at } = piece;
    for (let p = piece.from; p < piece.to; p++, at++) {
      into.tokens![at] = seen[p]!;
      into.targets![at] = this.source.flat[p]!;
      into.weights![at] = this.isChosen[p]!;
      if (into.positions !== undefined) into.positions[at] = p - piece.from;
    }
    return at;
  }
}
