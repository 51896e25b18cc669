import { parentPort } from 'node:worker_threads';
import { fitToTask } from '../science/downstreamTask.ts';
import type { HeadOrder } from './headPool.ts';

/** A thread that fits heads: one order comes in, one fitted head goes out. */
parentPort!.on('message', ({ task, form, start }: HeadOrder) => {
  const fitting = fitToTask(task, form, start);
  let next = fitting.next();
  while (!next.done) next = fitting.next();
  parentPort!.postMessage(next.value);
});
