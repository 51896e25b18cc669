import { relative } from 'node:path';
import { countClaims } from '../run/describeClaim.ts';
import { downstreamLine } from '../run/downstreamWords.ts';
import { formatFigure } from '../run/format.ts';
import { mainMetric } from '../run/mainMetric.ts';
import { runSentence } from '../run/runSentence.ts';
import type { RunState } from '../run/runState.ts';
import { sampleTexts } from './sampleTexts.ts';
import { type painter, safeText, sparkline } from './terminal.ts';

/** What the closing block tells of besides the state. */
export interface Closing {
  state: RunState;
  id: string;
  folder: string;
  seconds: number;
}

/** Metrics of the closing block, those that the run has. */
const NUMBERS = [
  'validation.loss',
  'train.loss',
  'test.loss',
  'validation.r2',
  'validation.nats',
  'train.nats',
  'test.nats',
  'validation.bitsPerCharacter',
  'validation.maskedAccuracy',
];

/** The last words of a run on the terminal: at most 9 lines. */
export function closingBlock({ state, id, folder, seconds }: Closing, paint: ReturnType<typeof painter>): string {
  const colour = state.status === 'finished' ? 'green' : state.status === 'failed' ? 'red' : 'yellow';
  const lines = [
    `${paint('bold', safeText(state.name || id, 60))}  ${paint(colour, state.status)} after ${formatFigure(seconds)} s on ${state.engine || 'no engine'}`,
    safeText(state.status === 'finished' ? runSentence(state) : (state.reason ?? ''), 400),
  ];
  const main = NUMBERS.filter((name) => state.metrics[name] !== undefined);
  if (main.length > 0) lines.push(main.map((name) => `${paint('dim', name)} ${formatFigure(state.metrics[name]!)}`).join('   '));
  const curve = state.columns.get(mainMetric(state.metrics)?.name ?? '');
  if (curve !== undefined && curve.length > 1)
    lines.push(`${paint('dim', 'loss   ')} ${sparkline(curve.values.subarray(0, curve.length), 48)}`);
  const claims = countClaims(state.claims);
  if (claims !== null) lines.push(`${paint('dim', 'claims ')} ${claims}`);
  const texts = sampleTexts(state);
  if (texts !== null) lines.push(`${paint('dim', 'texts  ')} ${safeText(texts, 100)}`);
  const labels = state.downstream && downstreamLine(state.downstream);
  if (labels !== null) lines.push(`${paint('dim', 'labels ')} ${labels}`);
  const place = relative(process.cwd(), folder) || folder;
  lines.push(`${paint('dim', 'run    ')} ${place}`);
  if (state.status === 'finished') lines.push(`${paint('dim', 'picture')} ${place}/picture.html`);
  lines.push(`${paint('dim', 'next   ')} latent-lab show ${place}`);
  return lines.filter((line) => line !== '').join('\n');
}
