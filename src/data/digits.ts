import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Dataset } from './dataset.ts';

const side = 8;
const inputs = side * side;

/**
 * The 1797 handwritten digits that ship with the product: 8x8 images of 0 .. 16, labels "0" .. "9".
 * Source: E. Alpaydin, C. Kaynak, Optical Recognition of Handwritten Digits, UCI Machine Learning Repository, 1998.
 * @param media the folder `media` of the product
 */
export async function readDigits(media: string): Promise<Dataset> {
  const bytes = await readFile(join(media, 'datasets', 'digits.csv.gz'));
  const numbers = gunzipSync(bytes).toString('latin1').trim().split(/[,\n]/);
  const rows = numbers.length / (inputs + 1);
  const values = new Float32Array(rows * inputs);
  const labels = new Int32Array(rows);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < inputs; column++) values[row * inputs + column] = Number(numbers[row * (inputs + 1) + column]);
    labels[row] = Number(numbers[row * (inputs + 1) + inputs]);
  }
  const columns = Array.from({ length: inputs }, (_, i) => `pixel ${Math.floor(i / side) + 1},${(i % side) + 1}`);
  return {
    rows,
    inputs,
    columns,
    allColumns: [...columns, 'digit'],
    values,
    labels,
    labelNames: Array.from({ length: 10 }, (_, digit) => String(digit)),
    imageShape: [side, side],
    format: 'image',
    maximum: 16,
    hash: createHash('sha256').update(bytes).digest('hex'),
  };
}
