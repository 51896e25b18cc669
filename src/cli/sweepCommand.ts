import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import type { Experiment } from '../experiment/experiment.ts';
import { experimentName } from '../experiment/experimentName.ts';
import { readJsonText } from '../experiment/jsonText.ts';
import { applyOverrides, parseOverride } from '../experiment/overrides.ts';
import { parseExperiment } from '../experiment/parseExperiment.ts';
import { UserError } from '../experiment/problem.ts';
import { trialOverrides } from '../experiment/sweepFaults.ts';
import { formatFigure } from '../run/format.ts';
import { type SweepTrial, sweepTrials, trialWords } from '../run/sweepTrials.ts';
import { newRunId } from '../store/createRunFolder.ts';
import { ensureRunsFolder, runsFolderFor } from '../store/runsFolder.ts';
import type { TrialResult } from '../trainer/runSweep.ts';
import { problemLine } from './checkCommand.ts';
import type { Command } from './commands.ts';
import { readEngine } from './engineOption.ts';
import { readExperimentFile } from './experimentFile.ts';
import { mediaFolder } from './mediaFolder.ts';
import { readArguments } from './readArguments.ts';
import { seedLines, sweepTable } from './sweepTable.ts';
import { painter, safeText } from './terminal.ts';

const usage = 'sweep FILE [--on local] [--by METRIC] [--parallel N] [--runs DIR] [--engine E] [--set path=value ...] [--json]';
const options = {
  on: { type: 'string' },
  by: { type: 'string' },
  parallel: { type: 'string' },
  runs: { type: 'string' },
  engine: { type: 'string' },
  set: { type: 'string', multiple: true },
  json: { type: 'boolean' },
} as const;

/** A sweep as asked for: nothing of it changes any more, whatever happens to the file. */
interface AskedSweep {
  experiment: Experiment;
  trials: SweepTrial[];
  /** By number, from 1 on. */
  texts: Map<number, string>;
  by: string;
}

/** `latent-lab sweep`: all runs that the sweep of a file asks for, several at a time. */
export const sweepCommand: Command = {
  usage,
  summary: 'train every run that the file’s "sweep" asks for, and order them by a metric',
  run: async (args) => {
    const { values, positionals } = readArguments(args, options, usage);
    if (positionals.length !== 1) throw new UserError(`name one experiment file, got ${positionals.length}; usage: latent-lab ${usage}`);
    if (values.on !== undefined && values.on !== 'local') throw new UserError(`--on ${values.on}: only "local" is there today`);
    const file = positionals[0]!;
    const asked = freeze({ file, text: readExperimentFile(file), set: values.set ?? [], by: values.by });
    const engine = readEngine(values.engine);
    const runs = values.runs === undefined ? await runsFolderFor(resolve(file)) : resolve(values.runs);
    await ensureRunsFolder(runs);
    const results = await trainAll(asked, { runs, file, engine, parallel: readParallel(values.parallel) });
    if (values.json) console.log(JSON.stringify({ how: asked.experiment.sweep!.how, by: asked.by, trials: results.ranked }));
    else console.log(closing(results.ranked, asked.by));
    if (results.isStopped) return 130;
    return results.ranked.some(({ status }) => status === 'failed' || status === 'interrupted') ? 1 : 0;
  },
};

function readParallel(text: string | undefined): number {
  if (text === undefined) return availableParallelism();
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new UserError(`--parallel ${text}: write how many runs may train at the same time, 1 or more`);
  return Number(text);
}

/** Holds every trial against the schema before the first one begins. */
function freeze({ file, text, set, by }: { file: string; text: string; set: readonly string[]; by: string | undefined }): AskedSweep {
  const overrides = set.map(parseOverride);
  const { experiment, problems } = parseExperiment(text, overrides);
  if (experiment === null) throw new UserError(problems.map((problem) => problemLine(file, problem)).join('\n'));
  if (experiment.sweep === undefined)
    throw new UserError(`${file} has no "sweep"; add one, "sweep": { "over": { "seed": [0, 1, 2] } }, or train one run: latent-lab train`);
  const trials = sweepTrials(experiment);
  const name = experimentName(file, experiment);
  const whole = applyOverrides(readJsonText(text).value, overrides).value;
  const texts = new Map<number, string>();
  for (const { number, settings } of trials) {
    const own = applyOverrides(whole, trialOverrides(settings)).value as object;
    const words = trialWords(settings);
    const trialText = `${JSON.stringify({ ...own, name: `${name}: ${words}` }, null, 2)}\n`;
    const faulty = parseExperiment(trialText).problems.find(({ severity }) => severity === 'error');
    if (faulty) throw new UserError(`${file}: trial ${number} (${words}): ${faulty.message}`);
    texts.set(number, trialText);
  }
  return { experiment, trials, texts, by: by ?? (experiment.task === 'languageModel' ? 'validation.nats' : mainOf(experiment)) };
}

/** Validation rows where the data are split; else there are training rows only. */
const mainOf = ({ data }: Experiment): string => (data?.split === 'none' ? 'train.loss' : 'validation.loss');

async function trainAll(
  { experiment, trials, texts, by }: AskedSweep,
  place: { runs: string; file: string; engine: ReturnType<typeof readEngine>; parallel: number },
): Promise<{ ranked: TrialResult[]; isStopped: boolean }> {
  const { runSweep } = await import('../trainer/runSweep.ts');
  const { trainTrial } = await import('./trialProcess.ts');
  const stops = new Set<() => void>();
  let isStopped = false;
  const stopAll = () => {
    isStopped = true;
    for (const stop of stops) stop();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, stopAll);
  const trialPlace = {
    runs: place.runs,
    tag: `sweep ${newRunId(new Date()).slice(0, 15)}`,
    experimentPath: resolve(place.file),
    textOf: (number: number) => texts.get(number)!,
    engine: place.engine,
    media: mediaFolder(),
    onStart: (stop: () => void) => {
      stops.add(stop);
      return () => stops.delete(stop);
    },
  };
  const ranked = await runSweep({
    trials,
    how: experiment.sweep!.how,
    by,
    parallel: place.parallel,
    train: (trial, share) => trainTrial(trialPlace, trial, share),
    onEnd: (trial, results) => console.error(sittingLine(trial, results, by)),
    isStopped: () => isStopped,
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, stopAll);
  return { ranked, isStopped };
}

/** "3/9 latent 8, seed 1: validation.loss 1.58, finished after 12 s" */
function sittingLine(trial: TrialResult, results: readonly TrialResult[], by: string): string {
  const done = results.filter(({ status }) => status !== 'waiting').length;
  const value = trial.metrics[by];
  const worth = value === undefined ? `no ${by}` : `${by} ${formatFigure(value)}`;
  const why = trial.status === 'failed' ? `: ${safeText(trial.reason ?? '', 200)}` : '';
  return `${done}/${results.length} ${safeText(trialWords(trial.settings), 100)}: ${worth}, ${trial.status} after ${formatFigure(trial.seconds)} s${why}`;
}

function closing(ranked: readonly TrialResult[], by: string): string {
  const paint = painter(process.stdout);
  const lines = [sweepTable(ranked, by, paint)];
  const seeds = seedLines(ranked, by, trialWords);
  if (seeds.length > 0) lines.push('', `${by}, mean ± standard deviation over seeds`, ...seeds);
  const [best] = ranked;
  if (best?.run && best.metrics[by] !== undefined) lines.push('', `next    latent-lab show ${best.run}`);
  else lines.push('', `no trial has ${by}; name another metric with --by`);
  return lines.join('\n');
}
