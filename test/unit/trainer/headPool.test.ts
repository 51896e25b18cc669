import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fillNormal } from '../../../src/math/random.ts';
import { fitToTask, type HeadTask } from '../../../src/science/downstreamTask.ts';
import { HeadPool } from '../../../src/trainer/headPool.ts';

let folder: string;
let program: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'latent-lab-heads-'));
  program = join(folder, 'headProgram.js');
  const entry = fileURLToPath(new URL('../../../src/trainer/headWorker.ts', import.meta.url));
  await build({ entryPoints: [entry], bundle: true, platform: 'node', format: 'cjs', outfile: program });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Rows of three classes around three places, and as many again to choose C from. */
function taskOf(rows: number, seed: number): HeadTask {
  const some = (step: number) => {
    const x = new Float32Array(rows * 4);
    fillNormal(x, { seed, stream: 'data', step });
    const labels = Int32Array.from({ length: rows }, (_, i) => i % 3);
    labels.forEach((label, i) => {
      x[4 * i + label] = x[4 * i + label]! + 1.5;
    });
    return { x, labels, rows: Uint32Array.from(labels.keys()) };
  };
  return { width: 4, known: some(0), validation: some(1), classes: 3 };
}

const form = { hidden: [], loss: 'crossEntropy' } as const;
const orderOf = (seed: number) => ({ task: taskOf(60, seed), form: { ...form, hidden: [] }, start: { seed, draw: 0 } });

function fitHere({ task, form: wanted, start }: ReturnType<typeof orderOf>) {
  const fitting = fitToTask(task, wanted, start);
  let next = fitting.next();
  while (!next.done) next = fitting.next();
  return next.value;
}

test.each([1, 3])('heads fitted on %i threads are those fitted here, to the bit and in their places', async (threads) => {
  const pool = new HeadPool(program, threads);
  const orders = [1, 2, 3, 4, 5].map(orderOf);
  const fitted = await Promise.all(orders.map((order) => pool.fit(order)));
  pool.close();
  expect(fitted).toEqual(orders.map(fitHere));
});

test('a program that cannot be started refuses every head', async () => {
  const pool = new HeadPool(join(folder, 'nothing.js'), 2);
  const asked = [1, 2, 3].map((seed) => pool.fit(orderOf(seed)));
  for (const fitted of await Promise.allSettled(asked)) expect(fitted.status).toBe('rejected');
  pool.close();
});

test('a thread that ends in the middle refuses what it had and what waits', async () => {
  const short = join(folder, 'short.js');
  writeFileSync(short, "require('node:worker_threads').parentPort.once('message', () => process.exit(3));");
  const pool = new HeadPool(short, 1);
  const asked = [1, 2].map((seed) => pool.fit(orderOf(seed)));
  for (const fitted of await Promise.allSettled(asked)) expect(fitted.status).toBe('rejected');
  pool.close();
});

test('a closed pool fits nothing more', async () => {
  const pool = new HeadPool(program, 1);
  const [first, second] = [pool.fit(orderOf(1)), pool.fit(orderOf(2))];
  second.catch(() => undefined);
  first.catch(() => undefined);
  pool.close();
  await expect(second).rejects.toThrow('the comparison has ended');
});
