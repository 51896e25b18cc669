import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Dataset } from '../../../src/data/dataset.ts';
import { loadDataset } from '../../../src/data/loadDataset.ts';
import { type PreparedData, prepareData } from '../../../src/data/prepareData.ts';
import { type DataSection, dataSchema } from '../../../src/experiment/autoencoder.ts';

const media = join(import.meta.dirname, '../../../media');
const section = (settings: Record<string, unknown> = {}): DataSection => dataSchema.parse({ source: 'digits', ...settings });

function table(rows: readonly (readonly number[])[], labels: readonly number[] | null = null): Dataset {
  const inputs = rows[0]?.length ?? 0;
  const columns = Array.from({ length: inputs }, (_, j) => `x${j}`);
  return {
    rows: rows.length,
    inputs,
    columns,
    allColumns: columns,
    values: Float32Array.from(rows.flat()),
    labels: labels && Int32Array.from(labels),
    labelNames: labels ? [...new Set(labels)].filter((label) => label >= 0).map(String) : [],
    imageShape: null,
    format: 'table',
    maximum: 1,
    hash: '',
  };
}

const splits = (data: PreparedData) => [data.train, data.validation, data.test];
const counts = (labels: ArrayLike<number>) => {
  const found = new Map<number, number>();
  for (const label of Array.from(labels)) found.set(label, (found.get(label) ?? 0) + 1);
  return found;
};

let digits: Dataset;
beforeAll(async () => {
  digits = await loadDataset(section(), { folder: '/', media, seed: 0 });
});

describe('splitting', () => {
  it('deals every row to exactly one split, in ascending order, stratified by largest remainder', () => {
    const labelled = fc.array(fc.integer({ min: -1, max: 4 }), { minLength: 4, maxLength: 300, size: 'max' });
    const fraction = fc.double({ min: 0, max: 0.45, noNaN: true });
    fc.assert(
      fc.property(labelled, fraction, fraction, fc.nat(1e6), (labels, validation, test, seed) => {
        const rows = labels.length;
        fc.pre(Math.round(validation * rows) + Math.round(test * rows) < rows);
        const data = prepareData(
          table(
            labels.map((l) => [l]),
            labels,
          ),
          section({ split: { validation, test } }),
          seed,
        );
        const all = splits(data).flatMap((split) => [...split.rows]);
        expect(all.sort((a, b) => a - b)).toEqual(labels.map((_, i) => i));
        expect(data.validation.rows.length).toBe(Math.round(validation * rows));
        expect(data.test.rows.length).toBe(Math.round(test * rows));
        for (const split of splits(data)) {
          expect([...split.rows]).toEqual([...split.rows].sort((a, b) => a - b));
          expect([...split.labels!]).toEqual([...split.rows].map((row) => labels[row]));
        }
        const sizes = counts(labels);
        const held = counts(data.validation.labels!);
        for (const [label, size] of sizes)
          expect(Math.abs((held.get(label) ?? 0) - (data.validation.rows.length * size) / rows)).toBeLessThan(1);
      }),
    );
  });

  it('keeps the classes of digits in proportion: 180 and 359 rows of 1797', () => {
    const data = prepareData(digits, section(), 0);
    expect(splits(data).map((split) => split.rows.length)).toEqual([1258, 180, 359]);
    const sizes = counts(digits.labels!);
    for (const [label, held] of counts(data.test.labels!)) expect(Math.abs(held - (359 * sizes.get(label)!) / 1797)).toBeLessThan(1);
  });

  it('depends on the seed and the split alone, not on scale or centring', () => {
    const first = prepareData(digits, section(), 3);
    for (const other of [section({ scale: 'standardize' }), section({ scale: 'none', center: false })])
      expect(prepareData(digits, other, 3).train.rows).toEqual(first.train.rows);
    expect(prepareData(digits, section(), 4).train.rows).not.toEqual(first.train.rows);
  });

  it('takes counts, and gives all rows to training for "none" and for zeros', () => {
    const counted = prepareData(digits, section({ split: { validation: 100, test: 1 } }), 0);
    expect(splits(counted).map((split) => split.rows.length)).toEqual([1696, 100, 1]);
    for (const split of ['none', { validation: 0, test: 0 }]) {
      const whole = prepareData(digits, section({ split }), 0);
      expect(splits(whole).map((part) => part.rows.length)).toEqual([1797, 0, 0]);
      expect(whole.test.x.length).toBe(0);
    }
  });

  it('does not favour the first labels when every row has its own', () => {
    const labels = Array.from({ length: 200 }, (_, i) => i);
    const data = prepareData(
      table(
        labels.map((l) => [l]),
        labels,
      ),
      section(),
      0,
    );
    const mean = data.validation.labels!.reduce((sum, label) => sum + label, 0) / data.validation.rows.length;
    expect(Math.abs(mean - 99.5)).toBeLessThan(45);
  });

  it('has no labels where the data have none', () => {
    expect(prepareData(table([[1], [2], [3], [4]]), section({ split: 'none' }), 0).train.labels).toBeNull();
  });

  it('refuses splits that do not fit, naming both numbers', () => {
    const ask = (split: unknown) => () => prepareData(digits, section({ split }), 0);
    expect(ask({ validation: 1000, test: 800 })).toThrow('holds out 1000 + 800 = 1800 rows (validation + test), the data have 1797');
    expect(ask({ validation: 0.5, test: 0.5 })).toThrow('holds out 899 + 899 = 1798 rows');
    expect(ask({ validation: 797, test: 1000 })).toThrow('leaves no training rows: validation 797 + test 1000 is all of 1797');
    expect(ask({ validation: 10.5, test: 0.2 })).toThrow(
      'data.split.validation is 10.5: from 1 on it is a count of rows and must be whole',
    );
    expect(ask({ validation: 10.5, test: 0.2 })).toThrow(expect.objectContaining({ path: 'data.split.validation' }));
    expect(ask({ validation: 1000, test: 800 })).toThrow(expect.objectContaining({ path: 'data.split' }));
    expect(() => prepareData(table([[1]]), section({ split: { validation: 0.5, test: 0 } }), 0)).toThrow('leaves no training rows');
  });
});

describe('scaling and centring', () => {
  const columnOf = (x: Float32Array, width: number, j: number) => Array.from(x).filter((_, i) => i % width === j);
  const mean = (values: readonly number[]) => values.reduce((sum, v) => sum + v, 0) / values.length;

  it('divides images by their maximum and leaves tables alone unless told', () => {
    const data = prepareData(digits, section({ center: false, split: 'none' }), 0);
    expect(data.scale).toBe('unit');
    expect(data.train.x).toEqual(digits.values.map((v) => v / 16));
    expect(prepareData(table([[5], [6]]), section({ split: 'none' }), 0).scale).toBe('none');
  });

  it('subtracts the training mean, and only the training mean', () => {
    const data = prepareData(digits, section(), 0);
    for (let j = 0; j < 64; j++) {
      const raw = [...data.train.rows].map((row) => digits.values[row * 64 + j]! / 16);
      expect(data.mean[j]).toBeCloseTo(mean(raw), 12);
      expect(mean(columnOf(data.train.x, 64, j))).toBeCloseTo(0, 6);
    }
    const row = data.test.rows[5]!;
    expect(data.test.x[5 * 64 + 20]).toBe(Math.fround(digits.values[row * 64 + 20]! / 16 - data.mean[20]!));
  });

  it('maps table columns to 0..1, or to mean 0 and deviation 1, by their training rows', () => {
    const rows = Array.from({ length: 100 }, (_, i) => [i ** 2, 7, 1e6 + i]);
    const unit = prepareData(table(rows), section({ scale: 'unit', center: false }), 1);
    for (const j of [0, 2]) {
      const column = columnOf(unit.train.x, 3, j);
      expect([Math.min(...column), Math.max(...column)]).toEqual([0, 1]);
    }
    const standard = prepareData(table(rows), section({ scale: 'standardize' }), 1);
    for (const j of [0, 2]) {
      const column = columnOf(standard.train.x, 3, j);
      expect(mean(column)).toBeCloseTo(0, 6);
      expect(Math.sqrt(mean(column.map((v) => v * v)))).toBeCloseTo(1, 6);
    }
  });

  it('turns constant columns into 0 and restores them, also where held-out rows differ', () => {
    for (const scale of ['unit', 'standardize']) {
      const rows = Array.from({ length: 40 }, (_, i) => [0.1, i]);
      const data = prepareData(table(rows), section({ scale }), 0);
      for (const split of splits(data)) expect(columnOf(split.x, 2, 0).every((v) => v === 0)).toBe(true);
      expect(columnOf(data.restore(data.train.x), 2, 0).every((v) => v === Math.fround(0.1))).toBe(true);
    }
  });

  it('restores the units of the file', () => {
    const value = fc.double({ min: -1000, max: 1000, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(value, value, value), { minLength: 3, maxLength: 30 }),
        fc.constantFrom('none', 'unit', 'standardize'),
        fc.boolean(),
        (rows, scale, center) => {
          const dataset = table(rows);
          const data = prepareData(dataset, section({ scale, center, split: 'none' }), 0);
          data.restore(data.train.x).forEach((v, i) => {
            expect(Math.abs(v - dataset.values[i]!)).toBeLessThan(1e-3);
          });
        },
      ),
    );
  });
});
