import { describe, expect, test } from 'vitest';
import type { Corruption } from '../../../src/experiment/autoencoder.ts';
import { corruptRows, drawCorruption, keptScale } from '../../../src/science/corruption.ts';
import { drawStored, storedDraw } from '../../../src/science/storedDraws.ts';

const mask: Corruption = { kind: 'mask', ratio: 0.3, rescale: true, flags: false, shape: 'coordinates', blockSize: 2 };
const gaussian: Corruption = { kind: 'gaussian', sigma: 0.25 };
const draw = (corruption: Corruption, n: number, at: Parameters<typeof drawCorruption>[2]) => {
  const out = new Float32Array(n);
  drawCorruption(corruption, out, at);
  return out;
};

describe('the draw of a corruption', () => {
  test('of a mask keeps each coordinate with probability p, by itself', () => {
    const kept = draw(mask, 100_000, { seed: 1, step: 1 });
    expect(new Set(kept)).toEqual(new Set([0, 1]));
    const share = kept.reduce((sum, v) => sum + v, 0) / kept.length;
    expect(Math.abs(share - 0.7)).toBeLessThan(0.006);
    let both = 0;
    for (let i = 1; i < kept.length; i++) both += kept[i]! * kept[i - 1]!;
    expect(Math.abs(both / kept.length - 0.49)).toBeLessThan(0.008);
  });

  test('of Gaussian noise is standard normal, sigma comes later', () => {
    const noise = draw(gaussian, 100_000, { seed: 1, step: 1 });
    expect(Math.abs(noise.reduce((sum, v) => sum + v, 0) / noise.length)).toBeLessThan(0.015);
    expect(Math.abs(noise.reduce((sum, v) => sum + v * v, 0) / noise.length - 1)).toBeLessThan(0.02);
  });

  test('is another at every step and for every seed, and the same when asked again', () => {
    for (const corruption of [mask, gaussian]) {
      const first = draw(corruption, 64, { seed: 1, step: 1 });
      expect(draw(corruption, 64, { seed: 1, step: 1 })).toEqual(first);
      expect(draw(corruption, 64, { seed: 1, step: 2 })).not.toEqual(first);
      expect(draw(corruption, 64, { seed: 2, step: 1 })).not.toEqual(first);
      expect(draw(corruption, 64, { seed: 1, step: 1, stream: 'evaluation' })).not.toEqual(first);
    }
  });
});

test('corrupted rows are x + sigma n, or x times the mask by p with rescale', () => {
  const x = Float32Array.of(1, 2, -4);
  expect(corruptRows(x, Float32Array.of(1, -2, 0), gaussian)).toEqual(Float32Array.of(1.25, 1.5, -4));
  expect(corruptRows(x, Float32Array.of(1, 0, 1), { ...mask, ratio: 0.5 })).toEqual(Float32Array.of(2, 0, -8));
  expect(corruptRows(x, Float32Array.of(1, 0, 1), { ...mask, rescale: false })).toEqual(Float32Array.of(1, 0, -4));
  expect(corruptRows(x, x, { kind: 'none' })).toEqual(x);
  expect(keptScale(mask)).toBeCloseTo(1 / 0.7, 12);
});

describe('the stored corruption of a row', () => {
  const inputs = 5;
  const at = { seed: 3, copy: 2 };

  test('depends on its number in the data set, not on the rows beside it', () => {
    const together = drawStored(gaussian, Uint32Array.of(2, 3, 4, 9, 11), inputs, at);
    [2, 3, 4, 9, 11].forEach((row, i) => {
      expect(drawStored(gaussian, Uint32Array.of(row), inputs, at)).toEqual(together.subarray(i * inputs, (i + 1) * inputs));
    });
  });

  test('is another in each copy and for each seed', () => {
    const rows = Uint32Array.of(0, 1);
    const first = drawStored(mask, rows, 40, at);
    expect(drawStored(mask, rows, 40, { ...at, copy: 1 })).not.toEqual(first);
    expect(drawStored(mask, rows, 40, { ...at, seed: 4 })).not.toEqual(first);
  });

  test('is the same when kept from the last evaluation, also after another corruption or seed was asked for', () => {
    const split = { rows: Uint32Array.of(1, 2, 5, 6), x: new Float32Array(4 * inputs) };
    const range = { from: 1, to: 3 };
    for (const corruption of [gaussian, mask, gaussian])
      for (const seed of [3, 4])
        expect(storedDraw(corruption, split, { seed, copy: 0 }, range)).toEqual(
          drawStored(corruption, Uint32Array.of(2, 5), inputs, { seed, copy: 0 }),
        );
  });
});
