import type { JsonPath } from './jsonText.ts';

/** What is wrong with an experiment, before it has a place in a text. */
export interface Fault {
  path: JsonPath;
  message: string;
  severity: 'error' | 'warning';
  /** Whether the key is wrong, or its value. A missing value is placed at what should hold it. */
  at: 'value' | 'key' | 'missing';
  /** What to write instead: the new key or value as JSON; for a missing key of the experiment itself, "key": value. */
  fix?: string;
  /** Other values that the fault depends on: it is silent where one of them is faulty itself. */
  reads?: readonly JsonPath[];
}

/** Dotted path as people write it; "" is the whole experiment. */
export function dotted(path: JsonPath): string {
  return path.join('.');
}
