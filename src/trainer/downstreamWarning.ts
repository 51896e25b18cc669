import type { TrainingSetup } from './trainingSetup.ts';

/** What to say of a run whose encoder is shown the inputs of the test rows; null of all others. */
export function transductiveWarning({ experiment, data }: Pick<TrainingSetup, 'experiment' | 'data'>): string | null {
  if (!experiment.downstream?.transductive) return null;
  return `transductive: the ${data.test.rows.length} test rows are among the rows that the encoder trains on, without their labels; its test losses are of rows that it has seen`;
}
