import type { DataSection } from '../experiment/autoencoder.ts';
import { UserError } from '../experiment/problem.ts';
import type { Dataset } from './dataset.ts';
import { readDigits } from './digits.ts';

/** Where relative sources, shipped data and random numbers come from. */
export interface DataPlace {
  /** Folder of the experiment file: relative paths start here. */
  folder: string;
  /** The folder `media` of the product. */
  media: string;
  /** Seed of the experiment, for generators. */
  seed: number;
  /** Ends the reading early; looked at between portions of the file. */
  signal?: AbortSignal;
}

/**
 * Reads or makes the data of an experiment, in the units of the source (splitting and scaling is `prepareData`'s).
 * @throws UserError, one sentence, for everything that the user can mend; the signal's reason when it is aborted
 */
export async function loadDataset(section: DataSection, where: DataPlace): Promise<Dataset> {
  where.signal?.throwIfAborted();
  if (section.source === 'digits') return readDigits(where.media);
  throw new UserError(`not built yet: the data source ${JSON.stringify(section.source)}`);
}
