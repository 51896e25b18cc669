import { statSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { type DecodingStrategy, strategySchema } from '../experiment/decoding.ts';
import type { Experiment } from '../experiment/experiment.ts';
import { readJsonText } from '../experiment/jsonText.ts';
import { type Override, parseOverride } from '../experiment/overrides.ts';
import { parseExperiment } from '../experiment/parseExperiment.ts';
import { UserError } from '../experiment/problem.ts';
import type { AskedTexts } from '../server/askedTexts.ts';
import { experimentTexts, requireLanguage } from '../server/experimentTexts.ts';
import { runTexts } from '../server/runTexts.ts';
import type { ModelPlace } from '../server/textModel.ts';
import { listRuns, type RunListing } from '../store/listRuns.ts';
import { runsFolderFor, workspaceOf } from '../store/runsFolder.ts';
import { problemLine } from './checkCommand.ts';
import { readExperimentFile } from './experimentFile.ts';
import { findRun } from './findRun.ts';

/** What the command line wants changed of an experiment. */
export interface DecodeChanges {
  prompts: readonly string[] | undefined;
  strategy: string | undefined;
  set: readonly string[];
}

/**
 * The model that a word of the command line names, and how its experiment, changed, would search it.
 * @param word an experiment file, the id of a run, or its folder
 * @throws UserError for what is not there, has problems, or has to be trained first
 */
export async function findTexts(word: string, changes: DecodeChanges, place: ModelPlace): Promise<AskedTexts> {
  if (isFile(word)) return fileTexts(word, changes, place);
  const asked = await runTexts(await findRun(word), place);
  return { ...asked, experiment: requireLanguage(change(JSON.stringify(asked.experiment), word, changes, 'decoding')) };
}

/** What does not exist is a file where it is named like one. */
function isFile(word: string): boolean {
  const found = statSync(word, { throwIfNoEntry: false });
  return found === undefined ? /\.jsonc?$/i.test(word) : found.isFile();
}

async function fileTexts(file: string, changes: DecodeChanges, place: ModelPlace): Promise<AskedTexts> {
  const path = resolve(file);
  const text = readExperimentFile(file);
  const experiment = requireLanguage(change(text, file, changes, 'all'));
  if (experiment.model.kind === 'table' || experiment.model.kind === 'ngram') return experimentTexts(experiment, path, place);
  change(text, file, changes, 'decoding');
  const run = await newestRun(path);
  if (run === undefined)
    throw new UserError(
      `a model of kind "${experiment.model.kind}" has to learn before it can write: train it first (latent-lab train ${file})`,
    );
  return { ...(await runTexts(run.folder, place)), experiment };
}

/** The newest run of an experiment file that has come to an end. */
async function newestRun(path: string): Promise<RunListing | undefined> {
  const runs = await listRuns(await runsFolderFor(path));
  const isOwn = ({ summary, status }: RunListing) =>
    summary !== null && resolve(workspaceOf(path), summary.experimentPath) === path && (status === 'finished' || status === 'stopped');
  return runs.find(isOwn);
}

/**
 * @param allowed what may be changed: of a trained model only how it is searched
 * @throws UserError with all problems
 */
function change(text: string, name: string, changes: DecodeChanges, allowed: 'all' | 'decoding'): Experiment {
  const overrides = overridesOf(text, changes);
  const foreign = overrides.find(({ path }) => path !== 'seed' && path !== 'decoding' && !path.startsWith('decoding.'));
  if (allowed === 'decoding' && foreign !== undefined)
    throw new UserError(
      `${foreign.option}: the model is trained already, and only "decoding" and "seed" can be set; train again to change more`,
    );
  const { experiment, problems } = parseExperiment(text, overrides, { allowUnbuilt: true });
  const file = relative(process.cwd(), resolve(name)) || name;
  const errors = problems.filter(({ severity }) => severity === 'error');
  if (experiment === null) throw new UserError(errors.map((problem) => problemLine(file, problem)).join('\n'));
  return experiment;
}

function overridesOf(text: string, { prompts, strategy, set }: DecodeChanges): Override[] {
  const overrides: Override[] = [];
  if (strategy !== undefined) {
    const written = (readJsonText(text).value as { decoding?: { strategy?: Record<string, unknown> } } | null)?.decoding?.strategy;
    overrides.push({ path: 'decoding.strategy', value: otherStrategy(written ?? {}, strategy), option: `--strategy ${strategy}` });
  }
  if (prompts !== undefined) overrides.push({ path: 'decoding.prompts', value: prompts, option: '--prompt' });
  return [...overrides, ...set.map(parseOverride)];
}

/** The strategy of another kind, with those settings of the written one that it has too; never more texts than beams. */
function otherStrategy(written: Readonly<Record<string, unknown>>, kind: string): Record<string, unknown> {
  const bare = strategySchema.safeParse({ kind });
  if (!bare.success) return { kind };
  const own = unknownKeys(written);
  const dropped = unknownKeys({ ...written, kind }).filter((key) => !own.includes(key));
  const kept = Object.fromEntries(Object.entries(written).filter(([key]) => !dropped.includes(key)));
  const beams = 'beams' in bare.data ? (kept.beams ?? bare.data.beams) : null;
  const isTooMany = typeof beams === 'number' && typeof kept.returned === 'number' && kept.returned > beams;
  return { ...kept, ...(isTooMany && { returned: beams }), kind };
}

function unknownKeys(strategy: Readonly<Record<string, unknown>>): string[] {
  const parsed = strategySchema.safeParse({ kind: 'beam' satisfies DecodingStrategy['kind'], ...strategy });
  if (parsed.success) return [];
  return parsed.error.issues.flatMap((issue) => (issue.code === 'unrecognized_keys' && issue.path.length === 0 ? issue.keys : []));
}
