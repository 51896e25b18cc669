import { CharacterIds } from './characterTokenizer.ts';
import { huggingFaceJson, pairModel } from './huggingFaceJson.ts';
import { endOf, type StreamTokenizer, type TokenSink } from './streamTokenizer.ts';
import type { BytePairs } from './trainBpe.ts';
import { unknownToken } from './unknownToken.ts';

/** Pieces that no merge crosses: letters, numbers or other characters, each with the space before them; single spaces; ends of lines. */
export const piecePattern = String.raw` ?[\p{L}\p{M}]+| ?\p{N}+| ?[^\p{L}\p{M}\p{N} \n]+| |\n`;

const keyFactor = 2 ** 24;
/** Pieces whose ids are kept, and how long they are at most. */
const mostKept = 2 ** 17;
const longestKept = 32;

/**
 * Byte-pair encoding over characters: every character of the text that it was made from is a token, and merges make longer ones. We differ
 * from GPT-2 in having no tokens of single bytes: tokens can always be read, and a character that the text lacks is an error.
 */
export class BpeTokenizer implements StreamTokenizer {
  readonly kind = 'bpe';
  readonly needsWholeLines = false;
  readonly end: number | null;
  readonly tokens: readonly string[];
  readonly merges: readonly (readonly [left: number, right: number])[];
  readonly #characters: CharacterIds;
  readonly #ranks: Map<number, number>;
  /** Token that each merge makes. */
  readonly #made: Uint32Array;
  readonly #kept = new Map<string, readonly number[]>();

  /** Tokens by id, where texts end with "</s>" as the last, and the merges by rank. */
  constructor({ tokens, merges }: Readonly<{ [K in keyof BytePairs]: Readonly<BytePairs[K]> }>) {
    this.tokens = tokens;
    this.merges = merges;
    this.end = endOf(tokens);
    const ids = new Map(tokens.map((token, id) => [token, id]));
    this.#characters = new CharacterIds(tokens);
    this.#ranks = new Map(merges.map(([left, right], rank) => [left * keyFactor + right, rank]));
    this.#made = Uint32Array.from(merges, ([left, right]) => ids.get(tokens[left]! + tokens[right]!)!);
  }

  encode(text: string): number[] {
    const ids: number[] = [];
    this.append(text, ids);
    return ids;
  }

  append(text: string, out: TokenSink): void {
    for (const piece of text.match(new RegExp(piecePattern, 'gu')) ?? []) {
      let ids = this.#kept.get(piece);
      if (ids === undefined) {
        ids = this.#cut(piece);
        if (piece.length <= longestKept && this.#kept.size < mostKept) this.#kept.set(ownText(piece), ids);
      }
      for (const id of ids) out.push(id);
    }
  }

  decode(ids: Iterable<number>): string {
    let text = '';
    for (const id of ids) if (id !== this.end) text += this.tokens[id];
    return text;
  }

  toJson(): object {
    const merges = this.merges.map(([left, right]) => [this.tokens[left]!, this.tokens[right]!] as const);
    return huggingFaceJson({
      preTokenizer: { type: 'Split', pattern: { Regex: piecePattern }, behavior: 'Isolated', invert: false },
      decoder: { type: 'Fuse' },
      model: pairModel(this.tokens, merges),
    });
  }

  /** Ids of a piece: the pair of the lowest rank is joined wherever it stands, from the left, until no pair has a rank. */
  #cut(piece: string): number[] {
    const ids: number[] = [];
    for (const character of piece) {
      const id = this.#characters.of(character.codePointAt(0)!);
      if (id < 0) throw this.#unknown(character);
      ids.push(id);
    }
    for (;;) {
      let lowest = Number.POSITIVE_INFINITY;
      for (let i = 0; i + 1 < ids.length; i++) lowest = Math.min(lowest, this.#rankOf(ids[i]!, ids[i + 1]!));
      if (lowest === Number.POSITIVE_INFINITY) return ids;
      const [left, right] = this.merges[lowest]!;
      let length = 0;
      for (let i = 0; i < ids.length; i++) {
        const isPair = ids[i] === left && ids[i + 1] === right;
        ids[length++] = isPair ? this.#made[lowest]! : ids[i]!;
        if (isPair) i++;
      }
      ids.length = length;
    }
  }

  #rankOf(left: number, right: number): number {
    return this.#ranks.get(left * keyFactor + right) ?? Number.POSITIVE_INFINITY;
  }

  #unknown(character: string): Error {
    const characters = this.tokens.filter((token) => [...token].length === 1);
    return unknownToken(character, 'character', characters);
  }
}

/** A copy of a piece of a text that does not keep the whole text in memory. */
export function ownText(piece: string): string {
  return piece.length < 13 ? piece : Buffer.from(piece, 'utf16le').toString('utf16le');
}
