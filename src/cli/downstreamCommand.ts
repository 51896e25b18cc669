import { basename } from 'node:path';
import type { WriteStream } from 'node:tty';
import { UserError } from '../experiment/problem.ts';
import { summariseDownstream } from '../run/downstreamSummary.ts';
import { downstreamSentences } from '../run/downstreamWords.ts';
import type { RunEvent } from '../run/runEvent.ts';
import type { RunState } from '../run/runState.ts';
import type { EvaluationResult } from '../trainer/downstreamEvaluation.ts';
import type { Command } from './commands.ts';
import { downstreamTable } from './downstreamTable.ts';
import { readEngine } from './engineOption.ts';
import { findRun } from './findRun.ts';
import { mediaFolder } from './mediaFolder.ts';
import { readArguments } from './readArguments.ts';
import { painter, safeText } from './terminal.ts';

const usage = 'downstream RUN [--labels 10,50,200] [--draws 5] [--engine E] [--json]';
const options = {
  labels: { type: 'string' },
  draws: { type: 'string' },
  engine: { type: 'string' },
  json: { type: 'boolean' },
} as const;

/** `latent-lab downstream`: what the encoder of a finished run is worth with few labels, without training it again. */
export const downstreamCommand: Command = {
  usage,
  summary: 'compare classifiers that learn from few labels on a finished run',
  run: async (args) => {
    const { values, positionals } = readArguments(args, options, usage);
    if (positionals.length !== 1) throw new UserError(`name one run, got ${positionals.length}; usage: latent-lab ${usage}`);
    const request = {
      folder: await findRun(positionals[0]!),
      labels: values.labels?.split(',').map((word) => wholeNumber('--labels', word)),
      draws: values.draws === undefined ? undefined : wholeNumber('--draws', values.draws),
      engine: readEngine(values.engine),
    };
    const { evaluateDownstream } = await import('../trainer/downstreamEvaluation.ts');
    const progress = new FitProgress(process.stderr);
    const result = await evaluateDownstream({
      ...request,
      media: mediaFolder(),
      engineFolder: __dirname,
      onEvent: (event, state) => progress.update(event, state),
      onDesk: (desk) => {
        for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => desk.stop('stopped by the user'));
      },
    });
    progress.clear();
    tell(request.folder, values.json === true, result);
    return result.isStopped ? 130 : 0;
  },
};

/** @throws UserError that names the option */
function wholeNumber(option: string, word: string): number {
  if (/^\s*[1-9]\d*\s*$/.test(word)) return Number(word);
  throw new UserError(`${option} wants whole numbers of at least 1, got ${JSON.stringify(word)}; usage: latent-lab ${usage}`);
}

/** Shows each classifier as it is measured: one line redrawn on a terminal, a line each elsewhere. */
class FitProgress {
  private isDrawn = false;

  constructor(private readonly stream: WriteStream) {}

  update(event: RunEvent, { downstream }: RunState): void {
    if (event.kind === 'warned') this.write(safeText(event.message, 300), '\n');
    if (event.kind !== 'downstreamMeasured' || downstream === null) return;
    const total = downstream.arms.length * downstream.labels.length * downstream.draws;
    const what = `${event.arm} with ${event.labels} labels, draw ${event.draw + 1}: ${event.accuracy.toFixed(3)}`;
    this.write(`${downstream.measured.length}/${total} ${what}`, this.stream.isTTY ? '' : '\n');
  }

  clear(): void {
    if (this.isDrawn) this.stream.write('\r\u001b[K');
    this.isDrawn = false;
  }

  private write(line: string, end: string): void {
    this.clear();
    this.stream.write(`${line}${end}`);
    this.isDrawn = end === '';
  }
}

function tell(folder: string, isJson: boolean, { state, engine, isStopped }: EvaluationResult): void {
  const { downstream, metrics } = state;
  if (downstream === null) return;
  if (!isJson) {
    console.log(downstreamTable(downstream, painter(process.stdout)));
    return;
  }
  const { points, differences, worth } = summariseDownstream(downstream);
  const found = Object.fromEntries(Object.entries(metrics).filter(([name]) => name.startsWith('downstream.')));
  const told = { run: basename(folder), folder, status: isStopped ? 'stopped' : 'finished', engine, step: downstream.step };
  const { transductive, testRows, head } = downstream;
  const numbers = { points, differences, worth: worth.map((one) => ({ ...one, ...open(one) })) };
  console.log(
    JSON.stringify({ ...told, transductive, testRows, head, ...numbers, sentences: downstreamSentences(downstream), metrics: found }),
  );
}

/** JSON has no infinity: "more" than was measured, "fewer" than was measured. */
function open(worth: { needed: number; low: number; high: number }): Record<'needed' | 'low' | 'high', number | 'more' | 'fewer'> {
  const word = (value: number) => (value === Number.POSITIVE_INFINITY ? 'more' : value === 0 ? 'fewer' : value);
  return { needed: word(worth.needed), low: word(worth.low), high: word(worth.high) };
}
