import type { CurveSamples } from '../state/curveSamples.ts';
import type { RunStore } from '../state/runStore.ts';
import { bestPoint } from './bestPoint.ts';
import { formatNumber } from './formatNumber.ts';
import type { LossLine, LossPicture } from './lossChart.ts';
import { type LossReading, lossReading } from './lossReading.ts';
import { isLossCurve, mainCurve, metricFacts } from './metricFacts.ts';
import { type Axis, filmEnd, linearAxis, logAxis } from './niceAxis.ts';
import { smoothCurve } from './smoothCurve.ts';
import { type ThemeColours, withAlpha } from './themeColours.ts';

/** Names of the run's loss curves, the faint ones first so that the bold ones are drawn over them. */
export function lossCurveNames(store: RunStore): string[] {
  return [...store.curves.keys()].filter(isLossCurve).sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
}

const order = ['batch', 'train', 'test', 'validation'];
const rank = (name: string): number => order.indexOf(name.split('.')[0]!) + (name.endsWith('.loss') ? 0.5 : 0);

/** Colour, width and dash of a curve: validation bold, training thin, corrupted dashed, batches faint. */
export function lineStyle(name: string, colours: ThemeColours): Pick<LossLine, 'colour' | 'width' | 'dash'> {
  const [split, measure] = name.split('.');
  const dash = measure === 'loss' || measure === 'nats' ? [] : measure === 'lossExpected' ? [1, 3] : [5, 4];
  if (split === 'batch') return { colour: withAlpha(colours.foreground, colours.isHighContrast ? 0.6 : 0.28), width: 1, dash: [] };
  if (split === 'validation') return { colour: colours.live, width: dash.length > 0 ? 1.5 : 2.5, dash };
  if (split === 'test') return { colour: colours.rule, width: 1, dash };
  return { colour: colours.foreground, width: 1, dash };
}

/** Where the axis of epochs ends. */
export const filmEndOf = ({ run }: RunStore): number => filmEnd(run?.epoch ?? 0, run?.totalEpochs ?? 0);

/** What curves are read against. */
const ruleNames = ['optimum', 'separateOptimum', 'uniform', 'unigram', 'bigram', 'entropy'].map((name) => `theory.${name}`);

const passed = new Set(['theory.uniform', 'theory.unigram', 'theory.bigram']);

/** What the loss card shows: `range` in epochs or null for the whole film, `width` in pixels. */
export function lossPicture(
  store: RunStore,
  range: { from: number; to: number } | null,
  width: number,
  colours: ThemeColours,
): LossPicture {
  const run = store.run;
  const end = filmEndOf(store);
  const { from, to } = range ?? { from: 0, to: end };
  const isLog = store.view.logY;
  const hidden = new Set(store.view.hiddenCurves);
  const pairs = Math.max(16, Math.floor(width / 2));
  const reading = lossReading(store);
  const lines = lossCurveNames(store)
    .filter((name) => !hidden.has(name))
    .flatMap((name) => linesOf(store, name, { from, to, pairs, isLog, colours, reading }));
  const rules = ruleNames.flatMap((name) => {
    const value = run?.metrics[name];
    return value !== undefined && Number.isFinite(value)
      ? [{ value: reading(name, value), label: metricFacts(name).label, isPassed: passed.has(name) }]
      : [];
  });
  const y = axisAround(
    lines,
    rules.map((rule) => rule.value),
    isLog,
    { from, to },
  );
  const head = store.view.head === null ? null : store.view.head * store.epochsPerStep;
  return { lines, from, to, end, y, isLog, rules, best: bestOf(store, lines, reading), head, colours };
}

interface LineWish {
  from: number;
  to: number;
  pairs: number;
  isLog: boolean;
  colours: ThemeColours;
  reading: LossReading;
}

/** The line of a curve; smoothed, over the pale line of its points. */
function linesOf(store: RunStore, name: string, wish: LineWish): LossLine[] {
  const { smoothing } = store.view;
  const style = lineStyle(name, wish.colours);
  const curve = store.curves.get(name)!;
  const { reading } = wish;
  const last = curve.held > 0 ? reading(name, curve.values[curve.held - 1]!) : null;
  const facts = { name, label: metricFacts(name).label, last };
  const raw = pointsOf(store, name, wish);
  if (smoothing === 0) return [{ ...facts, points: raw, ...style }];
  // batches are pale already
  const pale = name.startsWith('batch.') ? style.colour : withAlpha(style.colour, wish.colours.isHighContrast ? 0.5 : 0.3);
  const course = name.startsWith('batch.') ? { ...style, colour: wish.colours.foreground, width: 1.5 } : style;
  const smoothed = pointsOf(store, name, wish, (samples) => smoothCurve(samples, smoothing));
  return [
    { ...facts, points: raw, ...style, colour: pale, width: 1, isRaw: true },
    { ...facts, points: smoothed, ...course },
  ];
}

function pointsOf(
  store: RunStore,
  name: string,
  { from, to, pairs, isLog, reading }: LineWish,
  valuesOf?: (samples: CurveSamples) => Float64Array,
): LossLine['points'] {
  const perStep = store.epochsPerStep;
  const detail = store.details.get(name);
  const isDetailed = detail !== undefined && detail.from <= from / perStep && detail.to >= to / perStep;
  const held = isDetailed ? detail.samples : store.curves.get(name)!;
  const samples = held.between(from / perStep, to / perStep, pairs, valuesOf?.(held));
  const points = new Array<{ x: number; y: number }>(samples.length / 2);
  for (let i = 0; i < points.length; i++) {
    const value = reading(name, samples[2 * i + 1]!);
    const isDrawable = Number.isFinite(value) && !(isLog && value <= 0);
    points[i] = { x: samples[2 * i]! * perStep, y: isDrawable ? value : Number.NaN };
  }
  return points;
}

/** The best point of the curve that stands for the run, where it is drawn and has come past its best. */
function bestOf(store: RunStore, lines: readonly LossLine[], reading: LossReading): LossPicture['best'] {
  const name = mainCurve(store.curves.keys());
  if (name === null || name.startsWith('batch.') || !lines.some((line) => line.name === name)) return null;
  const curve = store.curves.get(name)!;
  const best = bestPoint(name, curve);
  if (best === null || best.step === curve.lastStep) return null;
  const value = reading(name, best.value);
  return { x: best.step * store.epochsPerStep, y: value, label: `best ${formatNumber(value)}` };
}

function axisAround(lines: LossLine[], rules: number[], isLog: boolean, range: { from: number; to: number }): Axis {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  const take = (value: number): void => {
    if (!Number.isFinite(value) || (isLog && value <= 0)) return;
    if (value < low) low = value;
    if (value > high) high = value;
  };
  for (const line of lines) for (const point of line.points) if (point.x >= range.from && point.x <= range.to) take(point.y);
  if (high > Number.NEGATIVE_INFINITY) for (const value of rules) take(value);
  return isLog ? logAxis(low, high) : linearAxis(low, high);
}
