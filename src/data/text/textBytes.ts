import { isUtf8 } from 'node:buffer';
import { TextDecoder } from 'node:util';
import { UserError } from '../../experiment/problem.ts';

const setting = 'data.source';

/**
 * Turns the bytes of a file into text in portions of any size: UTF-8, or UTF-16 where the file begins with its mark. The byte order mark is
 * left out, every line ends in "\n". Characters and line ends that a border cuts in two wait for the next portion.
 */
export class TextBytes {
  #decoder: TextDecoder | null = null;
  #isStarted = false;
  /** Bytes that wait for more. */
  #rest: Uint8Array = new Uint8Array(0);
  /** A carriage return that may be half a line end. */
  #held = '';
  /** Bytes turned into text so far, and lines ended by them. */
  #bytes = 0;
  #lines = 0;

  /** @param name of the file for messages */
  constructor(private readonly name: string) {}

  /** @throws UserError that says where the file is no text */
  take(portion: Uint8Array): string {
    const bytes = this.#rest.length === 0 ? portion : Buffer.concat([this.#rest, portion]);
    if (!this.#isStarted && bytes.length < 3) {
      this.#rest = bytes.slice();
      return '';
    }
    return this.#decode(bytes, false);
  }

  /** What was still waiting. */
  finish(): string {
    return this.#decode(this.#rest, true);
  }

  #decode(bytes: Uint8Array, isLast: boolean): string {
    const start = this.#isStarted ? 0 : this.#begin(bytes);
    const end = isLast ? bytes.length : bytes.length - this.#waiting(bytes);
    this.#rest = bytes.slice(end);
    const whole = bytes.subarray(start, end);
    const text = this.#decoder === null ? this.#decodeUtf8(whole) : this.#decodeWide(whole, isLast);
    const place = text.indexOf('\0');
    if (place >= 0)
      throw this.#noText(
        text.slice(0, place),
        Buffer.byteLength(text.slice(0, place)),
        'is 0, as in files that are no text; name a .txt file',
      );
    this.#bytes += whole.length;
    return this.#withLineEnds(text, isLast);
  }

  /** Looks for a byte order mark. @returns its length */
  #begin(bytes: Uint8Array): number {
    this.#isStarted = true;
    const [first, second, third] = bytes;
    if (first === 0xff && second === 0xfe) this.#decoder = new TextDecoder('utf-16le', { fatal: true, ignoreBOM: true });
    if (first === 0xfe && second === 0xff) this.#decoder = new TextDecoder('utf-16be', { fatal: true, ignoreBOM: true });
    const length = this.#decoder !== null ? 2 : first === 0xef && second === 0xbb && third === 0xbf ? 3 : 0;
    this.#bytes = length;
    return length;
  }

  /** How many bytes at the end are the beginning of a character. */
  #waiting(bytes: Uint8Array): number {
    if (this.#decoder !== null) return 0;
    for (let back = 1; back <= Math.min(3, bytes.length); back++) {
      const byte = bytes[bytes.length - back]!;
      if (byte < 0x80) return 0;
      if (byte >= 0xc0) return back < sequenceLength(byte) ? back : 0;
    }
    return 0;
  }

  #decodeUtf8(bytes: Uint8Array): string {
    if (isUtf8(bytes)) return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
    const bad = firstInvalid(bytes);
    const value = bytes[bad]!.toString(16).toUpperCase().padStart(2, '0');
    throw this.#noText(
      Buffer.from(bytes.subarray(0, bad)).toString('utf8'),
      bad,
      `is 0x${value}, which is no UTF-8 there; save it as UTF-8`,
    );
  }

  #decodeWide(bytes: Uint8Array, isLast: boolean): string {
    try {
      return this.#decoder!.decode(bytes, { stream: !isLast });
    } catch {
      throw new UserError(`${this.name} begins like UTF-16 and is none after byte ${this.#bytes}; save it as UTF-8`, setting);
    }
  }

  #noText(before: string, bytes: number, words: string): UserError {
    const line = this.#lines + (this.#held + before).split(/\r\n?|\n/).length;
    return new UserError(`${this.name}, line ${line}: byte ${this.#bytes + bytes + 1} of the text ${words}`, setting);
  }

  #withLineEnds(text: string, isLast: boolean): string {
    let whole = this.#held + text;
    this.#held = '';
    if (whole.endsWith('\r') && !isLast) {
      this.#held = '\r';
      whole = whole.slice(0, -1);
    }
    if (whole.includes('\r')) whole = whole.replace(/\r\n?/g, '\n');
    for (let at = whole.indexOf('\n'); at >= 0; at = whole.indexOf('\n', at + 1)) this.#lines++;
    return whole;
  }
}

/** Bytes of a character by its first one. */
function sequenceLength(first: number): number {
  return first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
}

/** Where bytes stop being UTF-8. */
function firstInvalid(bytes: Uint8Array): number {
  let at = 0;
  while (at < bytes.length) {
    const length = bytes[at]! < 0x80 ? 1 : sequenceLength(bytes[at]!);
    if (at + length > bytes.length || !isUtf8(bytes.subarray(at, at + length))) return at;
    at += length;
  }
  return at;
}
