// The digits run of the README, as a whole process, and how soon a trainer takes its first step.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { until } from '../window/until.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const template = join(root, 'media/templates/digits.latent.jsonc');
const repeats = 5;

function timeTraining(work) {
  const start = performance.now();
  execFileSync(process.execPath, [join(root, 'dist/cli.js'), 'train', template, '--runs', join(work, 'runs'), '--json'], { stdio: 'pipe' });
  return (performance.now() - start) / 1000;
}

/** From starting the process to the first logged step on disk. */
async function timeFirstStep(work, run) {
  const runFolder = join(work, 'runs', `20260101-00000${run}-aaaa`);
  mkdirSync(runFolder, { recursive: true });
  const job = { runFolder, experimentPath: template, leased: false, media: join(root, 'media') };
  const log = join(runFolder, 'events.jsonl');
  const start = performance.now();
  const child = spawn(process.execPath, [join(root, 'dist/trainer.js'), JSON.stringify(job)], { stdio: 'ignore' });
  await until(() => existsSync(log) && readFileSync(log, 'utf8').includes('stepFinished'), 'the first step', { everyMs: 2 });
  const tookMs = performance.now() - start;
  child.kill('SIGKILL');
  return tookMs;
}

/** @returns {Promise<import('./run.mjs').Figure[]>} */
export async function measure() {
  const work = mkdtempSync(join(tmpdir(), 'latent-lab-bench-'));
  try {
    const seconds = [];
    const firstSteps = [];
    for (let run = 0; run < repeats; run++) {
      seconds.push(timeTraining(work));
      firstSteps.push(await timeFirstStep(work, run));
    }
    return [
      { what: 'digits, mlp 64-[64]-16, 50 epochs, whole process', values: seconds, unit: 's', goal: 'under 10' },
      {
        what: 'trainer: process start to first logged step on disk',
        values: firstSteps,
        unit: 'ms',
        goal: '300, and the 100 ms of the log',
      },
    ];
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
