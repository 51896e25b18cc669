import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { experimentName } from '../experiment/experimentName.ts';
import { parseExperiment } from '../experiment/parseExperiment.ts';
import { UserError } from '../experiment/problem.ts';
import type { RunEvent } from '../run/runEvent.ts';
import type { RunState } from '../run/runState.ts';
import { RunWriter } from '../store/runWriter.ts';
import type { OrderDesk } from './orderDesk.ts';
import { prepareRun } from './prepareRun.ts';
import { resumeRun } from './resumeRun.ts';
import { runTraining, type TrainingResult } from './runTraining.ts';
import { type TrainingJob, trainingJobSchema } from './trainingJob.ts';

/** The trainer process: `node trainer.js '<job>'`. Everything it has to say goes into the run's folder. */
async function main(): Promise<number> {
  const job = trainingJobSchema.parse(JSON.parse(process.argv[2] ?? ''));
  if (job.resume)
    return codeOf(await resumeRun({ ...job, folder: job.runFolder, engine: undefined, engineFolder: __dirname, ...surroundings(job) }));
  const writer = await RunWriter.open(job.runFolder);
  const text = job.text ?? readFileSync(job.experimentPath, 'utf8');
  const parsed = parseExperiment(text);
  const result = await runTraining({
    writer,
    text,
    experimentPath: resolve(job.experimentPath),
    name: experimentName(job.experimentPath, parsed.experiment),
    ...surroundings(job),
    prepare: () => {
      const { experiment, problems } = parsed;
      if (experiment === null) throw new UserError(problems.map((p) => `line ${p.line}: ${p.message}`).join('\n'));
      // the file wins over the setting; "auto" leaves the choice to it
      const engine = experiment.engine === 'auto' ? job.engine : experiment.engine;
      return prepareRun({ ...job, engine, experiment, name: experimentName(job.experimentPath, experiment), engineFolder: __dirname });
    },
  });
  return codeOf(result);
}

/** How long the run may go on alone, how far, and who ends it. */
function surroundings(job: TrainingJob) {
  let atDesk: OrderDesk | null = null;
  return {
    leaseSeconds: job.leased ? job.leaseSeconds : null,
    onEvent: ({ kind }: RunEvent, { step, totalSteps }: RunState) => {
      const { untilShare } = job;
      if (untilShare === undefined || kind !== 'evaluated' || step === 0 || step >= totalSteps || step < untilShare * totalSteps) return;
      atDesk?.stop(`stopped after ${step} of ${totalSteps} steps, where its sweep compares`);
    },
    onDesk: (desk: OrderDesk) => {
      atDesk = desk;
      process.once('SIGTERM', () => desk.stop('the process was asked to end'));
      process.once('SIGINT', () => desk.stop('stopped by the user'));
    },
  };
}

function codeOf({ status }: TrainingResult): number {
  return status === 'failed' ? 1 : 0;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof UserError ? error.message : error);
    process.exit(1);
  },
);
