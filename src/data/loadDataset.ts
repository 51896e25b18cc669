import { stat } from 'node:fs/promises';
import { basename, extname, resolve } from 'node:path';
import type { DataSection } from '../experiment/autoencoder.ts';
import { didYouMean } from '../experiment/didYouMean.ts';
import { UserError } from '../experiment/problem.ts';
import { BUILT_IN } from '../experiment/sourceKind.ts';
import type { Dataset } from './dataset.ts';
import { readDigits } from './digits.ts';
import { explainFile } from './explainFile.ts';
import { readFashion } from './fashion.ts';
import { generateData } from './generateData.ts';
import { readIdx } from './readIdx.ts';
import { readTable } from './readTable.ts';

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

const tables = /\.(csv|tsv)(\.gz)?$/i;
const idxFiles = /(\.idx|-ubyte)(\.gz)?$/i;
const laterFormats = /\.(npy|npz|parquet|png)$/i;

/**
 * Reads or makes the data of an experiment, in the units of the source (splitting and scaling is `prepareData`'s).
 * @throws UserError, one sentence, for everything that the user can mend; the signal's reason when it is aborted
 */
export async function loadDataset(section: DataSection, where: DataPlace): Promise<Dataset> {
  const { source } = section;
  where.signal?.throwIfAborted();
  if (typeof source !== 'string') return withOwnLabel(generateData(source, where.seed), section.label, 'this generator');
  if (source === 'digits') return withOwnLabel(await readDigits(where.media), section.label, '"digits"');
  if (source === 'fashion') return withOwnLabel(await readFashion(where.media), section.label, '"fashion"');
  return readFromFile(resolve(where.folder, source), section, where);
}

/** Data that come with labels have one label column: another one cannot be asked for. */
function withOwnLabel(dataset: Dataset, label: string | undefined, what: string): Dataset {
  if (label === undefined) return dataset;
  if (dataset.labels === null) throw new UserError(`${what} has no labels; remove data.label`, 'data.label');
  const own = dataset.allColumns.at(-1)!;
  if (label === own) return dataset;
  const meant = didYouMean(label, [own]);
  throw new UserError(
    meant === null
      ? `data.label "${label}" is not a label of ${what}: its only label is "${own}"`
      : `data.label "${label}" is not a label of ${what} (did you mean "${own}"?)`,
    'data.label',
  );
}

async function readFromFile(path: string, section: DataSection, { folder, signal }: DataPlace): Promise<Dataset> {
  const name = basename(path);
  try {
    const found = await stat(path);
    if (found.isDirectory())
      throw new UserError(
        `data.source ${path} is a folder; name a .csv or .tsv file in it (folders of images are not built yet)`,
        'data.source',
      );
    if (idxFiles.test(name)) return await readIdxFiles({ path, name }, section.label, { folder, signal });
    if (laterFormats.test(name))
      throw new UserError(`not built yet: reading ${extname(name)} files (${name}); save it as .csv`, 'data.source');
    if (!tables.test(name))
      throw new UserError(
        `data.source ${name} ends in ${extname(name) ? `"${extname(name)}"` : 'no extension'}, which is no known format; use .csv, .tsv or .idx`,
        'data.source',
      );
    return await readTable(path, { name, label: section.label, header: section.header }, signal);
  } catch (error) {
    const fits = (neighbour: string) => tables.test(neighbour) || idxFiles.test(neighbour);
    throw await explainFile(error, { source: String(section.source), path, fits, builtIn: BUILT_IN.autoencoder });
  }
}

/** An IDX file, and the file with its labels where one is named. */
async function readIdxFiles(
  source: { path: string; name: string },
  label: string | undefined,
  { folder, signal }: Pick<DataPlace, 'folder' | 'signal'>,
): Promise<Dataset> {
  if (label === undefined) return readIdx(source, null, signal);
  const path = resolve(folder, label);
  const isThere = await stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
  if (!isThere) throw new UserError(`data.label ${path} does not exist: for an .idx file it names the file with the labels`, 'data.label');
  return readIdx(source, { path, name: basename(path) }, signal);
}
