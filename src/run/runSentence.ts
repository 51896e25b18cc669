import { describePosition } from './describeRun.ts';
import { formatFigure, formatPercent } from './format.ts';
import { sayAgainstCounts, sayHidden, sayPerplexity } from './languageWords.ts';
import { type MainMetric, mainMetric } from './mainMetric.ts';
import { readTrend, type Trend } from './readTrend.ts';
import type { RunState } from './runState.ts';
import type { RunStatus } from './runSummary.ts';

/** Below this relative distance to the optimum a run is said to be at it. */
const AT_OPTIMUM = 0.005;

/** What is known beside the events: the status and the reason as lock and exit.json correct them. */
export interface KnownOfRun {
  status?: RunStatus;
  reason?: string | null;
}

/**
 * The sentence under the header: what is wrong first, else the main number, what it should be read against, and what it is doing.
 * Everything in it is computed from the events; nothing is said that they do not show.
 */
export function runSentence(state: RunState, known: KnownOfRun = {}): string {
  const status = known.status ?? state.status;
  const reason = known.reason ?? state.reason;
  const main = mainMetric(state.metrics);
  const trouble = sayTrouble(state, status, reason) ?? sayNotFinite(state, main);
  if (trouble) return trouble;
  if (!main) return sayBeginning(state, status);
  const trend = readTrend(state, main.name);
  const isLive = status === 'running' || status === 'paused';
  const number = `${main.words} ${formatFigure(main.value)}${main.unit}${sayPerplexity(main)}`;
  const parts = [number, sayHidden(state.metrics, main), sayReference(state, main), isLive ? sayTrend(trend) : sayBest(state, trend)];
  const sentence = `${capitalised(parts.filter((part) => part !== null).join(', '))}.`;
  return [sayOverfitting(trend, isLive) ?? sentence, sayStatus(state, status, reason)].filter((part) => part !== null).join(' ');
}

function sayTrouble(state: RunState, status: RunStatus, reason: string | null): string | null {
  const where = state.step > 0 ? ` at ${describePosition(state)}` : '';
  switch (status) {
    case 'failed':
      return `Failed${where}: ${ended(reason ?? 'no reason was written; see the log')}`;
    case 'interrupted':
      return `Interrupted${where}: ${ended(reason ?? 'the trainer ended without a word; resume the run from its last checkpoint')}`;
    case 'unreachable':
      return `No sign of life${where}: ${ended(reason ?? 'the run is held on another machine; look there, or wait')}`;
    default:
      return null;
  }
}

function sayNotFinite(state: RunState, main: MainMetric | null): string | null {
  if (!main || Number.isFinite(main.value)) return null;
  // counts have no steps that could be too long
  if (main.name.endsWith('.nats') && main.value > 0 && state.learningRate === null)
    return `${capitalised(main.words)} is infinite: the text has tokens where the counts never saw them; try smoothing wittenBell.`;
  const since = firstNotFinite(state, main.name);
  const rate = state.learningRate === null ? 'a smaller learning rate' : `a learning rate below ${formatFigure(state.learningRate)}`;
  return `${capitalised(main.words)} is ${formatFigure(main.value)} since step ${since}: try ${rate}.`;
}

function firstNotFinite(state: RunState, name: string): number {
  const column = state.columns.get(name);
  if (!column) return state.step;
  let first = column.length;
  while (first > 0 && !Number.isFinite(column.values[first - 1]!)) first -= 1;
  return column.steps[first] ?? state.step;
}

function sayBeginning(state: RunState, status: RunStatus): string {
  if (status === 'stopped') return `Stopped before the first evaluation: ${ended(state.reason ?? 'no reason was written')}`;
  if (status === 'queued') return 'Waiting: other runs train first (latentLab.maxParallel).';
  if (status === 'starting' || state.session === 0) return 'Starting: data and engine are being made ready.';
  return 'Training; the first evaluation is still to come.';
}

/** What the main number is to be read against: of language models counts or entropy, else the closed form where there is one, else the variance explained. */
function sayReference(state: RunState, main: MainMetric): string | null {
  const counted = sayAgainstCounts(state.metrics, main);
  if (counted !== null) return counted;
  const { 'theory.optimum': optimum, 'theory.gap': gap } = state.metrics;
  if (optimum !== undefined && gap !== undefined && Number.isFinite(gap)) {
    const subject = sayObjective(state.metrics, main, optimum * (1 + gap));
    const least = `the least possible (${formatFigure(optimum)})`;
    if (Math.abs(gap) < AT_OPTIMUM) return `${subject}at ${least}`;
    return gap > 0 ? `${subject}${formatPercent(gap)} above ${least}` : `${subject}${formatPercent(-gap)} below ${least}`;
  }
  const rival = sayRival(state.metrics);
  if (rival !== null) return rival;
  const r2 = state.metrics[`${main.name.split('.')[0]}.r2`];
  if (r2 === undefined || !Number.isFinite(r2)) return null;
  return r2 > 0 ? `${formatPercent(r2)} of the variance explained` : 'no better than the mean';
}

/** An encoder that knows the mask beside the best that two matrices could do under it. */
function sayRival({ 'theory.separateOptimum': best, 'train.lossCorrupted': loss }: Readonly<Record<string, number>>): string | null {
  if (best === undefined || loss === undefined || !Number.isFinite(loss) || best <= 0) return null;
  const difference = loss / best - 1;
  const place = difference > 0 ? `${formatPercent(difference)} above` : `${formatPercent(-difference)} below`;
  return `under the mask ${place} what two matrices can reach (${formatFigure(best)})`;
}

/** The number that the closed form bounds: under a corruption the expected loss, with a penalty the sum of both. */
function sayObjective(metrics: Readonly<Record<string, number>>, main: MainMetric, objective: number): string {
  const isIt = (value: number | undefined) => value !== undefined && Math.abs(value - objective) <= 1e-6 * Math.abs(objective);
  if (isIt(main.value)) return '';
  if (isIt(metrics['train.loss'])) return 'training loss ';
  return isIt(metrics['train.lossExpected']) ? 'expected training loss ' : 'training objective ';
}

function sayTrend(trend: Trend | null): string | null {
  if (!trend) return null;
  if (trend.direction === 'level') return 'level over the last evaluations';
  const { direction, changePerEpoch } = trend;
  return `${direction} ${formatPercent(Math.abs(changePerEpoch))} an epoch`;
}

function sayOverfitting(trend: Trend | null, isLive: boolean): string | null {
  if (!trend?.isOverfitting || !isLive) return null;
  const { best, changePerEpoch } = trend;
  return `Overfitting: validation loss rises ${formatPercent(changePerEpoch)} an epoch while training loss falls; it was best at epoch ${formatFigure(best.epoch)} with ${formatFigure(best.value)}.`;
}

/** After the end the best evaluation is worth a word when it was clearly better than the last. */
function sayBest(state: RunState, trend: Trend | null): string | null {
  if (!trend) return null;
  const { best, last } = trend;
  const isBetter = Number.isFinite(best.value) && best.value < last - 0.002 * Math.abs(last);
  if (isBetter) return `best ${formatFigure(best.value)} at epoch ${formatFigure(best.epoch)} of ${formatFigure(state.epoch)}`;
  return null;
}

function sayStatus(state: RunState, status: RunStatus, reason: string | null): string | null {
  if (status === 'paused') return `Paused at ${describePosition(state)}.`;
  if (status === 'stopped') return `Stopped at ${describePosition(state)}${reason ? `: ${ended(reason)}` : '.'}`;
  return null;
}

function ended(text: string): string {
  const trimmed = text.trim();
  return /[.!?]$/.test(trimmed) ? trimmed : `${trimmed}.`;
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
