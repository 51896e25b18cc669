import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { basename, join } from 'node:path';
import { createRunFolder } from '../store/createRunFolder.ts';
import { writeExit } from '../store/exitFile.ts';
import { readListing } from '../store/listRuns.ts';
import { writeNotes } from '../store/runNotes.ts';
import type { TrialEnd, TrialResult } from '../trainer/runSweep.ts';
import type { TrainingJob } from '../trainer/trainingJob.ts';

/** Where the trials of a sweep are trained, and as what. */
export interface TrialPlace {
  runs: string;
  /** What all runs of the sweep are tagged with. */
  tag: string;
  experimentPath: string;
  /** The text of a trial's experiment: frozen before the first one began. */
  textOf(number: number): string;
  engine: TrainingJob['engine'];
  media: string;
  /** Told of each process, so that Ctrl-C can reach it. */
  onStart(stop: () => void): () => void;
}

/** Trains a trial in a process of its own, from the start or on from its checkpoint; what the process says goes to the run's trainer.log. */
export async function trainTrial(place: TrialPlace, trial: TrialResult, untilShare: number): Promise<TrialEnd> {
  const startMs = Date.now();
  const isAgain = trial.run !== null;
  const folder = isAgain ? join(place.runs, trial.run!) : (await createRunFolder(place.runs)).folder;
  if (!isAgain) await writeNotes(folder, { tags: [place.tag] });
  const { experimentPath, engine, media } = place;
  const text = place.textOf(trial.number);
  const job = { runFolder: folder, experimentPath, text, engine, media, leased: false, resume: isAgain, untilShare };
  const { code, signal } = await runTrainer(folder, job, place.onStart);
  await writeExit(folder, { code, signal });
  const { status, summary, reason } = await readListing(folder);
  return { run: basename(folder), status, metrics: summary?.metrics ?? {}, reason, seconds: (Date.now() - startMs) / 1000 };
}

function runTrainer(
  folder: string,
  job: object,
  onStart: TrialPlace['onStart'],
): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
  const log = openSync(join(folder, 'trainer.log'), 'a');
  // Ctrl-C reaches the whole group of the terminal; the trainers are told by us alone, once
  const child = spawn(process.execPath, [join(__dirname, 'trainer.js'), JSON.stringify(job)], {
    stdio: ['ignore', log, log],
    detached: true,
    windowsHide: true,
  });
  closeSync(log);
  const forget = onStart(() => child.kill('SIGTERM'));
  return new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve({ code, signal }));
  }).finally(forget);
}
