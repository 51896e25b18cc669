import { expect, test } from 'vitest';
import { latentMeasures, latentSpectrum } from '../../../src/science/latentMeasures.ts';

test('codes that use d directions equally have participation ratio and effective rank d', () => {
  // corners of a cube in the first three of five units, the others silent
  const rows = [-1, 1].flatMap((a) => [-1, 1].flatMap((b) => [-1, 1].map((c) => [a, b, c, 0, 1e-9])));
  const measures = latentMeasures(Float32Array.from(rows.flat()), 5);
  expect(measures['latent.participationRatio']).toBeCloseTo(3, 10);
  expect(measures['latent.effectiveRank']).toBeCloseTo(3, 10);
  expect(measures['latent.deadUnits']).toBe(2);
  expect(measures['latent.numericalRank']).toBe(3);
});

test('unequal variances u give (sum u)^2 / sum u^2 and exp(-sum q ln q)', () => {
  // variances 4 and 1 about a mean that is not zero
  const measures = latentMeasures(Float32Array.of(12, 1, 8, 1, 10, 1 + Math.SQRT2, 10, 1 - Math.SQRT2), 2);
  const [a, b] = [2 / 3, 1 / 3];
  expect(measures['latent.participationRatio']).toBeCloseTo(9 / 5, 6);
  expect(measures['latent.effectiveRank']).toBeCloseTo(Math.exp(-a * Math.log(a) - b * Math.log(b)), 6);
  expect(measures['latent.deadUnits']).toBe(0);
});

test('the spectrum holds the variances along the principal directions, largest first, however the codes are turned', () => {
  // variances 4 and 1 about (10, 1), and the same turned by 30 degrees
  const codes = Float32Array.of(12, 1, 8, 1, 10, 1 + Math.SQRT2, 10, 1 - Math.SQRT2);
  const [c, s] = [Math.cos(Math.PI / 6), Math.sin(Math.PI / 6)];
  const turned = codes.map((value, i) => (i % 2 === 0 ? c * value - s * codes[i + 1]! : s * codes[i - 1]! + c * value));
  for (const one of [codes, turned]) {
    const spectrum = latentSpectrum(one, 2)!;
    expect(spectrum[0]).toBeCloseTo(2, 5);
    expect(spectrum[1]).toBeCloseTo(1, 5);
  }
});

test('there is no spectrum without codes, nor of codes that are not finite', () => {
  expect(latentSpectrum(new Float32Array(), 2)).toBeNull();
  expect(latentSpectrum(Float32Array.of(1, Number.NaN, 2, 3), 2)).toBeNull();
});

test('a unit that fires on a single row is not dead', () => {
  expect(latentMeasures(Float32Array.of(0, 0, 0, 0, 0, 1e-3), 2)['latent.deadUnits']).toBe(1);
});

test('codes that never vary use no direction', () => {
  expect(latentMeasures(new Float32Array(6).fill(3), 2)).toEqual({
    'latent.participationRatio': 0,
    'latent.effectiveRank': 0,
    'latent.numericalRank': 0,
    'latent.deadUnits': 0,
    'latent.sparsity': 0,
  });
});

test('sparsity is 0 for codes all alike, 1 for a single unit, and the mean over rows that are not silent', () => {
  const sparsity = (width: number, ...codes: number[]) => latentMeasures(Float32Array.from(codes), width)['latent.sparsity'];
  expect(sparsity(4, 2, -2, 2, -2)).toBeCloseTo(0, 7);
  expect(sparsity(4, 0, 0, -3, 0)).toBeCloseTo(1, 7);
  expect(sparsity(4, 3, 4, 0, 0)).toBeCloseTo((2 - 7 / 5) / (2 - 1), 7);
  expect(sparsity(4, 0, 0, 1, 0, 0, 0, 0, 0, 1, 1, 1, 1)).toBeCloseTo(0.5, 7);
  expect(sparsity(4, 0, 0, 0, 0)).toBeUndefined();
  expect(sparsity(1, 1, 2)).toBeUndefined();
});

test('codes that are not finite have no measures', () => {
  expect(latentMeasures(Float32Array.of(1, Number.NaN, 2, 3), 2)).toEqual({});
});
