import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { UserError } from '../experiment/problem.ts';
import type { RunEvent, UntimedRunEvent } from '../run/runEvent.ts';
import type { RunSummary } from '../run/runSummary.ts';
import { serialiseEvent } from '../run/serialiseEvent.ts';
import { serialiseSummary } from '../run/serialiseSummary.ts';
import { explainDiskError, isDiskFull } from './diskError.ts';
import { EventLog, MOST_WAITING_BYTES, type WriteBytes } from './eventLog.ts';
import { replaceFileNow } from './replaceFile.ts';
import { releaseLock, takeLock } from './runLock.ts';
import { touchRunsFolder } from './runsFolder.ts';
import { RunThread } from './runThread.ts';

/** Bytes kept back so that a run on a full disk can still say why it failed: more than the log ever holds back. */
const RESERVE_BYTES = 4 * MOST_WAITING_BYTES;
/** After these nothing is lost by a full disk but the disk. */
const LAST_WORDS: readonly string[] = ['runFinished', 'runStopped', 'runFailed'];
/** Where arrays may go. */
const ARRAY_FILE = /^arrays\/[\w.-]+\.npy$/;
const PLAIN_NAME = /^[\w-][\w.-]*$/;

/** How a run is opened. */
export interface RunWriterOptions {
  /** Take the run over from another machine that gave no sign of life. */
  takeover?: boolean;
  /** Writes the bytes of the log; for tests of full disks. */
  write?: WriteBytes;
}

/** The one who holds a run's lock, and the only one who writes its files. */
export class RunWriter {
  #isClosed = false;

  private constructor(
    readonly folder: string,
    /** Number of this sitting, from 1. */
    readonly session: number,
    private readonly life: RunThread,
    private readonly parts: { log: EventLog; socket: string | null },
  ) {}

  /**
   * Takes the run's lock, starts the thread that answers for it, and opens the log (a torn last line is ended).
   * @param folder the run's folder, made before
   * @throws UserError when the run is held by another process, or its folder cannot be written
   */
  static async open(folder: string, options: RunWriterOptions = {}): Promise<RunWriter> {
    const whole = resolve(folder);
    if (!existsSync(whole)) throw new UserError(`${whole} is not there; a run's folder is made before the run`);
    const { life, socket } = await RunThread.start(whole);
    let session = 0;
    try {
      session = await takeLock(whole, { socket, takeover: options.takeover });
      writeFileSync(join(whole, 'heartbeat'), String(Date.now()));
      life.live();
      writeFileSync(join(whole, 'reserve'), randomBytes(RESERVE_BYTES));
      for (const name of ['arrays', 'checkpoints']) mkdirSync(join(whole, name), { recursive: true });
      const log = new EventLog(join(whole, 'events.jsonl'), options.write);
      await touchRunsFolder(dirname(whole));
      return new RunWriter(whole, session, life, { log, socket });
    } catch (error) {
      if (session > 0) {
        rmSync(join(whole, 'reserve'), { force: true });
        releaseLock(whole, session);
      }
      await life.close(socket);
      throw explainDiskError(error, whole);
    }
  }

  /**
   * Appends an event with the present time: a step within 100 ms, everything else at once.
   * @throws UserError when the disk is full: the run is to end now, and there is room kept back for its last words. Events that did not
   * fit wait and are written with the next one that does.
   */
  append(event: UntimedRunEvent): RunEvent {
    this.#reportFailure();
    const timed = { ...event, timeMs: Date.now() } as RunEvent;
    const line = serialiseEvent(timed);
    try {
      if (event.kind === 'stepFinished') this.parts.log.later(line);
      else this.parts.log.now(line);
    } catch (error) {
      const isWritten = this.#makeRoom(error) && this.#isFlushed();
      if (!isWritten || !LAST_WORDS.includes(event.kind)) throw explainDiskError(error, this.parts.log.path);
    }
    return timed;
  }

  /** Hands everything appended so far to the system. */
  flush(): void {
    this.#onDisk('events.jsonl', () => this.parts.log.flush());
  }

  /** Writes a text file of the run whole: experiment.jsonc, resolved.json. */
  writeText(name: string, text: string): void {
    this.#writeFile(plain(name), text);
  }

  /** Writes any other file of the run whole: a picture. */
  writeFile(name: string, bytes: Uint8Array): void {
    this.#writeFile(plain(name), bytes);
  }

  /** Writes an array whole; `file` as events name it, "arrays/latents-100.npy". */
  writeArray(file: string, bytes: Uint8Array): void {
    this.#writeFile(array(file), bytes);
  }

  /** Removes an array that is no longer needed. */
  removeArray(file: string): void {
    rmSync(join(this.folder, array(file)), { force: true });
  }

  /** Has summary.json rewritten beside the training; the newest is on disk when `close` resolves. */
  writeSummary(summary: RunSummary): void {
    this.life.writeSummary(serialiseSummary(summary));
  }

  /**
   * Copies a state now and has it written as checkpoints/<step>/ beside the training; the newest five stay, later steps go.
   * @param files plain file names and their bytes
   * @returns `skipped` when the checkpoint before is still being written (see `checkpointWritten`)
   */
  saveCheckpoint(step: number, files: Readonly<Record<string, Uint8Array>>): 'taken' | 'skipped' {
    for (const name of Object.keys(files)) plain(name);
    if (this.life.isWriting) return 'skipped';
    this.life.writeCheckpoint(step, files);
    return 'taken';
  }

  /** Resolves with true once no checkpoint is being written, with false after this many milliseconds. */
  checkpointWritten(patienceMs = Number.MAX_SAFE_INTEGER): Promise<boolean> {
    return this.life.written(Math.min(patienceMs, 2 ** 31 - 1));
  }

  /**
   * Writes what waits, lets go of the lock and ends the thread. May be called twice.
   * @throws UserError when the last things could not be written; the run is let go of all the same
   */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    try {
      this.flush();
    } finally {
      await this.life.drain();
      this.parts.log.close();
      rmSync(join(this.folder, 'reserve'), { force: true });
      // first the word, then the silence: nobody sees a dead holder that let go in good order
      this.#release();
      await this.life.close(this.parts.socket);
      await touchRunsFolder(dirname(this.folder));
    }
    this.#reportFailure();
  }

  #release(): void {
    try {
      releaseLock(this.folder, this.session);
    } catch {
      // on a full disk the closed socket says the same
    }
  }

  #writeFile(name: string, content: string | Uint8Array): void {
    this.#onDisk(name, () => replaceFileNow(join(this.folder, name), content));
  }

  #onDisk(name: string, write: () => void): void {
    try {
      write();
    } catch (error) {
      this.#makeRoom(error);
      throw explainDiskError(error, join(this.folder, name));
    }
  }

  /** Gives the room kept back free when the disk is full. */
  #makeRoom(error: unknown): boolean {
    if (!isDiskFull(error)) return false;
    rmSync(join(this.folder, 'reserve'), { force: true });
    return true;
  }

  #isFlushed(): boolean {
    try {
      this.parts.log.flush();
      return true;
    } catch {
      return false;
    }
  }

  /** What the thread could not write is told to the next caller, once. */
  #reportFailure(): void {
    const { failure } = this.life;
    this.life.failure = null;
    if (!failure) return;
    throw explainDiskError(Object.assign(new Error(failure.message), { code: failure.code }), join(this.folder, failure.what));
  }
}

function plain(name: string): string {
  if (!PLAIN_NAME.test(name)) throw new Error(`"${name}" is not a plain file name`);
  return name;
}

function array(file: string): string {
  if (!ARRAY_FILE.test(file)) throw new Error(`"${file}" is not of the form arrays/<name>.npy`);
  return file;
}
