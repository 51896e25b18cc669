import type { DownstreamArm } from '../experiment/autoencoder.ts';
import type { RunDownstream } from './downstreamState.ts';
import { type ArmDifference, comparedArms, type DownstreamSummary, type Estimate, summariseDownstream } from './downstreamSummary.ts';
import { formatFigure } from './format.ts';
import type { LabelWorth } from './labelWorth.ts';

/** Arms of the closing line: what the encoder can do at its best, and without it. */
const headline: readonly DownstreamArm[] = ['fineTune', 'frozen', 'scratch', 'raw', 'pca'];

/** "0.882 ± 0.031": mean and half of the 95 % interval; the mean alone with one draw. */
export function describeEstimate({ mean, half }: Estimate): string {
  return half === null ? mean.toFixed(3) : `${mean.toFixed(3)} ± ${half.toFixed(3)}`;
}

/** "+0.041 ± 0.020" */
export function describeDifference({ difference }: ArmDifference): string {
  return `${difference.mean < 0 ? '−' : '+'}${describeEstimate({ ...difference, mean: Math.abs(difference.mean) })}`;
}

/** "10, 50 and 200" */
function listed(words: readonly (string | number)[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

/** Which differences of a pair exceed the noise and which do not; null where the pair was not measured. */
function pairSentence(pair: readonly [DownstreamArm, DownstreamArm], differences: readonly ArmDifference[]): string | null {
  const own = differences.filter(({ arms }) => arms[0] === pair[0] && arms[1] === pair[1]);
  if (own.length === 0) return null;
  if (own.some(({ difference }) => difference.half === null))
    return `${pair[0]} against ${pair[1]}: ${own.map((one) => `${describeDifference(one)} with ${one.labels} labels`).join(', ')}; one draw does not tell the noise`;
  const told = (part: readonly ArmDifference[]) =>
    `with ${listed(part.map(({ labels }) => labels))} labels (${part.map(describeDifference).join(', ')})`;
  const above = own.filter(({ exceedsNoise, difference }) => exceedsNoise && difference.mean > 0);
  const below = own.filter(({ exceedsNoise, difference }) => exceedsNoise && difference.mean < 0);
  const within = own.filter(({ exceedsNoise }) => !exceedsNoise);
  const parts = [
    above.length > 0 ? `is better than ${pair[1]} ${told(above)}` : '',
    below.length > 0 ? `is worse than ${pair[1]} ${told(below)}` : '',
    within.length > 0 ? `does not differ from ${pair[1]} by more than the noise ${told(within)}` : '',
  ];
  return `${pair[0]} ${parts.filter((part) => part !== '').join(', ')}`;
}

/**
 * "50 labels with frozen are worth 143 with scratch (95 %: 98 to more than 200)"
 * @param budgets what was measured
 */
export function describeWorth({ arm, labels, needed, low, high }: LabelWorth, budgets: readonly number[]): string {
  const word = (value: number) => {
    if (value === Number.POSITIVE_INFINITY) return `more than ${Math.max(...budgets)}`;
    return value === 0 ? `fewer than ${Math.min(...budgets)}` : formatFigure(Math.round(value));
  };
  const interval =
    low === 0 && high === Number.POSITIVE_INFINITY ? 'the noise leaves any number open' : `95 %: ${word(low)} to ${word(high)}`;
  return `${labels} labels with ${arm} are worth ${word(needed)} with scratch (${low === high ? '95 %: the same' : interval})`;
}

/** What the comparison says, a sentence each: how it was done, which differences exceed the noise, what the encoder is worth in labels. */
export function downstreamSentences(downstream: RunDownstream): string[] {
  const summary = summariseDownstream(downstream);
  const { testRows, draws, transductive } = downstream;
  const isWhole = summary.done >= summary.total;
  const progress = isWhole ? '' : `${summary.done} of ${summary.total} fits so far; `;
  const mean = isWhole ? `mean of ${draws} draw${draws === 1 ? '' : 's'}` : 'mean of the draws that there are';
  const unseen = Math.max(0, ...summary.points.map((point) => point.unseen));
  return [
    `${progress}accuracy on ${testRows} test rows, ${mean} ± its 95 % interval`,
    ...(transductive ? ['transductive: the encoder has seen the inputs of the test rows'] : []),
    ...(unseen > 0
      ? [`up to ${unseen} of ${downstream.classes.length} classes had no labelled row in a draw: their test rows count as wrong`]
      : []),
    ...comparedArms.flatMap((pair) => pairSentence(pair, summary.differences) ?? []),
    ...summary.worth.map((worth) => describeWorth(worth, downstream.labels)),
  ];
}

/** One line for the end of a run: "fineTune 0.882 ± 0.031, scratch 0.859 ± 0.028 with 50 labels"; null before anything is measured. */
export function downstreamLine(downstream: RunDownstream): string | null {
  const { points }: DownstreamSummary = summariseDownstream(downstream);
  const budgets = [...new Set(points.map(({ labels }) => labels))];
  const budget = budgets[Math.floor((budgets.length - 1) / 2)];
  if (budget === undefined) return null;
  const here = points.filter(({ labels }) => labels === budget);
  const arms = headline.filter((arm) => here.some((point) => point.arm === arm));
  const told = arms.includes('scratch') && arms[0] !== 'scratch' ? [arms[0]!, 'scratch'] : arms.slice(0, 2);
  const words = told.map((arm) => `${arm} ${describeEstimate(here.find((point) => point.arm === arm)!.accuracy)}`);
  return `${words.join(', ')} with ${budget} labels${downstream.transductive ? ' (transductive)' : ''}`;
}
