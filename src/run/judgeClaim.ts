import { type ClaimSide, type Expectation, parseExpectation } from '../experiment/expectation.ts';
import type { JudgedClaim } from './runSummary.ts';

/** Evaluations whose spread counts as noise. */
export const noiseEvaluations = 5;

type Metrics = Readonly<Record<string, number>>;

function sideValue(side: ClaimSide, metrics: Metrics): { value: number } | { missing: string } {
  let value = side.constant;
  for (const { metric, factor } of side.terms) {
    const measured = metrics[metric];
    if (measured === undefined) return { missing: metric };
    value += factor * measured;
  }
  return { value };
}

const accuracy = /^downstream\.([A-Za-z]+)\.(\d+)\.accuracy$/;

/**
 * Half the 95 % interval over draws of left - right; 0 where nothing was drawn. Of two arms with as many labels the paired interval, else
 * the sum of those of the metrics, which is no narrower.
 */
function intervalOf({ left, right }: Expectation, end: Metrics): number {
  const terms = [...left.terms, ...right.terms];
  const [a, b] = [accuracy.exec(left.terms[0]?.metric ?? ''), accuracy.exec(right.terms[0]?.metric ?? '')];
  if (a && b && terms.length === 2 && a[2] === b[2] && left.terms[0]!.factor === right.terms[0]!.factor) {
    const paired = end[`downstream.${a[1]}-${b[1]}.${a[2]}.ci`] ?? end[`downstream.${b[1]}-${a[1]}.${a[2]}.ci`];
    if (paired !== undefined) return Math.abs(left.terms[0]!.factor) * paired;
  }
  return terms.reduce((sum, { metric, factor }) => sum + Math.abs(factor) * (end[`${metric}.ci`] ?? 0), 0);
}

/**
 * Judges a claim at the end of a run. It is undecided where the two sides are nearer to each other than the noise: half the range of
 * left - right over the last evaluations, the end included, or half its 95 % interval over draws, whichever is larger. A side that is not
 * a number refutes, since no order holds.
 * @param end metrics at the end
 * @param last metrics of the last evaluations, oldest first, at most five of them count
 */
export function judgeClaim(text: string, end: Metrics, last: readonly Metrics[]): JudgedClaim {
  const undecided = (reason: string): JudgedClaim => ({ text, verdict: 'undecided', left: null, right: null, noise: 0, reason });
  const claim = parseExpectation(text);
  if (typeof claim === 'string') return undecided(claim);
  const [left, right] = [sideValue(claim.left, end), sideValue(claim.right, end)];
  for (const side of [left, right]) if ('missing' in side) return undecided(`the run has no ${side.missing}`);
  if ('missing' in left || 'missing' in right) return undecided('a metric is missing');
  const differences = [...last.slice(-noiseEvaluations), end].flatMap((metrics) => {
    const [a, b] = [sideValue(claim.left, metrics), sideValue(claim.right, metrics)];
    return 'value' in a && 'value' in b && Number.isFinite(a.value - b.value) ? [a.value - b.value] : [];
  });
  const moved = differences.length < 2 ? 0 : (Math.max(...differences) - Math.min(...differences)) / 2;
  const noise = Math.max(moved, intervalOf(claim, end));
  const difference = left.value - right.value;
  const isNear = Math.abs(difference) <= noise && noise > 0;
  const isLess = claim.operator.startsWith('<');
  const holds = difference === 0 ? claim.operator.length === 2 : isLess ? difference < 0 : difference > 0;
  const verdict = isNear ? 'undecided' : holds ? 'confirmed' : 'refuted';
  return { text, verdict, left: left.value, right: right.value, noise };
}
