import type { RunState } from './runState.ts';

/** Evaluations that a trend is read from. */
const WINDOW = 5;
/** A smaller relative change an epoch counts as none. */
const LEVEL = 0.0005;

/** What a metric (smaller is better) is doing. */
export interface Trend {
  direction: 'falling' | 'rising' | 'level';
  /** Relative change an epoch over the last evaluations; negative is falling. */
  changePerEpoch: number;
  last: number;
  /** The smallest value so far and where it stood. */
  best: { value: number; epoch: number };
  /** The validation loss rises, is worse than its best, and the training loss falls meanwhile. */
  isOverfitting: boolean;
}

/**
 * The trend of a metric over its last five evaluations.
 * @returns null with fewer than two evaluations, or where a number in question is not finite
 */
export function readTrend(state: RunState, name: string): Trend | null {
  const points = evaluatedPoints(state, name);
  const recent = points.slice(-WINDOW);
  const change = relativeChange(recent);
  if (change === null) return null;
  const best = points.reduce((least, point) => (point.value < least.value ? point : least));
  const direction = Math.abs(change) < LEVEL ? 'level' : change < 0 ? 'falling' : 'rising';
  const last = recent.at(-1)!.value;
  return { direction, changePerEpoch: change, last, best, isOverfitting: isOverfitting(state, { name, direction, recent }) };
}

function isOverfitting(state: RunState, trend: { name: string; direction: string; recent: Point[] }): boolean {
  if (!trend.name.startsWith('validation.') || trend.direction !== 'rising' || trend.recent.length < 3) return false;
  // rising throughout, not one bad evaluation
  const rises = trend.recent.slice(1).filter((point, i) => point.value > trend.recent[i]!.value).length;
  if (rises < trend.recent.length - 2) return false;
  const training = relativeChange(evaluatedPoints(state, trend.name.replace('validation.', 'train.')).slice(-WINDOW));
  return training !== null && training < -LEVEL;
}

interface Point {
  epoch: number;
  value: number;
}

/** The values of a metric where the run was evaluated: the newest of each such step. */
function evaluatedPoints(state: RunState, name: string): Point[] {
  const column = state.columns.get(name);
  if (!column) return [];
  const points: Point[] = [];
  let i = 0;
  for (const evaluation of state.evaluations) {
    while (i < column.length && column.steps[i]! < evaluation.step) i += 1;
    while (i + 1 < column.length && column.steps[i + 1] === evaluation.step) i += 1;
    if (column.steps[i] === evaluation.step) points.push({ epoch: evaluation.epoch, value: column.values[i]! });
  }
  return points;
}

function relativeChange(points: Point[]): number | null {
  const first = points[0];
  const last = points.at(-1);
  if (!first || !last || points.some((point) => !Number.isFinite(point.value))) return null;
  const epochs = last.epoch - first.epoch;
  if (epochs <= 0 || first.value === 0) return null;
  // a geometric mean where it exists: 10 % each epoch reads as 10 %
  if (first.value > 0 && last.value > 0) return (last.value / first.value) ** (1 / epochs) - 1;
  return (last.value - first.value) / Math.abs(first.value) / epochs;
}
