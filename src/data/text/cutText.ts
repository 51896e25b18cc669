import { UserError } from '../../experiment/problem.ts';
import { GrowingArray } from '../growingArray.ts';
import { feedTexts, type TextSink } from './feedTexts.ts';
import type { StreamTokenizer } from './streamTokenizer.ts';
import type { TextCorpus } from './textCorpus.ts';
import type { TextSource } from './textSource.ts';

/** Tokens of texts as they come. */
type Cut = Pick<TextCorpus, 'tokens' | 'starts' | 'characters'> & { blank: number };

/**
 * Reads a text and cuts it into tokens.
 * @throws UserError where a part of it is no token of a tokenizer that was made elsewhere; what reading throws
 */
export async function cutText(
  source: TextSource,
  tokenizer: StreamTokenizer,
  unit: 'lines' | 'stream',
  signal?: AbortSignal,
): Promise<Cut> {
  const texts = new CutTexts(source.name, tokenizer, unit);
  const { blank } = await feedTexts(source, unit, tokenizer.needsWholeLines ? new WholeLines(texts, unit) : texts, signal);
  return { ...texts.join(), blank };
}

/** Keeps only numbers of what comes: ids, where texts begin, and how long they are. */
class CutTexts implements TextSink {
  readonly #tokens: GrowingArray<Uint16Array> | GrowingArray<Uint32Array>;
  readonly #starts = new GrowingArray(Uint32Array);
  readonly #characters = new GrowingArray(Uint32Array);
  #length = 0;

  constructor(
    private readonly name: string,
    private readonly tokenizer: StreamTokenizer,
    private readonly unit: 'lines' | 'stream',
  ) {
    this.#tokens = tokenizer.tokens.length > 0x10000 ? new GrowingArray(Uint32Array) : new GrowingArray(Uint16Array);
    this.#starts.push(0);
  }

  append(portion: string): void {
    this.#length += countCharacters(portion);
    try {
      this.tokenizer.append(portion, this.#tokens);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      const place = this.unit === 'lines' ? `, text ${this.#characters.length + 1}` : '';
      throw new UserError(`${this.name}${place}: ${error.message}`, 'data.tokens');
    }
  }

  end(): void {
    this.#characters.push(this.#length);
    this.#starts.push(this.#tokens.length);
    this.#length = 0;
  }

  join(): Pick<TextCorpus, 'tokens' | 'starts' | 'characters'> {
    return { tokens: this.#tokens.join(), starts: this.#starts.join(), characters: this.#characters.join() };
  }
}

/** Hands on whole lines; in a stream with their ends. */
class WholeLines implements TextSink {
  #parts: string[] = [];

  constructor(
    private readonly sink: TextSink,
    private readonly unit: 'lines' | 'stream',
  ) {}

  append(portion: string): void {
    const border = this.unit === 'stream' ? portion.lastIndexOf('\n') + 1 : 0;
    if (border > 0) {
      const lines = (this.#parts.join('') + portion.slice(0, border)).split(/(?<=\n)/);
      this.#parts = [];
      for (const line of lines) this.sink.append(line);
    }
    this.#parts.push(portion.slice(border));
  }

  end(): void {
    this.sink.append(this.#parts.join(''));
    this.#parts = [];
    this.sink.end();
  }
}

/** Unicode code points of a text. */
function countCharacters(text: string): number {
  let count = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit >= 0xd800 && unit < 0xdc00) count--;
  }
  return count;
}
