// The digits run of the README as its parts are timed: the whole process, and the way to the first step.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { until } from '../window/until.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const template = join(root, 'media/templates/digits.latent.jsonc');

/**
 * Trains the template's 50 epochs by the command line.
 * @returns {{ seconds: number, engine: string, metrics: Record<string, number> }} seconds of the whole process
 */
export function timeTraining(work) {
  const start = performance.now();
  const args = [join(root, 'dist/cli.js'), 'train', template, '--runs', join(work, 'runs'), '--json'];
  const said = execFileSync(process.execPath, args, { stdio: 'pipe', encoding: 'utf8' });
  const seconds = (performance.now() - start) / 1000;
  const { engine, metrics } = JSON.parse(said);
  return { seconds, engine, metrics };
}

/** Milliseconds from starting the trainer's process to the first logged step on disk. */
export function timeFirstStep(work, run) {
  const runFolder = join(work, 'runs', `20260101-00000${run}-aaaa`);
  mkdirSync(runFolder, { recursive: true });
  const job = { runFolder, experimentPath: template, leased: false, media: join(root, 'media') };
  return timeFirstLine([process.execPath, join(root, 'dist/trainer.js'), JSON.stringify(job)], join(runFolder, 'events.jsonl'));
}

/**
 * Milliseconds from starting a process to its first line with "stepFinished" in a log; the process is then ended.
 * @param {string[]} command
 * @param {string} log
 */
export async function timeFirstLine([program, ...args], log, env = process.env) {
  const start = performance.now();
  const child = spawn(program, args, { stdio: 'ignore', env });
  try {
    await until(() => existsSync(log) && readFileSync(log, 'utf8').includes('stepFinished'), 'the first step', { everyMs: 2 });
    return performance.now() - start;
  } finally {
    child.kill('SIGKILL');
  }
}
