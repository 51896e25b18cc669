import { engineKinds } from '../engine/chooseEngine.ts';
import type { EngineKind } from '../engine/engine.ts';
import { ProgramError, runProgram } from '../engine/runProgram.ts';
import { UserError } from '../experiment/problem.ts';
import { formatFigure } from '../run/format.ts';
import type { Command } from './commands.ts';
import type { MeasuredEngine } from './measureEngine.ts';
import { readArguments } from './readArguments.ts';
import { painter, safeText, table } from './terminal.ts';

const usage = 'engines [--json]';

/** One engine as the command tells it: how fast, or why not. */
type EngineRow = { engine: EngineKind; works: boolean; isAuto: boolean } & (MeasuredEngine | { why: string });

/** `latent-lab engines`: what can compute runs on this machine, which of them "auto" takes, and how fast each is. */
export const enginesCommand: Command = {
  usage,
  summary: 'list the engines: which work here, which "auto" takes, steps per second (takes seconds)',
  run: async (args) => {
    const { values, positionals } = readArguments(args, { json: { type: 'boolean' }, measure: { type: 'string' } }, usage);
    if (positionals.length > 0) throw new UserError(`"${positionals[0]}" is not expected here; usage: latent-lab ${usage}`);
    if (values.measure !== undefined) return measureHere(values.measure);
    const rows: EngineRow[] = [];
    // one after the other: two at a time would slow each other down
    for (const engine of engineKinds) {
      const found = await measureApart(engine);
      const works = !('why' in found);
      rows.push({ engine, works, isAuto: works && !rows.some((row) => row.works), ...found });
    }
    console.log(values.json ? JSON.stringify(rows) : tellEngines(rows));
    return rows.some((row) => row.works) ? 0 : 1;
  },
};

/** What the process of one engine says: its figures, or a sentence of why it does not work. */
type Finding = MeasuredEngine | { why: string };

/** Each engine gets a process of its own: native libraries are large, and a broken one may take its process with it. */
async function measureApart(engine: EngineKind): Promise<Finding> {
  try {
    const said = await runProgram([process.execPath, process.argv[1]!, 'engines', '--measure', engine], { signal: stopSignal() });
    return JSON.parse(said.trim().split('\n').at(-1)!) as Finding;
  } catch (error) {
    if (!(error instanceof ProgramError)) throw error;
    return { why: `its process ended (${error.lastWords})` };
  }
}

/** No engine takes longer than this; one that does hangs. */
function stopSignal(): AbortSignal {
  return AbortSignal.timeout(60_000);
}

async function measureHere(word: string): Promise<number> {
  const kind = engineKinds.find((known) => known === word);
  if (kind === undefined) throw new UserError(`there is no engine "${word}"; there are ${engineKinds.join(', ')}`);
  const { measureEngine } = await import('./measureEngine.ts');
  const finding = await measureEngine(kind, { engineFolder: __dirname }).catch((error: unknown): Finding => {
    if (error instanceof UserError) return { why: error.message };
    throw error;
  });
  console.log(JSON.stringify(finding));
  return 0;
}

function tellEngines(rows: readonly EngineRow[]): string {
  const paint = painter(process.stdout);
  const working = rows.flatMap((row) => ('why' in row ? [] : [row]));
  const cells = working.map(({ engine, isAuto, threads, stepsPerSecond, description }) => [
    engine,
    isAuto ? 'auto' : '',
    formatFigure(stepsPerSecond.small),
    formatFigure(stepsPerSecond.large),
    threads.small === threads.large ? String(threads.small) : `${threads.small}, ${threads.large}`,
    safeText(description),
  ]);
  const head = ['engine', '', 'small', 'large', 'threads', 'what it is'];
  const missing = rows.flatMap((row) => ('why' in row ? [`${paint('bold', row.engine)}: ${safeText(row.why, 400)}`] : []));
  const models =
    'small, large: steps per second of 64-[64]-16 with batch 64 (the digits) and of 784-[256]-32 with batch 256; threads for each';
  return [...(cells.length > 0 ? [table([head, ...cells], paint), paint('dim', models)] : []), ...missing].join('\n');
}
