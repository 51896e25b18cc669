import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { lifeThread } from './lifeThread.ts';

/** Checkpoints of a run that stay on disk. */
const KEPT_CHECKPOINTS = 5;
/** Longest path of a local socket (104 bytes on macOS, 108 on Linux, the end included). */
const LONGEST_SOCKET_BYTES = 103;

/** Something that the thread could not write. */
export interface LifeFailure {
  /** File or folder under the run's folder. */
  what: string;
  code: string | undefined;
  message: string;
}

type FromThread =
  | { kind: 'listening'; socket: string | null }
  | { kind: 'checkpointDone'; step: number }
  | ({ kind: 'failed' } & LifeFailure)
  | { kind: 'drained' }
  | { kind: 'closed' };

/** The thread beside a run's main thread: its socket, its heartbeat, and what is written without making the training wait. */
export class RunThread {
  /** What could not be written since somebody last looked. */
  failure: LifeFailure | null = null;
  #worker: Worker;
  #listeners = new Map<FromThread['kind'], (message: FromThread) => void>();
  #isWriting = false;
  #onWritten: (() => void)[] = [];
  #hasEnded = false;

  private constructor(folder: string) {
    this.#worker = new Worker(lifeThread, {
      eval: true,
      execArgv: [],
      workerData: { folder, sockets: socketPaths(), keep: KEPT_CHECKPOINTS },
    });
    this.#worker.on('message', (message: FromThread) => this.#hear(message));
    this.#worker.on('error', (error) => this.#end({ what: 'heartbeat', code: undefined, message: error.message }));
    this.#worker.on('exit', () => this.#end(null));
  }

  /** Starts the thread; resolves once its socket answers. */
  static async start(folder: string): Promise<{ life: RunThread; socket: string | null }> {
    const life = new RunThread(folder);
    const message = await life.#next('listening');
    life.#worker.unref();
    return { life, socket: message?.kind === 'listening' ? message.socket : null };
  }

  /** Lets the heart beat: the lock is held. */
  live(): void {
    this.#post({ kind: 'live' });
  }

  /** Has summary.json rewritten; of several in quick succession the newest. */
  writeSummary(text: string): void {
    this.#post({ kind: 'summary', text });
  }

  /** Whether a checkpoint is still on its way to the disk. */
  get isWriting(): boolean {
    return this.#isWriting;
  }

  /** Hands a checkpoint over; the bytes are copied here and now. */
  writeCheckpoint(step: number, files: Readonly<Record<string, Uint8Array>>): void {
    // not slice: that of Node's buffers is a view, whose memory would be given away
    const copies = Object.fromEntries(Object.entries(files).map(([name, bytes]) => [name, new Uint8Array(bytes)]));
    this.#isWriting = true;
    this.#post(
      { kind: 'checkpoint', step, files: copies },
      Object.values(copies).map((copy) => copy.buffer),
    );
  }

  /** Resolves when no checkpoint is on its way any more, or after this time; says which. */
  async written(patienceMs: number): Promise<boolean> {
    if (!this.#isWriting) return true;
    this.#worker.ref();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((done) => {
      timer = setTimeout(done, patienceMs);
    });
    await Promise.race([late, new Promise<void>((done) => this.#onWritten.push(done))]);
    clearTimeout(timer);
    this.#worker.unref();
    return !this.#isWriting;
  }

  /** Resolves when all that was handed over is on disk. */
  async drain(): Promise<void> {
    if (this.#hasEnded) return;
    this.#worker.ref();
    const drained = this.#next('drained');
    this.#post({ kind: 'drain' });
    await drained;
  }

  /** Ends the thread and takes its socket away. */
  async close(socket: string | null): Promise<void> {
    if (!this.#hasEnded) {
      this.#worker.ref();
      const closed = this.#next('closed');
      this.#post({ kind: 'close' });
      await closed;
    }
    await this.#worker.terminate();
    if (socket !== null && process.platform !== 'win32') rmSync(socket, { force: true });
  }

  #post(message: object, transfer: ArrayBuffer[] = []): void {
    if (!this.#hasEnded) this.#worker.postMessage(message, transfer);
  }

  /** The next message of this kind; null when the thread ends before. */
  #next(kind: FromThread['kind']): Promise<FromThread | null> {
    if (this.#hasEnded) return Promise.resolve(null);
    return new Promise((done) => {
      this.#listeners.set(kind, done);
      this.#worker.once('exit', () => done(null));
    });
  }

  #hear(message: FromThread): void {
    if (message.kind === 'failed') this.failure ??= message;
    if (message.kind === 'checkpointDone') this.#setWritten();
    const listener = this.#listeners.get(message.kind);
    this.#listeners.delete(message.kind);
    listener?.(message);
  }

  #setWritten(): void {
    this.#isWriting = false;
    for (const done of this.#onWritten.splice(0)) done();
  }

  #end(failure: LifeFailure | null): void {
    this.#hasEnded = true;
    this.failure ??= failure;
    this.#setWritten();
  }
}

/** Places for the socket, best first: temporary folders, because a workspace's path is often too long for one. */
function socketPaths(): string[] {
  const name = `latent-lab-${randomBytes(8).toString('hex')}`;
  if (process.platform === 'win32') return [`\\\\.\\pipe\\${name}`];
  const folders = [...new Set([tmpdir(), '/tmp'])];
  return folders.map((folder) => join(folder, `${name}.sock`)).filter((path) => Buffer.byteLength(path) <= LONGEST_SOCKET_BYTES);
}
