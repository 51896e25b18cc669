import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../experiment/problem.ts';
import { describeClaim } from '../run/describeClaim.ts';
import { describeEngine } from '../run/describeEngine.ts';
import { describePosition } from '../run/describeRun.ts';
import { formatClock } from '../run/format.ts';
import { mainMetric } from '../run/mainMetric.ts';
import { runSentence } from '../run/runSentence.ts';
import type { RunState } from '../run/runState.ts';
import { type RunListing, readListing } from '../store/listRuns.ts';
import { readRunState } from '../store/readRunState.ts';
import { type ResolvedEngine, readResolvedEngine } from '../store/resolvedEngine.ts';
import type { Command } from './commands.ts';
import { downstreamTable } from './downstreamTable.ts';
import { findRun } from './findRun.ts';
import { readArguments } from './readArguments.ts';
import { sampleTexts } from './sampleTexts.ts';
import { painter, safeText, sparkline, table } from './terminal.ts';

const usage = 'show RUN [--json]';

/** `latent-lab show`: one run's metrics, its last losses, and what is in its folder. */
export const showCommand: Command = {
  usage,
  summary: 'show one run: metrics, losses, files (RUN is an id or a folder)',
  run: async (args) => {
    const { values, positionals } = readArguments(args, { json: { type: 'boolean' } }, usage);
    if (positionals.length !== 1) throw new UserError(`name one run; usage: latent-lab ${usage}`);
    const folder = await findRun(positionals[0]!);
    const listing = await readListing(folder);
    const state = await readRunState(folder);
    const engine = await readResolvedEngine(folder);
    if (values.json) {
      const { id, status, summary } = listing;
      const why = { engineDescription: engine?.description, engineReason: engine?.reason };
      console.log(JSON.stringify({ run: id, folder, status, ...summary, ...why, version: undefined, metrics: state.metrics }));
      return 0;
    }
    console.log(showRun(listing, state, engine));
    return 0;
  },
};

function showRun(listing: RunListing, state: RunState, engine: ResolvedEngine | null): string {
  const paint = painter(process.stdout);
  const { id, status, summary, folder } = listing;
  const lines = [
    `${paint('bold', safeText(summary?.name ?? id, 80))}  ${status}${summary?.reason ? `: ${safeText(summary.reason, 300)}` : ''}`,
    safeText(runSentence(state), 300),
    '',
    `run       ${id}`,
    `settings  ${safeText(summary?.settings ?? '', 200)}`,
    `engine    ${summary === null ? '' : safeText(describeEngine(summary))} · seed ${summary?.seed ?? '-'} · ${describePosition(state)} · ${formatClock(summary?.seconds ?? 0)}`,
    ...(engine === null ? [] : [`          ${safeText(engine.description)}`, `          ${safeText(engine.reason, 300)}`]),
  ];
  const curve = state.columns.get(mainMetric(state.metrics)?.name ?? '');
  if (curve !== undefined) lines.push(`loss      ${sparkline(curve.values.subarray(0, curve.length), 60)}`);
  const texts = sampleTexts(state);
  if (texts !== null) lines.push(`texts     ${safeText(texts, 300)}`);
  for (const claim of state.claims) lines.push(`${claim.verdict.padEnd(9)} ${safeText(claim.text, 120)}: ${describeClaim(claim)}`);
  if (state.downstream !== null) lines.push('', downstreamTable(state.downstream, paint));
  const metrics = Object.entries(state.metrics).sort(([a], [b]) => a.localeCompare(b));
  lines.push(
    '',
    table([['metric', 'value'], ...metrics.map(([name, value]) => [safeText(name, 60), String(Number(value.toPrecision(6)))])], paint),
  );
  lines.push('', `in ${folder}`);
  for (const entry of readdirSync(folder).sort()) lines.push(`  ${describeEntry(folder, entry)}`);
  return lines.join('\n');
}

function describeEntry(folder: string, entry: string): string {
  const stat = statSync(join(folder, entry), { throwIfNoEntry: false });
  if (stat === undefined) return entry;
  if (stat.isDirectory()) return `${`${entry}/`.padEnd(20)} ${readdirSync(join(folder, entry)).length} entries`;
  return `${entry.padEnd(20)} ${(stat.size / 1024).toFixed(1)} kB`;
}
