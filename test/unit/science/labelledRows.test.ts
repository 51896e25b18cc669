import fc from 'fast-check';
import { expect, test } from 'vitest';
import { drawLabelledRows } from '../../../src/science/labelledRows.ts';

const someLabels = fc.array(fc.integer({ min: -1, max: 5 }), { maxLength: 120 }).map((labels) => Int32Array.from(labels));

test('as many rows as asked are drawn, each once, each with a label, every class within one row of its share', () => {
  fc.assert(
    fc.property(someLabels, fc.integer({ min: 1, max: 130 }), fc.nat(1000), (labels, count, seed) => {
      const rows = drawLabelledRows(labels, count, seed);
      const known = labels.filter((label) => label >= 0);
      expect(rows.length).toBe(Math.min(count, known.length));
      expect(rows).toEqual(Uint32Array.from(new Set(rows)).sort());
      for (const row of rows) expect(labels[row]).toBeGreaterThanOrEqual(0);
      for (const label of new Set(known)) {
        const share = (rows.length * known.filter((one) => one === label).length) / known.length;
        expect(Math.abs([...rows].filter((row) => labels[row] === label).length - share)).toBeLessThan(1);
      }
    }),
    { numRuns: 300, seed: 1 },
  );
});

test('the largest remainder gets the row that is left', () => {
  // of 4: shares 2.4, 1.2 and 0.4 of 6, 3 and 1 rows; the second row of the last two classes is a matter of chance
  const labels = Int32Array.of(0, 0, 0, 0, 0, 0, 1, 1, 1, 2);
  for (let seed = 0; seed < 10; seed++) {
    const drawn = [...drawLabelledRows(labels, 5, seed)].map((row) => labels[row]);
    expect(drawn.filter((label) => label === 0)).toHaveLength(3);
  }
});

test('the seed and the number of the draw decide, nothing else', () => {
  const labels = Int32Array.from({ length: 200 }, (_, i) => i % 7);
  expect(drawLabelledRows(labels, 50, 3)).toEqual(drawLabelledRows(labels, 50, 3, 0));
  expect(drawLabelledRows(labels, 50, 3)).not.toEqual(drawLabelledRows(labels, 50, 4));
  expect(drawLabelledRows(labels, 50, 3)).not.toEqual(drawLabelledRows(labels, 50, 3, 1));
});
