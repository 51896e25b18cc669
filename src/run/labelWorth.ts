import type { DownstreamArm } from '../experiment/autoencoder.ts';
import { studentQuantile } from '../math/studentT.ts';
import type { RunDownstream } from './downstreamState.ts';

/** How many labels `scratch` needs to do as well as another arm with few. */
export interface LabelWorth {
  arm: DownstreamArm;
  /** Labels of that arm. */
  labels: number;
  /** Labels that scratch needs; Infinity: more than were measured, 0: fewer. */
  needed: number;
  /** 95 % interval; Infinity and 0 as above. From 0 to Infinity with one draw. */
  low: number;
  high: number;
}

/** Places between two budgets where the two arms are compared. */
const placesBetween = 64;

/** Accuracy of an arm and of scratch along its budgets, for one draw. */
interface PairedCurve {
  accuracy: number;
  /** By ascending budget. */
  scratch: number[];
}

function curvesOf({ measured }: RunDownstream, budgets: readonly number[], arm: DownstreamArm, labels: number): PairedCurve[] {
  const find = (of: DownstreamArm, budget: number, draw: number) =>
    measured.find((one) => one.arm === of && one.labels === budget && one.draw === draw)?.accuracy;
  const draws = [...new Set(measured.map(({ draw }) => draw))].sort((a, b) => a - b);
  return draws.flatMap((draw) => {
    const accuracy = find(arm, labels, draw);
    const scratch = budgets.flatMap((budget) => find('scratch', budget, draw) ?? []);
    return accuracy === undefined || scratch.length < budgets.length ? [] : [{ accuracy, scratch }];
  });
}

/** How far an arm lies above scratch at a place along the budgets: the mean over draws and half its interval. */
interface Lead {
  budget: number;
  mean: number;
  half: number;
}

function leadsOf(curves: readonly PairedCurve[], budgets: readonly number[]): Lead[] {
  const draws = curves.length;
  const factor = draws < 2 ? Number.POSITIVE_INFINITY : studentQuantile(0.95, draws - 1) / Math.sqrt(draws);
  const leadAt = (i: number, t: number): Lead => {
    const values = curves.map(({ accuracy, scratch }) => accuracy - (t === 0 ? scratch[i]! : scratch[i]! * (1 - t) + scratch[i + 1]! * t));
    const mean = values.reduce((sum, value) => sum + value, 0) / draws;
    const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    const half = draws < 2 ? factor : factor * Math.sqrt(squares / (draws - 1));
    return { budget: t === 0 ? budgets[i]! : budgets[i]! ** (1 - t) * budgets[i + 1]! ** t, mean, half };
  };
  return budgets.flatMap((_, i) =>
    Array.from({ length: i < budgets.length - 1 ? placesBetween : 1 }, (_, place) => leadAt(i, place / placesBetween)),
  );
}

/**
 * Where the curve of scratch, drawn in straight lines over the logarithm of the labels, comes up to the accuracy of another arm: for the
 * mean over draws; and the interval of all places at which the paired difference of the two does not exceed its 95 % interval.
 * @returns null where nothing can be said: an arm is missing, or no draw has all budgets of scratch
 */
export function labelWorth(downstream: RunDownstream, arm: DownstreamArm, labels: number): LabelWorth | null {
  const budgets = [...downstream.labels].sort((a, b) => a - b);
  const curves = curvesOf(downstream, budgets, arm, labels);
  if (curves.length === 0) return null;
  const leads = leadsOf(curves, budgets);
  return {
    arm,
    labels,
    needed: descent(leads, ({ mean }) => mean),
    low: descent(leads, ({ mean, half }) => mean - half),
    high: descent(leads, ({ mean, half }) => mean + half, 'last'),
  };
}

/**
 * The budget where a curve comes down to 0, the first time or the last, on a straight line between two places; Infinity where it stays
 * above, 0 where it lies below from the start.
 */
function descent(leads: readonly Lead[], take: (lead: Lead) => number, which: 'first' | 'last' = 'first'): number {
  const values = leads.map(take);
  const after = which === 'first' ? values.findIndex((value) => value <= 0) : values.findLastIndex((value) => value > 0) + 1;
  if (after < 0 || after === leads.length) return Number.POSITIVE_INFINITY;
  if (after === 0) return values[0] === 0 ? leads[0]!.budget : 0;
  const t = values[after - 1]! / (values[after - 1]! - values[after]!);
  return leads[after - 1]!.budget ** (1 - t) * leads[after]!.budget ** t;
}
