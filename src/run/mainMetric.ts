/** Metrics that can stand for a run, most telling first, with their names in a sentence. */
const candidates = [
  ['validation.loss', 'validation loss'],
  ['validation.nats', 'validation loss'],
  ['train.loss', 'training loss'],
  ['train.nats', 'training loss'],
  ['test.loss', 'test loss'],
  ['test.nats', 'test loss'],
] as const;

/** The number that stands for a run. */
export interface MainMetric {
  /** Dotted name. */
  name: string;
  /** Its name in a sentence, lower case. */
  words: string;
  /** What it is counted in, with a space before it: " nats a token"; "" where the experiment says. */
  unit: string;
  value: number;
}

/** The most telling metric that a run has: validation before training before test. */
export function mainMetric(metrics: Readonly<Record<string, number>>): MainMetric | null {
  for (const [name, words] of candidates) {
    const value = metrics[name];
    if (value === undefined) continue;
    const isHidden = metrics[name.replace('.nats', '.maskedAccuracy')] !== undefined;
    const unit = !name.endsWith('.nats') ? '' : isHidden ? ' nats a hidden token' : ' nats a token';
    return { name, words, unit, value };
  }
  return null;
}
