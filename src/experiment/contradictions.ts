import type { Experiment } from './experiment.ts';
import type { Fault } from './fault.ts';

/** What the schema cannot say: settings that are fine alone and contradict each other. */
export function findContradictions(_experiment: Experiment, _written: unknown): Fault[] {
  return [];
}
