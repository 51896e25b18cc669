import { describe, expect, test } from 'vitest';
import { strengths } from '../../../src/science/linearProbe.ts';
import { type ClassifiedRows, fitLogistic, likeliestClasses, logisticObjective } from '../../../src/science/logisticRegression.ts';
import { labelledClouds } from './labelledClouds.ts';
import { runToEnd } from './runToEnd.ts';

function cloudRows(seed: number, n = 60, width = 5, count = 4): ClassifiedRows {
  const { x, labels } = labelledClouds({ n, width, count, apart: 1, seed });
  return { x: Float64Array.from(x), width, classes: labels, count };
}

/** The objective written down a second time, from its formula: value and gradient by probabilities in a table. */
function written({ x, width, classes, count }: ClassifiedRows, c: number, parameters: Float64Array) {
  const n = classes.length;
  const weight = (j: number, k: number) => parameters[j * count + k]!;
  const gradient = new Float64Array(parameters.length);
  let value = 0;
  classes.forEach((right, i) => {
    const row = [...x.subarray(i * width, (i + 1) * width)];
    const powers = Array.from({ length: count }, (_, k) =>
      Math.exp(row.reduce((sum, v, j) => sum + v * weight(j, k), parameters[width * count + k]!)),
    );
    const total = powers.reduce((a, b) => a + b);
    value -= Math.log(powers[right]! / total) / n;
    powers.forEach((power, k) => {
      const residual = (power / total - Number(k === right)) / n;
      [...row, 1].forEach((v, j) => {
        gradient[j * count + k] = gradient[j * count + k]! + v * residual;
      });
    });
  });
  for (let at = 0; at < width * count; at++) {
    value += parameters[at]! ** 2 / (2 * c * n);
    gradient[at] = gradient[at]! + parameters[at]! / (c * n);
  }
  return { value, size: Math.hypot(...gradient), gradient };
}

describe('the objective', () => {
  test('has the gradient that differences of its value give', () => {
    const rows = cloudRows(1);
    const objective = logisticObjective(rows, 0.3);
    const at = Float64Array.from({ length: 24 }, (_, i) => Math.sin(7 * i));
    const gradient = new Float64Array(24);
    objective(at, gradient);
    const nowhere = new Float64Array(24);
    const valueAt = (i: number, h: number) =>
      objective(
        at.map((v, l) => (l === i ? v + h : v)),
        nowhere,
      );
    gradient.forEach((slope, i) => {
      expect(slope).toBeCloseTo((valueAt(i, 1e-5) - valueAt(i, -1e-5)) / 2e-5, 8);
    });
  });

  test('is the mean cross-entropy + |W|^2 / (2 C n), b excluded', () => {
    const rows = cloudRows(2);
    const at = Float64Array.from({ length: 24 }, (_, i) => Math.cos(3 * i));
    expect(logisticObjective(rows, 0.7)(at, new Float64Array(24))).toBeCloseTo(written(rows, 0.7, at).value, 12);
  });
});

describe('a fit', () => {
  test.each(strengths)('has no gradient left at C = %d', (c) => {
    for (const seed of [1, 2, 3]) {
      const rows = cloudRows(seed);
      expect(written(rows, c, runToEnd(fitLogistic(rows, c))).size).toBeLessThan(1e-6);
    }
  });

  test('of one row on each side of 0 is the root of u (1 + exp 2u) = 2 C', () => {
    for (const c of [0.1, 1, 10]) {
      const rows = { x: Float64Array.of(-1, 1), width: 1, classes: Int32Array.of(0, 1), count: 2 };
      const [low, high, ...biases] = runToEnd(fitLogistic(rows, c));
      expect(high! * (1 + Math.exp(2 * high!))).toBeCloseTo(2 * c, 4);
      expect(low).toBeCloseTo(-high!, 9);
      expect(biases[0]).toBeCloseTo(biases[1]!, 9);
    }
  });

  test('with a tiny C knows nothing but how frequent the classes are', () => {
    const rows = cloudRows(4);
    const parameters = runToEnd(fitLogistic(rows, 1e-9));
    expect(Math.max(...parameters.subarray(0, 20).map(Math.abs))).toBeLessThan(1e-6);
    const odds = parameters.subarray(20);
    const frequency = (k: number) => rows.classes.filter((one) => one === k).length;
    for (const k of [1, 2, 3]) expect(odds[k]! - odds[0]!).toBeCloseTo(Math.log(frequency(k) / frequency(0)), 4);
  });

  test('ends at the same place from another start', () => {
    const rows = cloudRows(5);
    const one = runToEnd(fitLogistic(rows, 1));
    const other = runToEnd(fitLogistic(rows, 1, runToEnd(fitLogistic(rows, 100))));
    for (let at = 0; at < 20; at++) expect(other[at]).toBeCloseTo(one[at]!, 4);
  });

  test('names the classes of clouds that lie apart', () => {
    const { x, labels } = labelledClouds({ n: 90, width: 3, count: 3, apart: 12, seed: 6 });
    const rows = { x: Float64Array.from(x), width: 3, classes: labels, count: 3 };
    expect(likeliestClasses(runToEnd(fitLogistic(rows, 1)), rows.x, 3)).toEqual(labels);
  });
});
