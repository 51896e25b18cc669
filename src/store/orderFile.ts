import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { explainDiskError } from './diskError.ts';

/** Milliseconds between two looks at the file. */
const LOOK_MS = 50;
/** Orders are short; of more than this at once the rest waits for the next look. */
const PORTION_BYTES = 65_536;
const NEWLINE = 10;

/**
 * Appends an order to a run's orders.jsonl: anyone may.
 * @param order `{ order, session, ... }`; who is not addressed ignores it
 * @throws UserError when the folder cannot be written
 */
export async function appendOrder(folder: string, order: object): Promise<void> {
  const path = join(folder, 'orders.jsonl');
  try {
    const file = await open(path, 'a+');
    try {
      const { size } = await file.stat();
      const last = Buffer.alloc(1);
      if (size > 0) await file.read(last, 0, 1, size - 1);
      const isTorn = size > 0 && last[0] !== NEWLINE;
      // one write, so that two who order at once do not mix
      await file.appendFile(`${isTorn ? '\n' : ''}${JSON.stringify(order)}\n`);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw explainDiskError(error, path);
  }
}

/** Reads orders as they come; a look costs one fstat, at most every 50 ms. */
export class OrderReader {
  readonly #path: string;
  #fd = -1;
  #position = 0;
  #torn: Buffer = Buffer.alloc(0);
  #lookedMs = Number.NEGATIVE_INFINITY;

  constructor(
    folder: string,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.#path = join(folder, 'orders.jsonl');
  }

  /** Orders that came since the last look, oldest first; lines that are no JSON are left out. */
  poll(): unknown[] {
    const nowMs = this.now();
    if (nowMs - this.#lookedMs < LOOK_MS) return [];
    this.#lookedMs = nowMs;
    if (this.#fd < 0 && !this.#open()) return [];
    const { size } = fstatSync(this.#fd);
    if (size <= this.#position) return [];
    const bytes = Buffer.alloc(Math.min(size - this.#position, PORTION_BYTES));
    const count = readSync(this.#fd, bytes, 0, bytes.length, this.#position);
    this.#position += count;
    return this.#take(Buffer.concat([this.#torn, bytes.subarray(0, count)]));
  }

  /** Closes the file. */
  close(): void {
    if (this.#fd >= 0) closeSync(this.#fd);
    this.#fd = -1;
    this.#lookedMs = Number.POSITIVE_INFINITY;
  }

  #open(): boolean {
    try {
      this.#fd = openSync(this.#path, 'r');
      return true;
    } catch {
      return false;
    }
  }

  #take(bytes: Buffer): unknown[] {
    const end = bytes.lastIndexOf(NEWLINE) + 1;
    this.#torn = Buffer.from(bytes.subarray(0, 0));
    // a line without end that is longer than any order is not kept
    if (bytes.length - end < PORTION_BYTES) this.#torn = Buffer.from(bytes.subarray(end));
    const orders: unknown[] = [];
    for (const line of bytes.subarray(0, end).toString('utf8').split('\n')) {
      try {
        if (line.trim() !== '') orders.push(JSON.parse(line));
      } catch {
        // a torn line is no order
      }
    }
    return orders;
  }
}
