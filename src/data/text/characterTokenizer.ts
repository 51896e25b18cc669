import { huggingFaceJson, pairModel } from './huggingFaceJson.ts';
import { endOf, type StreamTokenizer, type TokenSink } from './streamTokenizer.ts';
import { unknownToken } from './unknownToken.ts';

/** Ids of characters: of the first plane in a table, of the others in a map. */
export class CharacterIds {
  readonly #table = new Int32Array(0x10000).fill(-1);
  readonly #others = new Map<number, number>();

  /** @param tokens those of one character count, whatever else stands among them */
  constructor(tokens: readonly string[]) {
    tokens.forEach((token, id) => {
      const code = token.codePointAt(0);
      if (code === undefined || token.length !== (code > 0xffff ? 2 : 1)) return;
      if (code > 0xffff) this.#others.set(code, id);
      else this.#table[code] = id;
    });
  }

  /** Id of a character, or -1. */
  of(code: number): number {
    return code > 0xffff ? (this.#others.get(code) ?? -1) : this.#table[code]!;
  }
}

/** Each character (Unicode code point) is a token. */
export class CharacterTokenizer implements StreamTokenizer {
  readonly kind = 'characters';
  readonly needsWholeLines = false;
  readonly end: number | null;
  readonly #ids: CharacterIds;

  /** @param tokens characters by id; where texts end, "</s>" as the last */
  constructor(readonly tokens: readonly string[]) {
    this.end = endOf(tokens);
    this.#ids = new CharacterIds(tokens);
  }

  encode(text: string): number[] {
    const ids: number[] = [];
    this.append(text, ids);
    return ids;
  }

  append(text: string, out: TokenSink): void {
    for (let i = 0; i < text.length; i++) {
      const code = text.codePointAt(i)!;
      if (code > 0xffff) i++;
      const id = this.#ids.of(code);
      if (id < 0) throw unknownToken(String.fromCodePoint(code), 'character', this.end === null ? this.tokens : this.tokens.slice(0, -1));
      out.push(id);
    }
  }

  decode(ids: Iterable<number>): string {
    let text = '';
    for (const id of ids) if (id !== this.end) text += this.tokens[id];
    return text;
  }

  /** Byte pairs without a merge: Hugging Face's tokenizers have no characters of their own. */
  toJson(): object {
    return huggingFaceJson({ preTokenizer: null, decoder: { type: 'Fuse' }, model: pairModel(this.tokens, []) });
  }
}
