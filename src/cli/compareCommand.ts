import { type DifferingSetting, differingSettings } from '../experiment/differingSettings.ts';
import { UserError } from '../experiment/problem.ts';
import type { RunState } from '../run/runState.ts';
import { similarityWords } from '../run/similarityWords.ts';
import { type CodeSimilarity, codeSimilarity } from '../store/codeSimilarity.ts';
import { type RunListing, readListing } from '../store/listRuns.ts';
import { readRunState } from '../store/readRunState.ts';
import { type ResolvedSettings, readResolvedSettings } from '../store/resolvedSettings.ts';
import type { Command } from './commands.ts';
import { findRun } from './findRun.ts';
import { readArguments } from './readArguments.ts';
import { painter, safeText, table } from './terminal.ts';

const usage = 'compare RUN RUN... [--all] [--json]';

/** A run beside others. */
interface ComparedRun {
  listing: RunListing;
  state: RunState;
  settings: ResolvedSettings | null;
}

/** How alike the newest codes of two runs are, or why nothing can be said of them; a and b are positions in the list of runs. */
interface ComparedPair {
  a: number;
  b: number;
  found: { similarity: number; rows: number } | string;
}

/** `latent-lab compare`: settings that differ, metrics side by side, and how alike the codes are. */
export const compareCommand: Command = {
  usage,
  summary: 'put runs side by side: settings that differ, metrics, codes',
  run: async (args) => {
    const { values, positionals } = readArguments(args, { all: { type: 'boolean' }, json: { type: 'boolean' } }, usage);
    const folders: string[] = [];
    for (const word of positionals) folders.push(await findRun(word));
    if (new Set(folders).size < Math.max(2, folders.length))
      throw new UserError(`name two different runs or more; usage: latent-lab ${usage}`);
    const runs = await Promise.all(folders.map(readRun));
    const differing = differingSettings(runs.map(({ settings }) => settings?.experiment ?? null));
    const pairs = await comparePairs(runs);
    if (values.json) console.log(JSON.stringify(runs.map((_, i) => asJson(runs, i, { differing, pairs }))));
    else console.log(sideBySide(runs, { differing, pairs }, values.all ? () => true : isMain));
    return 0;
  },
};

async function readRun(folder: string): Promise<ComparedRun> {
  const [listing, state, settings] = await Promise.all([readListing(folder), readRunState(folder), readResolvedSettings(folder)]);
  return { listing, state, settings };
}

async function comparePairs(runs: readonly ComparedRun[]): Promise<ComparedPair[]> {
  const pairs: ComparedPair[] = [];
  for (const [b, other] of runs.entries())
    for (const [a, run] of runs.slice(0, b).entries()) {
      // the moments before the newest one are not asked for
      const newest = { folder: run.listing.folder, state: { ...run.state, frames: run.state.frames.slice(-1) } };
      const found = await codeSimilarity(newest, { folder: other.listing.folder, state: other.state });
      pairs.push({ a, b, found: typeof found === 'string' ? found : newestOf(found, run) });
    }
  return pairs;
}

function newestOf({ points, rows }: CodeSimilarity, { state }: ComparedRun): ComparedPair['found'] {
  const similarity = points[1];
  return similarity === undefined ? `“${state.name}” has kept no codes, or they are damaged.` : { similarity, rows };
}

/** What all runs together say. */
interface Comparison {
  differing: readonly DifferingSetting[];
  pairs: readonly ComparedPair[];
}

function asJson(runs: readonly ComparedRun[], i: number, { differing, pairs }: Comparison): object {
  const { listing, state } = runs[i]!;
  const { id, folder, status, summary } = listing;
  const differs = Object.fromEntries(differing.flatMap(({ path, values }) => (values[i] === undefined ? [] : [[path, values[i]]])));
  const codes = pairs
    .filter(({ a, b }) => a === i || b === i)
    .map(({ a, b, found }) => ({
      run: runs[a === i ? b : a]!.listing.id,
      ...(typeof found === 'string' ? { reason: found } : found),
    }));
  return { run: id, folder, status, ...summary, version: undefined, metrics: state.metrics, differs, codes };
}

/** Metrics that tell how good a model and its codes are; the others only with --all. */
function isMain(name: string): boolean {
  return (
    /^(train|validation|test)\.(loss|lossCorrupted|r2|nats|maskedAccuracy)$/.test(name) ||
    /^(theory\.(gap|angle)|latent\.(effectiveRank|deadUnits|identityDistance)|probe\.\w+\.accuracy)$/.test(name) ||
    /^downstream\.\w+\.\d+\.accuracy$/.test(name)
  );
}

function sideBySide(runs: readonly ComparedRun[], { differing, pairs }: Comparison, isShown: (name: string) => boolean): string {
  const paint = painter(process.stdout);
  const ids = runs.map(({ listing }) => safeText(listing.id, 40));
  const heads = runs.map(({ listing: { status, summary } }, i) => [
    ids[i]!,
    status,
    safeText(summary?.name ?? '', 50),
    safeText(summary?.settings ?? '', 60),
  ]);
  const lines = [table([['run', 'status', 'name', 'settings'], ...heads], paint), ''];
  const known = runs.filter(({ settings }) => settings !== null).length;
  if (known < runs.length) lines.push('The settings of runs without a whole resolved.json are not known.', '');
  if (differing.length > 0) {
    const rows = differing.map(({ path, values }) => [safeText(path, 60), ...values.map(settingText)]);
    lines.push(table([['setting', ...ids], ...rows], paint), '');
  } else if (known > 1) lines.push('Their settings are the same.', '');
  const names = [...new Set(runs.flatMap(({ state }) => Object.keys(state.metrics)))].filter(isShown).sort();
  if (names.length > 0) lines.push(metricTable(runs, ids, names, paint), '');
  const cautious = cautions(runs, differing);
  if (cautious.length > 0) lines.push(...cautious, '');
  for (const { a, b, found } of pairs) lines.push(`${ids[a]} and ${ids[b]}: ${codesText(found)}`);
  if (pairs.some(({ found }) => typeof found !== 'string'))
    lines.push('CKA is 1 where one code is a rotated, scaled and moved copy of the other, and near 0 where they have nothing in common.');
  return lines.join('\n');
}

function metricTable(runs: readonly ComparedRun[], ids: readonly string[], names: readonly string[], paint: ReturnType<typeof painter>) {
  const rows = names.map((name) => [
    safeText(name, 60),
    ...runs.map(({ state: { metrics } }) => (Object.hasOwn(metrics, name) ? String(Number(metrics[name]!.toPrecision(5))) : '-')),
  ]);
  return table([['metric', ...ids], ...rows], paint);
}

function settingText(value: unknown): string {
  if (value === undefined) return '-';
  return safeText(typeof value === 'string' ? value : JSON.stringify(value), 40);
}

/** Where equal names do not mean equal measures: a loss is that of the rows of a run, in the space they are scaled to, under its own corruption. */
function cautions(runs: readonly ComparedRun[], differing: readonly DifferingSetting[]): string[] {
  const differ = (pattern: RegExp) => differing.some(({ path }) => pattern.test(path));
  const isSameData = new Set(runs.flatMap(({ settings }) => settings?.dataHash ?? [])).size < 2;
  return [
    isSameData ? null : 'They were trained on different data: their losses are not of the same rows.',
    isSameData && differ(/^data\.(scale|center)$/) ? 'Their data are scaled differently: of the losses only r2 compares.' : null,
    isSameData && differ(/^(seed|data\.split(\..*)?)$/)
      ? 'They hold out different rows: small differences of their losses say nothing.'
      : null,
    differ(/^loss\.kind$/) ? 'Their losses are of different kinds: mse and r2 compare.' : null,
    differ(/^(corruption\.|loss\.over$)/) ? 'Each lossCorrupted is under the corruption of its own run.' : null,
  ].filter((caution) => caution !== null);
}

function codesText(found: ComparedPair['found']): string {
  if (typeof found === 'string') return `codes not compared. ${safeText(found, 300)}`;
  return `codes ${similarityWords(found.similarity)}: linear CKA ${found.similarity.toFixed(3)} over ${found.rows} rows`;
}
