import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatClock } from '../../src/run/format.ts';
import { bestPoint } from '../../webview/draw/bestPoint.ts';
import { decimalsFor, formatEpoch, formatNumber, formatPlain } from '../../webview/draw/formatNumber.ts';
import { nearestPoint, pointStyles, squareAround } from '../../webview/draw/latentPicture.ts';
import { spread } from '../../webview/draw/lossMarks.ts';
import { isLossCurve, mainCurve, metricFacts } from '../../webview/draw/metricFacts.ts';
import { filmEnd, linearAxis, logAxis, stepAbove } from '../../webview/draw/niceAxis.ts';
import { classColour } from '../../webview/draw/palette.ts';
import { rowErrors } from '../../webview/draw/samplePictures.ts';
import { CurveSamples } from '../../webview/state/curveSamples.ts';

const positive = fc.double({ min: 1e-6, max: 1e9, noNaN: true });

test('the step above is 1, 2 or 5 times a power of ten, at least the value and less than 2.5 times it', () => {
  fc.assert(
    fc.property(positive, (value) => {
      const step = stepAbove(value);
      expect(step).toBeGreaterThanOrEqual(value * (1 - 1e-9));
      expect(step).toBeLessThanOrEqual(2.5 * value * (1 + 1e-9));
      expect([1, 2, 5, 10]).toContain(Number((step / 10 ** Math.floor(Math.log10(value))).toPrecision(6)));
    }),
  );
});

test('axes hold their values, and do not change while the values stay inside', () => {
  fc.assert(
    fc.property(positive, positive, fc.double({ min: 0, max: 1, noNaN: true }), (a, b, share) => {
      const [low, high] = [Math.min(a, b), Math.max(a, b) * 1.001];
      for (const make of [linearAxis, logAxis]) {
        const axis = make(low, high);
        expect(axis.min).toBeLessThanOrEqual(low * (1 + 1e-9));
        expect(axis.max).toBeGreaterThanOrEqual(high * (1 - 1e-9));
        const again = make(low, high + share * (axis.max - high) * 0.999);
        expect(again.max).toBeCloseTo(axis.max, 6);
      }
    }),
  );
});

test('an axis that would begin at 0 further up, or need a coarser tick, keeps still while its values stay inside', () => {
  for (const [low, high] of [
    [10.9, 16.85],
    [4.95, 9.6],
    [1, 1.99],
  ] as const) {
    const axis = linearAxis(low, high);
    for (let share = 0; share <= 1; share += 0.01) expect(linearAxis(low, high + share * (axis.max - high))).toEqual(axis);
  }
});

test('an axis without values, or with one value, is still an axis', () => {
  for (const axis of [
    linearAxis(Infinity, -Infinity),
    linearAxis(0, 0),
    linearAxis(3, 3),
    linearAxis(-2, -2),
    logAxis(Infinity, -Infinity),
    logAxis(1, 1),
  ])
    expect(axis.max).toBeGreaterThan(axis.min);
});

test('the axis of epochs grows in steps up to the total', () => {
  expect([0, 0.3, 1, 1.2, 4, 6, 19, 21, 49, 50].map((epoch) => filmEnd(epoch, 50))).toEqual([1, 1, 1, 2, 5, 10, 20, 50, 50, 50]);
  expect(filmEnd(60, 50)).toBe(60);
  expect(filmEnd(0.1, 0.25)).toBe(0.25);
});

test('labels are spread without overlap, in order and inside', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 300, noNaN: true }), { maxLength: 20 }), (places) => {
      const labels = places.map((y) => ({ y }));
      spread(labels, 7, 293);
      for (let i = 1; i < labels.length; i++) expect(labels[i]!.y - labels[i - 1]!.y).toBeGreaterThanOrEqual(14 - 1e-9);
      for (const { y } of labels) expect(y).toBeGreaterThanOrEqual(7 - 1e-9);
      for (const { y } of labels) expect(y).toBeLessThanOrEqual(293 + 1e-9);
    }),
  );
});

test('a curve holds at most 4096 samples, keeps first, last and extremes, and its length counts all points', () => {
  const curve = new CurveSamples();
  for (let batch = 0; batch < 100; batch++) {
    const pairs = new Float64Array(2000);
    for (let i = 0; i < 1000; i++) {
      const step = batch * 1000 + i;
      pairs[2 * i] = step;
      pairs[2 * i + 1] = step === 31_415 ? 99 : step === 62_831 ? -99 : Math.sin(step / 500);
    }
    curve.append(pairs);
    curve.length = (batch + 1) * 1000;
  }
  expect(curve.held).toBeLessThanOrEqual(4096);
  expect(curve.steps[0]).toBe(0);
  expect(curve.lastStep).toBe(99_999);
  expect(curve.values).toContain(99);
  expect(curve.values).toContain(-99);
  expect([...curve.steps].every((step, i, all) => i === 0 || step >= all[i - 1]!)).toBe(true);
  const seen = curve.between(30_000, 33_000, 100);
  expect(seen.filter((_, i) => i % 2 === 1)).toContain(99);
  curve.cutAfter(50_000);
  expect(curve.lastStep).toBeLessThanOrEqual(50_000);
  expect(curve.valueAt(-1)).toBeNull();
  expect(curve.valueAt(31_415)).toBe(99);
});

test('the square holds every point, stays around the origin where they are, and grows in steps', () => {
  fc.assert(
    fc.property(fc.array(fc.float({ min: -1000, max: 1000, noNaN: true }), { minLength: 2, maxLength: 60 }), (values) => {
      const positions = Float32Array.from(values.length % 2 ? values.slice(1) : values);
      const { centre, radius } = squareAround(positions);
      positions.forEach((value, i) => {
        expect(Math.abs(value - centre[i & 1]!)).toBeLessThanOrEqual(radius * (1 + 1e-6));
      });
    }),
  );
  expect(squareAround(Float32Array.of(-4, -4, 4, 4.1))).toEqual({ centre: [0, 0], radius: 5 });
  expect(squareAround(Float32Array.of(Number.NaN, Number.NaN))).toEqual({ centre: [0, 0], radius: 1 });
});

test('hidden points and points that are nowhere are neither drawn nor found', () => {
  const sample = {
    rows: 3,
    labels: [0, 1, -1],
    labelNames: ['a', 'b'],
    pictured: 0,
    imageShape: null,
    columns: [],
    inputs: null,
    corrupted: null,
    tokens: null,
  };
  const positions = Float32Array.of(0, 0, 1, 1, Number.NaN, 0);
  expect(pointStyles(positions, sample, []).shown).toBe(2);
  const styles = pointStyles(positions, sample, ['b']);
  expect(styles.shown).toBe(1);
  expect(nearestPoint(positions, styles, [1, 1], 0.5)).toBe(-1);
  expect(nearestPoint(positions, styles, [0.1, 0], 0.5)).toBe(0);
});

test('numbers are short, aligned and say what they are', () => {
  expect([1.2345, 0, 123456, 0.00012345, 1e-9, 1e9, -2.5, Number.NaN, -Infinity].map((value) => formatNumber(value))).toEqual([
    '1.23',
    '0',
    '123456',
    '0.000123',
    '1.00e−9',
    '1.00e9',
    '−2.50',
    'not a number',
    '−∞',
  ]);
  expect([0.001, 16, 0.5, 100].map((value) => formatPlain(value))).toEqual(['0.001', '16', '0.5', '100']);
  expect([12.3, 1.2, 0.12, 0].map(decimalsFor)).toEqual([1, 2, 3, 2]);
  expect([4, 61, 3661].map(formatClock)).toEqual(['0:04', '1:01', '1:01:01']);
  expect([31, 0.25, 12.3456].map(formatEpoch)).toEqual(['31', '0.25', '12.3']);
});

test('metrics have names and definitions, and one of them stands for the run', () => {
  expect(metricFacts('validation.loss')).toMatchObject({ label: 'validation' });
  expect(metricFacts('train.lossMasked').definition).toContain('hidden only');
  expect(metricFacts('mine').label).toBe('mine');
  expect(mainCurve(['batch.loss', 'train.loss'])).toBe('train.loss');
  expect(mainCurve([])).toBeNull();
  expect(['validation.lossCorrupted', 'theory.optimum', 'learningRate'].map(isLossCurve)).toEqual([true, false, false]);
});

test('errors of rows are root mean squares', () => {
  expect([...rowErrors(Float32Array.of(0, 0, 1, 1), Float32Array.of(3, 4, 1, 1), 2)]).toEqual([Math.sqrt(12.5), 0]);
});

/** Rows of the matrices of Machado et al. 2009, severity 1, on linear light. */
const sights: Record<string, number[][]> = {
  normal: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

for (const isDark of [false, true])
  for (const [sight, matrix] of Object.entries(sights))
    test(`any two of the ten ${isDark ? 'dark' : 'light'} colours are apart for ${sight}`, () => {
      const seen = Array.from({ length: 10 }, (_, i) => oklab(matrix.map((row) => clamp(dot(row, linear(classColour(i, isDark)))))));
      for (let i = 0; i < 10; i++)
        for (let j = 0; j < i; j++) expect(100 * distance(seen[i]!, seen[j]!)).toBeGreaterThan(sight === 'normal' ? 17 : 10);
    });

for (const isDark of [false, true])
  test(`the ${isDark ? 'dark' : 'light'} colours stand out from their background`, () => {
    const light = (hex: string): number => dot([0.2126, 0.7152, 0.0722], linear(hex)) + 0.05;
    const paper = light(isDark ? '#1f1f1f' : '#ffffff');
    for (let i = 0; i < 10; i++) {
      const ink = light(classColour(i, isDark));
      expect(Math.max(ink, paper) / Math.min(ink, paper)).toBeGreaterThan(2.5);
    }
  });

const dot = (a: number[], b: number[]): number => a.reduce((sum, value, i) => sum + value * b[i]!, 0);
const clamp = (value: number): number => Math.min(1, Math.max(0, value));
const distance = (a: number[], b: number[]): number => Math.hypot(...a.map((value, i) => value - b[i]!));

function linear(hex: string): number[] {
  return [1, 3, 5].map((at) => {
    const shade = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return shade <= 0.04045 ? shade / 12.92 : ((shade + 0.055) / 1.055) ** 2.4;
  });
}

/** Ottosson's OKLab of linear sRGB. */
function oklab(rgb: number[]): number[] {
  const cones = [
    [0.4122214708, 0.5363325363, 0.0514459929],
    [0.2119034982, 0.6806995451, 0.1073969566],
    [0.0883024619, 0.2817188376, 0.6299787005],
  ];
  const [l, m, s] = cones.map((row) => Math.cbrt(dot(row, rgb)));
  return [
    [0.2104542553, 0.793617785, -0.0040720468],
    [1.9779984951, -2.428592205, 0.4505937099],
    [0.0259040371, 0.7827717662, -0.808675766],
  ].map((row) => dot(row, [l!, m!, s!]));
}

test('the best point is the smallest of a loss and the largest of an accuracy, whatever is not finite', () => {
  const curve = { steps: Float64Array.of(0, 1, 2, 3, 4), values: Float64Array.of(Number.NaN, 3, 1, 2, Number.NEGATIVE_INFINITY) };
  expect(bestPoint('validation.loss', curve)).toEqual({ step: 2, value: 1 });
  expect(bestPoint('probe.linear.accuracy', curve)).toEqual({ step: 1, value: 3 });
  expect(bestPoint('x', { steps: new Float64Array(0), values: new Float64Array(0) })).toBe(null);
});
