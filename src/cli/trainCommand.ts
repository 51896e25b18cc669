import { resolve } from 'node:path';
import type { Experiment } from '../experiment/experiment.ts';
import { experimentName } from '../experiment/experimentName.ts';
import { parseOverride } from '../experiment/overrides.ts';
import { parseExperiment } from '../experiment/parseExperiment.ts';
import { UserError } from '../experiment/problem.ts';
import { createRunFolder } from '../store/createRunFolder.ts';
import { ensureRunsFolder, runsFolderFor } from '../store/runsFolder.ts';
import { RunWriter } from '../store/runWriter.ts';
import type { RunSetup } from '../trainer/prepareRun.ts';
import type { TrainingResult } from '../trainer/runTraining.ts';
import { problemLine } from './checkCommand.ts';
import type { Command } from './commands.ts';
import { readEngine } from './engineOption.ts';
import { readExperimentFile } from './experimentFile.ts';
import { mediaFolder } from './mediaFolder.ts';
import { ProgressLine } from './progressLine.ts';
import { readArguments } from './readArguments.ts';
import { tellTraining } from './tellTraining.ts';

const usage = 'train FILE [--runs DIR] [--engine E] [--set path=value ...] [--json]';
const options = {
  runs: { type: 'string' },
  engine: { type: 'string' },
  set: { type: 'string', multiple: true },
  json: { type: 'boolean' },
} as const;

interface TrainArguments {
  file: string;
  runs: string | undefined;
  engine: ReturnType<typeof readEngine>;
  set: readonly string[];
  isJson: boolean;
}

/** `latent-lab train`: one run in this process, told to the terminal. */
export const trainCommand: Command = {
  usage,
  summary: 'train one run, with live progress',
  run: async (args) => {
    const asked = readTrainArguments(args);
    const text = readExperimentFile(asked.file);
    const experiment = requireExperiment(asked, text);
    if (experiment.sweep !== undefined)
      throw new UserError(`${asked.file} asks for several runs; latent-lab sweep ${asked.file} trains them all`);
    const name = experimentName(asked.file, experiment);
    const experimentPath = resolve(asked.file);
    const { prepareRun } = await import('../trainer/prepareRun.ts');
    // before any folder is made: an experiment that cannot run leaves nothing behind
    const setup = await prepareRun({
      experiment,
      name,
      experimentPath,
      media: mediaFolder(),
      engineFolder: __dirname,
      engine: asked.engine ?? experiment.engine,
    });
    const runs = asked.runs === undefined ? await runsFolderFor(experimentPath) : resolve(asked.runs);
    await ensureRunsFolder(runs);
    const { id, folder } = await createRunFolder(runs);
    const result = await trainHere({ setup, text, experimentPath, name, folder });
    return tellTraining({ isJson: asked.isJson, id, folder }, result);
  },
};

function readTrainArguments(args: readonly string[]): TrainArguments {
  const { values, positionals } = readArguments(args, options, usage);
  if (positionals.length !== 1) throw new UserError(`name one experiment file, got ${positionals.length}; usage: latent-lab ${usage}`);
  const engine = readEngine(values.engine);
  return { file: positionals[0]!, runs: values.runs, engine, set: values.set ?? [], isJson: values.json === true };
}

function requireExperiment(asked: TrainArguments, text: string): Experiment {
  const { experiment, problems } = parseExperiment(text, asked.set.map(parseOverride));
  for (const problem of problems) if (experiment !== null) console.error(problemLine(asked.file, problem));
  if (experiment === null) throw new UserError(problems.map((p) => problemLine(asked.file, p)).join('\n'));
  return experiment;
}

async function trainHere(run: {
  setup: RunSetup;
  text: string;
  experimentPath: string;
  name: string;
  folder: string;
}): Promise<TrainingResult> {
  const { runTraining } = await import('../trainer/runTraining.ts');
  const progress = new ProgressLine(process.stderr);
  const result = await runTraining({
    writer: await RunWriter.open(run.folder),
    text: run.text,
    experimentPath: run.experimentPath,
    name: run.name,
    leaseSeconds: null,
    prepare: async () => run.setup,
    onEvent: (_, state) => progress.update(state),
    onDesk: (desk) => {
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => desk.stop('stopped by the user'));
    },
  });
  progress.clear();
  return result;
}
