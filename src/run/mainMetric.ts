/** Metrics that can stand for a run, most telling first, with their names in a sentence. */
const candidates = [
  ['validation.loss', 'validation loss'],
  ['validation.nats', 'validation nats a token'],
  ['train.loss', 'training loss'],
  ['train.nats', 'training nats a token'],
  ['test.loss', 'test loss'],
  ['test.nats', 'test nats a token'],
] as const;

/** The number that stands for a run. */
export interface MainMetric {
  /** Dotted name. */
  name: string;
  /** Its name in a sentence, lower case. */
  words: string;
  value: number;
}

/** The most telling metric that a run has: validation before training before test. */
export function mainMetric(metrics: Readonly<Record<string, number>>): MainMetric | null {
  for (const [name, words] of candidates) {
    const value = metrics[name];
    if (value !== undefined) return { name, words, value };
  }
  return null;
}
