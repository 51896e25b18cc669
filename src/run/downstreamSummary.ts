import type { DownstreamArm, HeadLoss } from '../experiment/autoencoder.ts';
import { studentQuantile } from '../math/studentT.ts';
import type { DownstreamMeasure, RunDownstream } from './downstreamState.ts';
import { type LabelWorth, labelWorth } from './labelWorth.ts';

/** A mean over draws with its 95 % interval, mean -+ half: half = t sd / sqrt(draws), t Student's with draws - 1 degrees of freedom. */
export interface Estimate {
  mean: number;
  /** Standard deviation over draws (n - 1); null with one draw. */
  sd: number | null;
  /** Half the width of the interval; null with one draw. */
  half: number | null;
  draws: number;
}

/** What an arm reached with so many labels. */
export interface ArmPoint {
  arm: DownstreamArm;
  labels: number;
  accuracy: Estimate;
  losses: Record<HeadLoss, Estimate>;
  /** Most classes that a draw showed no labelled row of. */
  unseen: number;
}

/** Accuracy of the first arm minus that of the second, draw by draw on the same labelled rows. */
export interface ArmDifference {
  arms: readonly [DownstreamArm, DownstreamArm];
  labels: number;
  difference: Estimate;
  /** Whether 0 lies outside of the interval; false with one draw. */
  exceedsNoise: boolean;
}

/** A comparison in numbers. */
export interface DownstreamSummary {
  /** By budget, then by arm; only what has been measured. */
  points: ArmPoint[];
  /** By budget, then in the order of `comparedArms`. */
  differences: ArmDifference[];
  worth: LabelWorth[];
  /** Measures so far, and in all. */
  done: number;
  total: number;
}

/** The differences that mean something. */
export const comparedArms: readonly (readonly [DownstreamArm, DownstreamArm])[] = [
  ['fineTune', 'scratch'],
  ['frozen', 'raw'],
  ['frozen', 'scratch'],
  ['frozen', 'pca'],
  ['fineTune', 'frozen'],
];

/** Mean, spread and 95 % interval of values, one a draw. @throws Error without values */
export function estimateOf(values: readonly number[]): Estimate {
  const draws = values.length;
  if (draws === 0) throw new Error('no values to estimate from');
  const mean = values.reduce((sum, value) => sum + value, 0) / draws;
  if (draws === 1) return { mean, sd: null, half: null, draws };
  const sd = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (draws - 1));
  return { mean, sd, half: (studentQuantile(0.95, draws - 1) * sd) / Math.sqrt(draws), draws };
}

/** Measures of one arm and budget, by draw: sums then come out the same whatever was measured first. */
function measuresOf({ measured }: RunDownstream, arm: DownstreamArm, labels: number): DownstreamMeasure[] {
  return measured.filter((one) => one.arm === arm && one.labels === labels).sort((a, b) => a.draw - b.draw);
}

function pointOf(downstream: RunDownstream, arm: DownstreamArm, labels: number): ArmPoint[] {
  const measures = measuresOf(downstream, arm, labels);
  if (measures.length === 0) return [];
  const lossOf = (kind: HeadLoss) => estimateOf(measures.map(({ losses }) => losses[kind]));
  return [
    {
      arm,
      labels,
      accuracy: estimateOf(measures.map(({ accuracy }) => accuracy)),
      losses: { crossEntropy: lossOf('crossEntropy'), squared: lossOf('squared'), hinge: lossOf('hinge') },
      unseen: Math.max(...measures.map(({ unseen }) => unseen.length)),
    },
  ];
}

function differenceOf(downstream: RunDownstream, arms: readonly [DownstreamArm, DownstreamArm], labels: number): ArmDifference[] {
  const others = new Map(measuresOf(downstream, arms[1], labels).map(({ draw, accuracy }) => [draw, accuracy]));
  const values = measuresOf(downstream, arms[0], labels).flatMap(({ draw, accuracy }) => {
    const other = others.get(draw);
    return other === undefined ? [] : [accuracy - other];
  });
  if (values.length === 0) return [];
  const difference = estimateOf(values);
  return [{ arms, labels, difference, exceedsNoise: difference.half !== null && Math.abs(difference.mean) > difference.half }];
}

/** The numbers of a comparison, as far as it has come: what the page draws, the command line prints and the metrics say. */
export function summariseDownstream(downstream: RunDownstream): DownstreamSummary {
  const { arms, draws } = downstream;
  const labels = [...downstream.labels].sort((a, b) => a - b);
  return {
    points: labels.flatMap((budget) => arms.flatMap((arm) => pointOf(downstream, arm, budget))),
    differences: labels.flatMap((budget) => comparedArms.flatMap((pair) => differenceOf(downstream, pair, budget))),
    worth: (['frozen', 'fineTune'] as const).flatMap((arm) => labels.flatMap((budget) => labelWorth(downstream, arm, budget) ?? [])),
    done: downstream.measured.length,
    total: arms.length * labels.length * draws,
  };
}

/**
 * Metrics by their dotted names: `downstream.<arm>.<labels>.accuracy`, with `.sd` and `.ci` (half the width of the 95 % interval) from two
 * draws on, and `downstream.<arm>-<arm>.<labels>` for paired differences, with `.ci`.
 */
export function downstreamMetrics(downstream: RunDownstream): Record<string, number> {
  const { points, differences } = summariseDownstream(downstream);
  const metrics: Record<string, number> = {};
  for (const { arm, labels, accuracy } of points) {
    const name = `downstream.${arm}.${labels}.accuracy`;
    metrics[name] = accuracy.mean;
    if (accuracy.sd !== null) metrics[`${name}.sd`] = accuracy.sd;
    if (accuracy.half !== null) metrics[`${name}.ci`] = accuracy.half;
  }
  for (const { arms, labels, difference } of differences) {
    const name = `downstream.${arms.join('-')}.${labels}`;
    metrics[name] = difference.mean;
    if (difference.half !== null) metrics[`${name}.ci`] = difference.half;
  }
  return metrics;
}
