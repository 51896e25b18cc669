import { loadDataset } from '../data/loadDataset.ts';
import { dataSchema } from '../experiment/autoencoder.ts';
import type { Answer } from '../protocol/server.ts';

/**
 * Reads a data source and says what is in it.
 * @throws UserError when the source cannot be read
 */
export async function describeData(
  ask: { source: string; folder: string; label?: string; header?: boolean },
  media: string,
  signal: AbortSignal,
): Promise<Answer<'describeData'>> {
  const section = dataSchema.parse({ source: ask.source, label: ask.label, header: ask.header });
  const dataset = await loadDataset(section, { folder: ask.folder, media, seed: 0, signal });
  const { rows, columns, allColumns, imageShape, labelNames, hash } = dataset;
  return { rows, columns, allColumns, imageShape, labelNames, hash };
}
