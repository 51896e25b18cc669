import { join } from 'node:path';
import type { Dataset } from './dataset.ts';
import { readIdx } from './readIdx.ts';

const classes = ['T-shirt/top', 'Trouser', 'Pullover', 'Dress', 'Coat', 'Sandal', 'Shirt', 'Sneaker', 'Bag', 'Ankle boot'];

/**
 * The 4,000 articles of clothing that ship with the product: 28x28 images of 0 .. 255, 400 of each of ten classes.
 * Source: H. Xiao, K. Rasul, R. Vollgraf, Fashion-MNIST: a novel image dataset for benchmarking machine learning algorithms, 2017.
 * @param media the folder `media` of the product
 */
export async function readFashion(media: string): Promise<Dataset> {
  const file = (name: string) => ({ path: join(media, 'datasets', name), name });
  const found = await readIdx(file('fashion-images.idx.gz'), file('fashion-labels.idx.gz'));
  return { ...found, allColumns: [...found.columns, 'class'], labelNames: found.labelNames.map((name) => classes[Number(name)]!) };
}
