import type { AutoencoderExperiment } from '../experiment/autoencoder.ts';
import { UserError } from '../experiment/problem.ts';
import type { PreparedData, PreparedSplit } from './prepareData.ts';

/**
 * Refuses a comparison with few labels that its data cannot answer: no labels, labelled rows of fewer than two classes, no labelled test
 * row, more labels than there are. Fewer labels than classes are no fault: the run says which classes no row shows.
 * @throws UserError with the numbers, and what to change
 */
export function requireDownstream(
  { downstream }: Pick<AutoencoderExperiment, 'downstream'>,
  { train, test }: Pick<PreparedData, 'train' | 'test'>,
): void {
  if (downstream === undefined) return;
  if (train.labels === null)
    throw new UserError('downstream learns from labels, and the data have none; set data.label, or remove downstream', 'downstream');
  const known = labelledRows(train);
  const most = known.length;
  const asked = labelledRows(test).length;
  if (asked === 0) {
    const message = `downstream compares on test rows, and of ${test.rows.length} none has a label; make data.split.test larger, or remove downstream`;
    throw new UserError(message, 'data.split');
  }
  const classes = new Set(known).size;
  if (classes < 2) {
    const message = `downstream tells classes apart, and the ${most} training rows with a label have ${classes}; set data.label to a column with at least 2, or remove downstream`;
    throw new UserError(message, 'downstream');
  }
  const over = downstream.labels.findIndex((budget) => budget > most);
  if (over < 0) return;
  const message = `downstream.labels must be at most ${most}, the training rows with a label, got ${downstream.labels[over]}`;
  throw new UserError(message, `downstream.labels.${over}`);
}

/** Classes of the rows that have one. */
function labelledRows({ labels }: PreparedSplit): number[] {
  return labels === null ? [] : [...labels].filter((label) => label >= 0);
}
