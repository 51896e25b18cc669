import { formatFigure, formatPercent } from './format.ts';
import type { MainMetric } from './mainMetric.ts';

/** Below this relative distance to the entropy of its source a model is said to be at it. */
const AT_ENTROPY = 0.005;
/** A smaller difference in nats is none that three digits show. */
const SAME_NATS = 0.005;

/** What a loss is read against where the entropy of the source is not known, the most telling first. */
const references = [
  ['theory.bigram', 'counting pairs'],
  ['theory.unigram', 'counting single tokens'],
  ['theory.uniform', 'guessing blindly'],
] as const;

type Metrics = Readonly<Record<string, number>>;

/** The perplexity of a loss in nats, e to its power, in brackets: " (perplexity 8)"; "" for other metrics. */
export function sayPerplexity({ name, value }: MainMetric): string {
  return name.endsWith('.nats') ? ` (perplexity ${formatFigure(Math.exp(value))})` : '';
}

/** "45 % of hidden tokens right"; null for a model that hides none. */
export function sayHidden(metrics: Metrics, { name }: MainMetric): string | null {
  const accuracy = metrics[`${name.split('.')[0]}.maskedAccuracy`];
  return accuracy === undefined || !Number.isFinite(accuracy) ? null : `${formatPercent(accuracy)} of hidden tokens right`;
}

/**
 * What a loss in nats a token is to be read against: the entropy of its source where that is known ("1 % above the entropy of its source
 * (1.23)"), else what counting pairs reaches ("0.35 nats below counting pairs (2.43)"), else single tokens, else guessing.
 * @returns null for other metrics, and where the run tells of none of them
 */
export function sayAgainstCounts(metrics: Metrics, { name, value }: MainMetric): string | null {
  if (!name.endsWith('.nats')) return null;
  const entropy = metrics['theory.entropy'];
  if (entropy !== undefined && entropy > 0) return sayEntropy(value, entropy);
  for (const [reference, words] of references) {
    const other = metrics[reference];
    if (other === undefined || !Number.isFinite(other)) continue;
    const difference = value - other;
    const what = `${words} (${formatFigure(other)})`;
    if (Math.abs(difference) < SAME_NATS) return `as good as ${what}`;
    return `${formatFigure(Number(Math.abs(difference).toPrecision(2)))} nats ${difference < 0 ? 'below' : 'above'} ${what}`;
  }
  return null;
}

function sayEntropy(value: number, entropy: number): string {
  const gap = value / entropy - 1;
  const what = `the entropy of its source (${formatFigure(entropy)})`;
  if (Math.abs(gap) < AT_ENTROPY) return `at ${what}`;
  return `${formatPercent(Math.abs(gap))} ${gap > 0 ? 'above' : 'below'} ${what}`;
}
