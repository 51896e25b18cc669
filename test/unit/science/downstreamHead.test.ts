import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import type { PreparedData } from '../../../src/data/prepareData.ts';
import type { HeadLoss } from '../../../src/experiment/autoencoder.ts';
import { fitHead, headObjective, scoresOf } from '../../../src/science/downstreamHead.ts';
import { headLosses, takeLosses } from '../../../src/science/downstreamLosses.ts';
import { fitToTask, largestOf } from '../../../src/science/downstreamTask.ts';
import { type ClassifiedRows, logisticObjective } from '../../../src/science/logisticRegression.ts';
import { takeRows } from '../../../src/science/probeTask.ts';
import { standardisationOf, standardise } from '../../../src/science/standardise.ts';
import { labelledClouds } from './labelledClouds.ts';
import { runToEnd } from './runToEnd.ts';
import { digitsWithoutSplit } from './trainToOptimum.ts';

const start = { seed: 0, draw: 0 };

function cloudRows(seed: number, n = 40, width = 3, count = 4): ClassifiedRows {
  const { x, labels } = labelledClouds({ n, width, count, apart: 1, seed });
  return { x: Float64Array.from(x), width, classes: labels, count };
}

/** Two rows, at -1 and 1, of two classes. */
const pair = { x: Float64Array.of(-1, 1), width: 1, classes: Int32Array.of(0, 1), count: 2 };

describe('a surrogate', () => {
  test('is what its formula says', () => {
    const rows = { classes: Int32Array.of(1, 0), count: 3 };
    const scores = () => Float64Array.of(1, 2, 0, 0.5, -1, 3);
    const softmax = [Math.log(Math.E + Math.E ** 2 + 1) - 2, Math.log(Math.exp(0.5) + Math.exp(-1) + Math.exp(3)) - 0.5];
    expect(takeLosses('crossEntropy', { ...rows, scores: scores() })).toBeCloseTo(softmax[0]! + softmax[1]!, 12);
    expect(takeLosses('squared', { ...rows, scores: scores() })).toBeCloseTo(1 + 1 + 0 + 0.25 + 1 + 9, 12);
    // the second best lies exactly 1 below in the first row; in the second class 2 leads by 2.5
    expect(takeLosses('hinge', { ...rows, scores: scores() })).toBeCloseTo(0 + 3.5, 12);
  });

  test('is never below the share of wrong rows, squared errors times 2', () => {
    const { x } = labelledClouds({ n: 200, width: 3, count: 3, apart: 1, seed: 2 });
    const rows = { classes: Int32Array.from({ length: 200 }, (_, i) => i % 3), count: 3 };
    const wrong = rows.classes.filter((label, i) => largestOf(x, i, 3) !== label).length;
    const loss = (kind: HeadLoss) => takeLosses(kind, { ...rows, scores: Float64Array.from(x) });
    expect(loss('crossEntropy') / Math.log(2)).toBeGreaterThan(wrong);
    expect(loss('hinge')).toBeGreaterThan(wrong);
    expect(2 * loss('squared')).toBeGreaterThan(wrong);
  });

  test('is smoothed from above, and less and less', () => {
    const rows = { classes: Int32Array.of(2), count: 4 };
    const at = (smoothing: number) => takeLosses('hinge', { ...rows, scores: Float64Array.of(0.3, -2, 0.1, 0.9) }, smoothing);
    expect(at(0)).toBeCloseTo(1.8, 12);
    for (const tau of [1, 0.1, 0.01]) {
      expect(at(tau)).toBeGreaterThanOrEqual(1.8);
      expect(at(tau) - 1.8).toBeLessThan(tau * Math.log(4));
    }
  });
});

describe('the objective of a head', () => {
  test.each(headLosses.flatMap((loss) => [[], [5], [4, 3]].map((hidden) => [loss, hidden] as const)))(
    'with %s and hidden layers %j has the gradient that differences of its value give',
    (loss, hidden) => {
      const rows = cloudRows(1);
      const objective = headObjective(rows, { loss, hidden }, { c: 0.7, smoothing: loss === 'hinge' ? 0.5 : 0 });
      const widths = [3, ...hidden, 4];
      const size = widths.slice(1).reduce((sum, to, i) => sum + (widths[i]! + 1) * to, 0);
      const at = Float64Array.from({ length: size }, (_, i) => Math.sin(7 * i + 1));
      const gradient = new Float64Array(size);
      objective(at, gradient);
      const nowhere = new Float64Array(size);
      const valueAt = (i: number, h: number) =>
        objective(
          at.map((v, l) => (l === i ? v + h : v)),
          nowhere,
        );
      gradient.forEach((slope, i) => {
        expect(slope).toBeCloseTo((valueAt(i, 1e-6) - valueAt(i, -1e-6)) / 2e-6, 6);
      });
    },
  );

  test('without hidden layers and with cross-entropy is that of the logistic regression', () => {
    const rows = cloudRows(2);
    const at = Float64Array.from({ length: 16 }, (_, i) => Math.cos(3 * i));
    const [own, other] = [new Float64Array(16), new Float64Array(16)];
    const value = headObjective(rows, { hidden: [], loss: 'crossEntropy' }, { c: 0.3 })(at, own);
    expect(value).toBeCloseTo(logisticObjective(rows, 0.3)(at, other), 12);
    own.forEach((slope, i) => {
      expect(slope).toBeCloseTo(other[i]!, 12);
    });
  });
});

describe('a fitted head', () => {
  const fitPair = (loss: HeadLoss, c: number) => runToEnd(fitHead(pair, { hidden: [], loss }, { c, start }));

  test.each([0.1, 1, 10])('of squared errors at C = %d has weights 2 C / (4 C + 1) and biases 1/2', (c) => {
    const [low, high, ...biases] = fitPair('squared', c);
    // mean loss 2 (u - 1/2)^2 + u^2 / (2 C) of weights -u and u
    expect(high).toBeCloseTo((2 * c) / (4 * c + 1), 6);
    expect(low).toBeCloseTo(-high!, 9);
    for (const bias of biases) expect(bias).toBeCloseTo(0.5, 6);
  });

  test.each([0.05, 0.1, 1, 10])('of the hinge at C = %d has weights min(1/2, 2 C)', (c) => {
    const [low, high] = fitPair('hinge', c);
    // mean loss max(0, 1 - 2 u) + u^2 / (2 C); the smoothed corner is 0.02 wide in u
    expect(Math.abs(high! - Math.min(0.5, 2 * c))).toBeLessThan(0.03);
    expect(low).toBeCloseTo(-high!, 6);
  });

  test('of the hinge ends at the same place from the fit of a neighbouring C', () => {
    const rows = cloudRows(3);
    const form = { hidden: [], loss: 'hinge' as const };
    const near = runToEnd(fitHead(rows, form, { c: 0.1, start }));
    const one = runToEnd(fitHead(rows, form, { c: 1, start }));
    const other = runToEnd(fitHead(rows, form, { c: 1, start: { ...start, near } }));
    for (let at = 0; at < 12; at++) expect(other[at]).toBeCloseTo(one[at]!, 3);
  });

  test('with a hidden layer learns what no linear head can', () => {
    // four clouds on the corners of a square, classes on the diagonals
    const x = Float64Array.from({ length: 160 }, (_, i) => ((Math.floor(i / 2) % 4) & (i % 2 === 0 ? 1 : 2) ? 1 : -1) + 0.2 * Math.sin(i));
    const classes = Int32Array.from({ length: 80 }, (_, i) => Number(i % 4 === 1 || i % 4 === 2));
    const rows = { x, width: 2, classes, count: 2 };
    const right = (hidden: number[]) => {
      const parameters = runToEnd(fitHead(rows, { hidden, loss: 'crossEntropy' }, { c: 100, start }));
      const scores = scoresOf({ widths: [2, ...hidden, 2], parameters }, x);
      return classes.filter((label, i) => largestOf(scores, i, 2) === label).length / 80;
    };
    expect(right([])).toBeLessThan(0.8);
    expect(right([8])).toBe(1);
  });
});

describe('a head on labelled rows', () => {
  const { x, labels } = labelledClouds({ n: 140, width: 3, count: 3, apart: 6, seed: 4 });
  const rowsOf = (from: number, to: number) => Uint32Array.from({ length: to - from }, (_, i) => from + i);
  const task = (validation: Uint32Array, known = rowsOf(0, 30)) => ({
    width: 3,
    known: { x, labels, rows: known },
    validation: { x, labels, rows: validation },
    classes: 3,
  });
  const form = { hidden: [], loss: 'crossEntropy' as const };

  test('takes C = 1 with fewer than 50 validation rows, else the smallest of the best', () => {
    expect(runToEnd(fitToTask(task(rowsOf(40, 89)), form, start))!.strength).toBe(1);
    expect(runToEnd(fitToTask(task(rowsOf(40, 90)), form, start))!.strength).toBeLessThan(1);
  });

  test.each(headLosses)('under %s never names a class that no labelled row shows', (loss) => {
    const shown = rowsOf(0, 60).filter((row) => labels[row] !== 1);
    const head = runToEnd(fitToTask(task(rowsOf(0, 0), shown), { hidden: [], loss }, start))!;
    expect(head.widths).toEqual([3, 3]);
    const scores = scoresOf(head, standardise(x, head.units));
    const named = Array.from(labels, (_, i) => largestOf(scores, i, 3));
    const seen = named.filter((_, i) => labels[i] !== 1);
    expect(seen.filter((name) => name === 1)).toEqual([]);
    expect(seen.filter((name, i) => name === [...labels].filter((label) => label !== 1)[i]).length / seen.length).toBe(1);
  });

  test('is none where a feature is not finite', () => {
    const broken = x.slice();
    broken[4] = Number.NaN;
    const known = { x: broken, labels, rows: rowsOf(0, 30) };
    expect(runToEnd(fitToTask({ ...task(rowsOf(0, 0)), known }, form, start))).toBeNull();
  });
});

describe('beside scikit-learn', () => {
  // written by logisticFixture.py, which says which rows are learned from
  const { cases } = JSON.parse(readFileSync(new URL('logisticFixture.json', import.meta.url), 'utf8')) as {
    cases: { labels: number; strength: number; accuracy: number; trainLoss: number }[];
  };
  let digits: PreparedData;
  beforeAll(async () => {
    digits = await digitsWithoutSplit();
  });

  test.each(cases)(
    'a head on $labels digits at C = $strength gets the same share right',
    ({ labels: count, strength, accuracy, trainLoss }) => {
      const order = Uint32Array.from({ length: 1797 }, (_, i) => (7 * i) % 1797);
      const { inputs, train } = digits;
      const labels = train.labels!;
      const known = takeRows(train.x, inputs, order.subarray(0, count));
      const units = standardisationOf(known, inputs);
      const classes = Int32Array.from(order.subarray(0, count), (row) => labels[row]!);
      const rows = { x: standardise(known, units), width: inputs, classes, count: 10 };
      const parameters = runToEnd(fitHead(rows, { hidden: [], loss: 'crossEntropy' }, { c: strength, start }));
      const head = { widths: [inputs, 10], parameters };
      const asked = order.subarray(400);
      const scores = scoresOf(head, standardise(takeRows(train.x, inputs, asked), units));
      const right = asked.filter((row, i) => largestOf(scores, i, 10) === labels[row]).length / asked.length;
      expect(Math.abs(right - accuracy)).toBeLessThan(0.002);
      const loss = takeLosses('crossEntropy', { scores: scoresOf(head, rows.x), classes: rows.classes, count: 10 }) / count;
      expect(loss).toBeCloseTo(trainLoss, 3);
    },
  );
});
