import { similarityWords } from '../../src/run/similarityWords.ts';
import { cutText, formatNumber, formatPlain } from './formatNumber.ts';

/** Nearer than this a learned number is said to be at its prediction. */
const near = 0.02;

/** 1 direction, 3 directions. */
const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

/** Place and size of the largest difference of two lists; null where one is empty. */
function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): { at: number; size: number } | null {
  let found: { at: number; size: number } | null = null;
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const size = Math.abs(a[i]! - b[i]!);
    if (Number.isFinite(size) && (found === null || size > found.size)) found = { at: i, size };
  }
  return found;
}

/** What the filter does to the principal directions, and how far that is from its prediction. */
export function sayFilter(learned: Float32Array, predicted: Float32Array | undefined, variance: Float32Array | undefined): string {
  const difference = predicted && largestDifference(learned, predicted);
  if (difference) {
    if (difference.size < near) return `Every direction is kept as predicted, to within ${formatPlain(difference.size, 1)}.`;
    const share = variance?.[difference.at];
    const weight = share === undefined ? '' : ` (variance ${formatNumber(share, 2)})`;
    return `Farthest from the prediction is direction ${difference.at + 1}${weight}: ${formatNumber(learned[difference.at]!, 2)} instead of ${formatNumber(predicted[difference.at]!, 2)}.`;
  }
  const kept = learned.filter((value) => value > 0.5).length;
  if (kept === 0) return 'No principal direction is kept by half yet.';
  return `${counted(kept, 'principal direction')} ${kept === 1 ? 'is' : 'are'} kept by more than half, the first to ${formatNumber(learned[0]!, 2)}.`;
}

/** Whether the map shrinks or expands. */
export function saySingular(map: Float32Array, best: Float32Array | undefined): string {
  const above = map.filter((value) => value > 1 + near).length;
  const whole = map.filter((value) => Math.abs(value - 1) <= near).length;
  const part = map.filter((value) => value < 1 - near && value > near).length;
  const parts = [
    above > 0 ? `expands ${counted(above, 'direction')}` : null,
    whole > 0 ? `keeps ${counted(whole, 'direction')} whole` : null,
    part > 0 ? `shrinks ${counted(part, 'direction')}` : null,
  ].filter((one) => one !== null);
  const does = parts.length === 0 ? 'W loses everything' : `W ${joined(parts)}`;
  const difference = best && largestDifference(map, best);
  if (!difference) return `${does}.`;
  return difference.size < near
    ? `${does}, as the best one does.`
    : `${does}; the best W differs by up to ${formatNumber(difference.size, 2)}.`;
}

const joined = (parts: readonly string[]): string =>
  parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;

/** What a network does around its rows. */
export function sayJacobian(values: Float32Array): string {
  const kept = values.filter((value) => value > 0.5).length;
  const expanded = values.filter((value) => value > 1 + near).length;
  const all = `Around a row ${counted(kept, 'direction')} of ${values.length} ${kept === 1 ? 'passes' : 'pass'} by more than half`;
  return expanded === 0 ? `${all}, none is expanded.` : `${all}, ${expanded} ${expanded === 1 ? 'is' : 'are'} expanded.`;
}

/** How the variance of the codes is spread. */
export function sayCodes(values: Float32Array): string {
  const total = values.reduce((sum, value) => sum + value, 0);
  if (!(total > 0)) return 'The codes do not vary.';
  let [sum, count] = [0, 0];
  while (sum < 0.9 * total && count < values.length) sum += values[count++]!;
  return `Nine tenths of the variance of the codes ${count === 1 ? 'lies' : 'lie'} along ${count} of ${counted(values.length, 'direction')}.`;
}

/** Which number of steps denoises best. */
export function sayDepth(spectra: ReadonlyMap<string, Float32Array>): string {
  const steps = spectra.get('depth.steps')!;
  const measured = spectra.get('depth.measured') ?? new Float32Array(0);
  const predicted = spectra.get('depth.predicted');
  const bestOf = (values: Float32Array): number => steps[values.indexOf(Math.min(...values))] ?? 0;
  if (measured.length === 0) return 'Nothing was measured.';
  const best = bestOf(measured);
  const forecast = predicted && predicted.length > 0 ? `, predicted ${bestOf(predicted)}` : '';
  const last = steps.at(-1)!;
  if (best === last) return `The more steps, the better, up to ${counted(last, 'step')}${forecast}.`;
  const worse = measured.at(-1)! / Math.min(...measured) - 1;
  return `Best after ${counted(best, 'step')}${forecast}; after ${last} the loss is ${formatPlain(100 * worse, 2)} % higher: stopping early denoises.`;
}

/** How many dimensions of the best subspace were found. */
export function sayAngles(degrees: readonly number[]): string {
  const known = degrees.filter(Number.isFinite);
  if (known.length === 0) return 'Not measured yet.';
  const found = known.filter((angle) => angle < 1).length;
  const worst = Math.max(...known);
  if (found === known.length) return `The best subspace is found: no direction of it is more than ${formatPlain(worst, 2)}° away.`;
  return `${found} of ${counted(known.length, 'direction')} of the best subspace ${found === 1 ? 'is' : 'are'} found to within 1°; the farthest is ${formatPlain(worst, 2)}° away.`;
}

/** Where a curve first passes half of its last value; null where it never does. */
function halfway(points: readonly { x: number; y: number }[]): number | null {
  const end = points.at(-1)?.y ?? 0;
  return end < 0.05 ? null : (points.find(({ y }) => y >= end / 2)?.x ?? null);
}

/** In which order the directions are learned, and how well that is foretold. */
export function sayModes(curves: readonly { x: number; y: number }[][], learned: readonly number[], predicted: readonly number[]): string {
  const times = curves.map(halfway);
  const known = times.filter((time) => time !== null);
  if (known.length === 0) return 'No direction is learned yet.';
  if (known.every((time) => time <= 0)) return 'The directions have stood since the start.';
  const first = times.findIndex((time) => time !== null);
  const last = times.findLastIndex((time) => time !== null);
  const isOrdered = known.every((time, i) => i === 0 || time >= known[i - 1]!);
  const order =
    first === last
      ? `Only direction ${first + 1} is learned so far`
      : `${isOrdered ? 'Large directions first' : 'Not in order of size'}: number ${first + 1} was half learned by epoch ${formatPlain(times[first]!, 2)}, number ${last + 1} by epoch ${formatPlain(times[last]!, 2)}`;
  const difference = largestDifference(learned, predicted);
  return difference ? `${order}; the prediction is at most ${formatNumber(difference.size, 2)} away.` : `${order}.`;
}

/** How alike the codes of two runs are, and whether they came together. */
export function saySimilarity(name: string, points: readonly { y: number }[]): string {
  const known = points.filter(({ y }) => Number.isFinite(y));
  const [first, last] = [known[0], known.at(-1)];
  if (!first || !last) return 'No kept moment of this run has codes to compare.';
  return `The codes and those of “${cutText(name, 60)}” are ${similarityWords(last.y)}: ${formatNumber(last.y, 2)}, ${formatNumber(first.y, 2)} at the start.`;
}
