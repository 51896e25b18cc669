import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { experimentName } from '../experiment/experimentName.ts';
import { parseExperiment } from '../experiment/parseExperiment.ts';
import { UserError } from '../experiment/problem.ts';
import { RunWriter } from '../store/runWriter.ts';
import { runTraining } from './runTraining.ts';
import { trainingJobSchema } from './trainingJob.ts';
import { prepareTraining } from './trainingSetup.ts';

/** The trainer process: `node trainer.js '<job>'`. Everything it has to say goes into the run's folder. */
async function main(): Promise<number> {
  const job = trainingJobSchema.parse(JSON.parse(process.argv[2] ?? ''));
  const writer = await RunWriter.open(job.runFolder);
  const text = readFileSync(job.experimentPath, 'utf8');
  const parsed = parseExperiment(text);
  const result = await runTraining({
    writer,
    text,
    experimentPath: resolve(job.experimentPath),
    name: experimentName(job.experimentPath, parsed.experiment),
    leaseSeconds: job.leased ? job.leaseSeconds : null,
    onDesk: (desk) => {
      process.once('SIGTERM', () => desk.stop('the process was asked to end'));
      process.once('SIGINT', () => desk.stop('stopped by the user'));
    },
    prepare: () => {
      const { experiment, problems } = parsed;
      if (experiment === null) throw new UserError(problems.map((p) => `line ${p.line}: ${p.message}`).join('\n'));
      // the file wins over the setting; "auto" leaves the choice to it
      const engine = experiment.engine === 'auto' ? job.engine : experiment.engine;
      return prepareTraining({ ...job, engine, experiment, name: experimentName(job.experimentPath, experiment), engineFolder: __dirname });
    },
  });
  return result.status === 'failed' ? 1 : 0;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof UserError ? error.message : error);
    process.exit(1);
  },
);
