import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { HeadForm, HeadStart } from '../science/downstreamHead.ts';
import type { FittedHead, HeadTask } from '../science/downstreamTask.ts';

/** A head that is to be fitted. */
export interface HeadOrder {
  task: HeadTask;
  form: HeadForm;
  start: HeadStart;
}

interface Waiting {
  order: HeadOrder;
  resolve(head: FittedHead | null): void;
  reject(error: Error): void;
}

/**
 * Fits heads on as many threads as there are cores, in the order in which they are asked for. Each fit depends on its order alone, so that
 * neither their number nor their pace changes a result.
 */
export class HeadPool {
  private readonly waiting: Waiting[] = [];
  private readonly workers = new Set<Worker>();
  private isClosed = false;

  /** @param file the thread's program, bundled */
  constructor(
    private readonly file: string,
    private readonly threads = availableParallelism(),
  ) {}

  /** @throws Error when a thread cannot be started or ends by itself */
  fit(order: HeadOrder): Promise<FittedHead | null> {
    const fitted = new Promise<FittedHead | null>((resolve, reject) => {
      this.waiting.push({ order, resolve, reject });
    });
    if (this.workers.size < this.threads && !this.isClosed) this.start();
    return fitted;
  }

  /** Ends all threads; what waits is never fitted. */
  close(): void {
    this.isClosed = true;
    for (const worker of this.workers) void worker.terminate();
    for (const { reject } of this.waiting.splice(0)) reject(new Error('the comparison has ended'));
  }

  private start(): void {
    const worker = new Worker(this.file);
    this.workers.add(worker);
    // a run that ends does not wait for heads that nobody needs any more
    worker.unref();
    let current: Waiting | null = null;
    const takeNext = (): void => {
      current = this.waiting.shift() ?? null;
      if (current) worker.postMessage(current.order);
    };
    const end = (error: Error): void => {
      this.workers.delete(worker);
      current?.reject(error);
      current = null;
      if (this.workers.size === 0) for (const { reject } of this.waiting.splice(0)) reject(error);
    };
    worker.on('message', (head: FittedHead | null) => {
      current?.resolve(head);
      takeNext();
    });
    worker.on('error', end);
    worker.on('exit', () => end(new Error('a thread that fits heads has ended')));
    takeNext();
  }
}
