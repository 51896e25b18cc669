import { UserError } from '../../experiment/problem.ts';
import type { TextSource } from './textSource.ts';

/** Takes texts in portions that end at line ends or before spaces. */
export interface TextSink {
  append(portion: string): void;
  /** The text is over. */
  end(): void;
}

/** Most characters (UTF-16 units) of a text: its tokens are then 4 GB at most. */
const mostCharacters = 2 ** 30;

/**
 * Reads a text and hands it on: line by line without line ends, blank lines left out, or as one stream. Lines that a generator draws may
 * be empty.
 * @returns how many blank lines were left out
 * @throws UserError for a text that is too long; what reading and the sink throw
 */
export async function feedTexts(
  source: TextSource,
  unit: 'lines' | 'stream',
  sink: TextSink,
  signal?: AbortSignal,
): Promise<{ blank: number }> {
  const lines = unit === 'lines' ? new LineFeed(sink, source.isGenerated) : null;
  let characters = 0;
  for await (const portion of source.read(signal)) {
    signal?.throwIfAborted();
    characters += portion.length;
    if (characters > mostCharacters)
      throw new UserError(`${source.name} is longer than ${mostCharacters} characters; use a part of it`, 'data.source');
    if (lines === null) sink.append(portion);
    else lines.take(portion);
  }
  if (lines === null) sink.end();
  else lines.finish();
  return { blank: lines?.blank ?? 0 };
}

/** Cuts portions into lines. What is blank so far waits until it is known whether its line is. */
class LineFeed {
  blank = 0;
  #isBlank = true;
  #held = '';

  constructor(
    private readonly sink: TextSink,
    private readonly keepsBlank: boolean,
  ) {}

  take(portion: string): void {
    let start = 0;
    for (let end = portion.indexOf('\n'); end >= 0; end = portion.indexOf('\n', start)) {
      this.#append(portion.slice(start, end));
      this.#endLine();
      start = end + 1;
    }
    if (start < portion.length) this.#append(portion.slice(start));
  }

  finish(): void {
    if (!this.#isBlank || this.#held !== '') this.#endLine();
  }

  #append(part: string): void {
    if (this.#isBlank) {
      this.#held += part;
      if (this.#held.trim() === '') return;
      this.#isBlank = false;
      this.sink.append(this.#held);
    } else this.sink.append(part);
  }

  #endLine(): void {
    if (this.#isBlank && !this.keepsBlank) this.blank++;
    else this.sink.end();
    this.#isBlank = true;
    this.#held = '';
  }
}
