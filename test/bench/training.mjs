// The digits run of the README, as a whole process, and how soon a trainer takes its first step.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { timeFirstStep, timeTraining } from './digitsRun.mjs';

const repeats = 5;

/** @returns {Promise<import('./run.mjs').Figure[]>} */
export async function measure() {
  const work = mkdtempSync(join(tmpdir(), 'latent-lab-bench-'));
  try {
    const seconds = [];
    const firstSteps = [];
    for (let run = 0; run < repeats; run++) {
      seconds.push(timeTraining(work).seconds);
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
