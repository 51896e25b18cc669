import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { applyRunEvent } from '../run/applyRunEvent.ts';
import { RunEventReader } from '../run/parseRunEvents.ts';
import type { RunEvent } from '../run/runEvent.ts';
import type { RunState } from '../run/runState.ts';

/** The log is read in portions of this size, whatever its length. */
const PORTION_BYTES = 1024 * 1024;

/** Reads the events of a run while they are written, and costs only what is new: one fstat when nothing is. */
export class FollowedRun {
  readonly #path: string;
  #file: FileHandle | null = null;
  #position = 0;
  #buffer: Buffer | null = null;
  #reader: RunEventReader;
  #isClosed = false;
  /** Calls wait for each other: the bytes of the log have an order. */
  #turn: Promise<unknown> = Promise.resolve();

  /** @param longestLineBytes a longer line is skipped and counted */
  constructor(folder: string, longestLineBytes?: number) {
    this.#path = join(folder, 'events.jsonl');
    this.#reader = new RunEventReader(longestLineBytes);
  }

  /** Lines that were no event known here. A line that is still being written is none of them. */
  get skipped(): number {
    return this.#reader.skipped;
  }

  /** Events written since the last call, all of them. Empty while there is no log. */
  async poll(): Promise<RunEvent[]> {
    const events: RunEvent[] = [];
    await this.#follow((portion) => {
      for (const event of portion) events.push(event);
    });
    return events;
  }

  /**
   * Takes everything new into a state, portion after portion, so that a long log is never in memory as objects.
   * @returns how many events were new
   */
  async catchUp(state: RunState): Promise<number> {
    let count = 0;
    const before = this.skipped;
    await this.#follow((portion) => {
      for (const event of portion) applyRunEvent(state, event);
      count += portion.length;
    });
    state.skipped += this.skipped - before;
    return count;
  }

  /** Closes the log. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#turn;
    await this.#closeFile();
    this.#buffer = null;
  }

  #follow(take: (events: RunEvent[]) => void): Promise<void> {
    const turn = this.#turn.then(() => this.#readNew(take));
    this.#turn = turn.catch(() => {});
    return turn;
  }

  async #readNew(take: (events: RunEvent[]) => void): Promise<void> {
    if (this.#isClosed) return;
    this.#file ??= await open(this.#path, 'r').catch(() => null);
    if (!this.#file) return;
    const { size, nlink } = await this.#file.stat();
    if (nlink === 0) return this.#startOver(take);
    if (size < this.#position) {
      // logs are never cut; where one was all the same, what follows is read from its new end
      this.#position = size;
      this.#reader.reset();
    }
    while (this.#position < size && !this.#isClosed) {
      this.#buffer ??= Buffer.allocUnsafeSlow(PORTION_BYTES);
      const length = Math.min(PORTION_BYTES, size - this.#position);
      const { bytesRead } = await this.#file.read(this.#buffer, 0, length, this.#position);
      if (bytesRead === 0) break;
      this.#position += bytesRead;
      take(this.#reader.push(this.#buffer.subarray(0, bytesRead)));
    }
    // a follower that has caught up reads little at a time
    if (size > PORTION_BYTES) this.#buffer = null;
  }

  /** The log was removed or another put in its place; the first event of a new one makes the reducer start anew. */
  async #startOver(take: (events: RunEvent[]) => void): Promise<void> {
    await this.#closeFile();
    this.#position = 0;
    this.#reader.reset();
    this.#file = await open(this.#path, 'r').catch(() => null);
    if (this.#file) await this.#readNew(take);
  }

  async #closeFile(): Promise<void> {
    const file = this.#file;
    this.#file = null;
    await file?.close();
  }
}
