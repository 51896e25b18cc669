import { closeSync, fstatSync, openSync, readSync, writeSync } from 'node:fs';

/** Writes bytes to an open file and returns how many were taken; throws as `fs.writeSync` does. */
export type WriteBytes = (fd: number, bytes: Uint8Array, offset: number, length: number) => number;

/** The oldest line that is held back, in milliseconds. */
const OLDEST_MS = 100;
/** No more than about this is held back, in bytes (counted as characters). */
export const MOST_WAITING_BYTES = 65_536;
const NEWLINE = 10;

/** An append-only file of lines with one writer. A line torn by an earlier writer is ended before anything is appended. */
export class EventLog {
  #fd: number;
  #lines: string[] = [];
  #waiting = 0;
  /** Bytes that an interrupted write left over: the next write goes on exactly there, so that no line stays torn. */
  #rest: Uint8Array | null = null;
  #oldestMs = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    readonly path: string,
    private readonly write: WriteBytes = writeSync,
  ) {
    this.#fd = openSync(path, 'a+');
    const { size } = fstatSync(this.#fd);
    const last = new Uint8Array(1);
    if (size > 0 && readSync(this.#fd, last, 0, 1, size - 1) === 1 && last[0] !== NEWLINE) this.#rest = Uint8Array.of(NEWLINE);
  }

  /** Takes a line that may wait a little: it is on its way to disk at most 100 ms later. */
  later(line: string): void {
    const nowMs = Date.now();
    if (this.#lines.length === 0) {
      this.#oldestMs = nowMs;
      this.#timer ??= setTimeout(() => this.#flushQuietly(), OLDEST_MS);
      this.#timer.unref();
    }
    this.#lines.push(`${line}\n`);
    this.#waiting += line.length + 1;
    if (nowMs - this.#oldestMs >= OLDEST_MS || this.#waiting >= MOST_WAITING_BYTES) this.flush();
  }

  /** Takes a line and hands it, and all that waited before it, to the system at once. */
  now(line: string): void {
    this.#lines.push(`${line}\n`);
    this.flush();
  }

  /** Hands everything that waits to the system. What could not be written waits on and is tried again with the next call. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#rest) this.#writeAll(this.#rest);
    if (this.#lines.length === 0) return;
    const bytes = new TextEncoder().encode(this.#lines.join(''));
    this.#lines = [];
    this.#waiting = 0;
    this.#writeAll(bytes);
  }

  /** Closes the file; lines that wait are lost unless flushed before. */
  close(): void {
    clearTimeout(this.#timer);
    closeSync(this.#fd);
    this.#fd = -1;
  }

  #writeAll(bytes: Uint8Array): void {
    let at = 0;
    try {
      while (at < bytes.length) {
        const taken = this.write(this.#fd, bytes, at, bytes.length - at);
        if (taken <= 0) throw Object.assign(new Error('nothing was written'), { code: 'ENOSPC' });
        at += taken;
      }
    } finally {
      this.#rest = at < bytes.length ? bytes.slice(at) : null;
    }
  }

  #flushQuietly(): void {
    this.#timer = undefined;
    try {
      this.flush();
    } catch {
      // the next append or flush meets the same error where somebody can hear it
    }
  }
}
