import { type RunEvent, runEventSchema } from './runEvent.ts';

/** Longest line that is read, in bytes; a longer one is skipped and counted. */
export const LONGEST_LINE_BYTES = 16 * 1024 * 1024;

const NEWLINE = 10;
/** Strings stay as they are; outside of them Python writes these three words bare. */
const bareWords = /"(?:[^"\\]|\\.)*"|-?\bInfinity\b|\bNaN\b/g;

/**
 * The event on one line of events.jsonl.
 * @returns null when the line is no event that is known here: torn, damaged, or of a newer version
 */
export function parseRunEvent(line: string): RunEvent | null {
  const parsed = runEventSchema.safeParse(parseLine(line));
  return parsed.success ? parsed.data : null;
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    try {
      return JSON.parse(line.replace(bareWords, (word) => (word.startsWith('"') ? word : `"${word}"`)));
    } catch {
      return undefined;
    }
  }
}

/** Bytes of a log, in any portions -> events. A line without its end waits for the rest. */
export class RunEventReader {
  /** Lines that were no event. */
  skipped = 0;
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  /** Inside a line that is too long: everything up to its end goes. */
  #isDropping = false;

  constructor(private readonly longestLineBytes = LONGEST_LINE_BYTES) {}

  /** Takes in the next bytes of the log (they are not kept) and returns the events that they complete. */
  push(bytes: Uint8Array): RunEvent[] {
    const end = bytes.lastIndexOf(NEWLINE);
    if (end < 0) {
      this.#wait(bytes);
      return [];
    }
    let from = 0;
    if (this.#isDropping || this.#waitingBytes > 0) {
      from = bytes.indexOf(NEWLINE) + 1;
      this.#wait(bytes.subarray(0, from));
    }
    const text = new TextDecoder();
    const lines = [...this.#takeWaiting(text), ...text.decode(bytes.subarray(from, end + 1)).split('\n')];
    this.#wait(bytes.subarray(end + 1));
    return this.#parse(lines);
  }

  /** Forgets the line that waits: the bytes that follow are from elsewhere. */
  reset(): void {
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#isDropping = false;
  }

  #parse(lines: string[]): RunEvent[] {
    const events: RunEvent[] = [];
    for (const line of lines) {
      if (line.trim() === '') continue;
      const event = line.length > this.longestLineBytes ? null : parseRunEvent(line);
      if (event) events.push(event);
      else this.skipped += 1;
    }
    return events;
  }

  #wait(bytes: Uint8Array): void {
    if (bytes.length === 0 || this.#isDropping) return;
    // not slice: that of Node's buffers is a view, and the portion's memory is used again
    this.#waiting.push(new Uint8Array(bytes));
    this.#waitingBytes += bytes.length;
    if (this.#waitingBytes <= this.longestLineBytes) return;
    this.reset();
    this.#isDropping = true;
  }

  /** The waiting line, whose end has just come. */
  #takeWaiting(text: InstanceType<typeof TextDecoder>): string[] {
    if (this.#isDropping) {
      this.#isDropping = false;
      this.skipped += 1;
      return [];
    }
    if (this.#waitingBytes === 0) return [];
    const whole = new Uint8Array(this.#waitingBytes);
    let at = 0;
    for (const part of this.#waiting) {
      whole.set(part, at);
      at += part.length;
    }
    this.reset();
    return [text.decode(whole)];
  }
}
