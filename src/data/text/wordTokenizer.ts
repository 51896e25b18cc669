import { huggingFaceJson, vocabularyOf } from './huggingFaceJson.ts';
import { joinWords } from './joinWords.ts';
import { endOf, endToken, type StreamTokenizer, type TokenSink } from './streamTokenizer.ts';
import { unknownToken } from './unknownToken.ts';

/** Stands for every word outside of the vocabulary. */
export const unknownWord = '<unk>';

/**
 * How a text is cut. `prose`: words with their apostrophes and hyphens, numbers with their points and commas, runs of hyphens, ends of
 * lines, every other character that is no blank by itself. `spaces`: at spaces, with ends of lines apart; for generated texts, whose words
 * are what the generator calls so. Letters, marks, numbers and separators are named as Hugging Face's library (Oniguruma) and JavaScript
 * both understand them: their \s and \w differ.
 */
export const wordPatterns = {
  prose: String.raw`[\p{L}\p{M}\p{N}]+(?:['’\-][\p{L}\p{M}\p{N}]+|(?<=\p{N})[.,](?=\p{N})[\p{L}\p{M}\p{N}]+)*|-+|\n|[^\p{Z}\p{Cc}\p{L}\p{M}\p{N}\-]`,
  spaces: String.raw`[^ \n]+|\n`,
} as const;

/** Begins what goes on a word in Hugging Face's WordPiece; no token has a line's end inside, so words are only found whole. */
const continuing = '\n##';

/** Each word, number and mark of punctuation is a token. */
export class WordTokenizer implements StreamTokenizer {
  readonly kind = 'words';
  readonly needsWholeLines = false;
  readonly end: number | null;
  /** Id of "<unk>", or null. */
  readonly unknown: number | null;
  readonly #ids: Map<string, number>;
  readonly #pattern: RegExp;

  /** @param tokens words by id; where texts end, "</s>" as the last */
  constructor(
    readonly tokens: readonly string[],
    readonly cut: keyof typeof wordPatterns,
  ) {
    this.end = endOf(tokens);
    this.#ids = new Map(tokens.map((token, id) => [token, id]));
    this.unknown = this.#ids.get(unknownWord) ?? null;
    // no text has these words: the pattern cuts them, and generators may not use them
    this.#ids.delete(unknownWord);
    this.#ids.delete(endToken);
    this.#pattern = new RegExp(wordPatterns[cut], 'gu');
  }

  encode(text: string): number[] {
    return (text.match(this.#pattern) ?? []).map((word) => {
      const id = this.#ids.get(word);
      if (id === undefined) throw unknownToken(word, 'word', [...this.#ids.keys()]);
      return id;
    });
  }

  append(text: string, out: TokenSink): void {
    for (const word of text.match(this.#pattern) ?? []) {
      const id = this.#ids.get(word) ?? this.unknown;
      if (id === null) throw unknownToken(word, 'word', [...this.#ids.keys()]);
      out.push(id);
    }
  }

  decode(ids: Iterable<number>): string {
    const words: string[] = [];
    for (const id of ids) if (id !== this.end) words.push(this.tokens[id]!);
    return this.cut === 'prose' ? joinWords(words) : words.join(' ').replace(/ ?\n ?/g, '\n');
  }

  /** As WordPiece without pieces, which both of Hugging Face's libraries load; only one of them has WordLevel. */
  toJson(): object {
    return huggingFaceJson({
      preTokenizer: { type: 'Split', pattern: { Regex: wordPatterns[this.cut] }, behavior: 'Removed', invert: true },
      decoder: { type: 'WordPiece', prefix: continuing, cleanup: true },
      model: {
        type: 'WordPiece',
        unk_token: unknownWord,
        continuing_subword_prefix: continuing,
        max_input_chars_per_word: 1_000_000,
        vocab: vocabularyOf(this.tokens),
      },
    });
  }
}
