import { expect, test } from 'vitest';
import { KernelMemory } from '../../../src/engine/kernelMemory.ts';
import { drawCorruption } from '../../../src/science/corruption.ts';
import { drawStored, storedDraw } from '../../../src/science/storedDraws.ts';
import { engineFolder, experimentWith } from './trainToOptimum.ts';

const mask = (blockSize: number, ratio = 0.3) =>
  experimentWith({ corruption: { kind: 'mask', ratio, shape: 'blocks', blockSize } }).corruption;
const imageShape = [5, 7] as const;
const pixels = 35;
const at = { seed: 4, step: 2, imageShape };

function draw(corruption: ReturnType<typeof mask>, length: number, place: Parameters<typeof drawCorruption>[2] = at): Float32Array {
  const out = new Float32Array(length).fill(Number.NaN);
  drawCorruption(corruption, out, place);
  return out;
}

test.each([1, 2, 3, 5])('every block of side %i is kept or dropped whole, also where the edge cuts it', (blockSize) => {
  const drawn = draw(mask(blockSize), 60 * pixels);
  const found = new Map<string, Set<number>>();
  drawn.forEach((value, i) => {
    const [y, x] = [Math.floor((i % pixels) / 7), i % 7];
    const block = [Math.floor(i / pixels), Math.floor(y / blockSize), Math.floor(x / blockSize)].join();
    found.set(block, (found.get(block) ?? new Set()).add(value));
  });
  expect(found.size).toBe(60 * Math.ceil(5 / blockSize) * Math.ceil(7 / blockSize));
  expect([...found.values()].every((values) => values.size === 1)).toBe(true);
  expect(new Set([...found.values()].map((values) => [...values][0]))).toEqual(new Set([0, 1]));
});

test('blocks are dropped with the chance of the ratio, each by itself', () => {
  const drawn = draw(mask(2, 0.3), 5000 * 16, { ...at, imageShape: [4, 4] });
  const kept = (image: number, block: number) => drawn[16 * image + [0, 2, 8, 10][block]!]!;
  let [share, both, rows] = [0, 0, 0];
  for (let image = 0; image < 5000; image++)
    for (let block = 0; block < 4; block++) {
      share += kept(image, block) / 20_000;
      both += (kept(image, block) * kept(image, (block + 1) % 4)) / 20_000;
      rows += (kept(image, block) * kept((image + 1) % 5000, block)) / 20_000;
    }
  expect(Math.abs(share - 0.7)).toBeLessThan(0.012);
  expect(Math.abs(both - 0.49)).toBeLessThan(0.015);
  expect(Math.abs(rows - 0.49)).toBeLessThan(0.015);
  const coordinates = drawn.reduce((sum, value) => sum + value, 0) / drawn.length;
  expect(Math.abs(coordinates - 0.7)).toBeLessThan(0.012);
});

test('the numbers are the same however the filling is divided', () => {
  const whole = draw(mask(2), 12 * pixels);
  for (const part of [1, 13, pixels, 50]) {
    const parts = new Float32Array(whole.length);
    for (let from = 0; from < whole.length; from += part)
      drawCorruption(mask(2), parts.subarray(from, Math.min(whole.length, from + part)), { ...at, from });
    expect(parts).toEqual(whole);
  }
});

test('another seed, step or stream gives other masks', () => {
  const first = draw(mask(2), 4 * pixels);
  for (const other of [{ seed: 5 }, { step: 3 }, { stream: 'view' } as const])
    expect(draw(mask(2), 4 * pixels, { ...at, ...other })).not.toEqual(first);
});

test('blocks of one pixel are a mask of coordinates', () => {
  const coordinates = experimentWith({ corruption: { kind: 'mask', ratio: 0.3 } }).corruption;
  expect(draw(mask(1), 9 * pixels)).toEqual(draw(coordinates, 9 * pixels));
});

test('the kernels of the engines draw the same', async () => {
  const memory = await KernelMemory.create(engineFolder, 1000);
  const out = new Float32Array(9 * pixels);
  drawCorruption(mask(3), out, at, memory);
  expect(out).toEqual(draw(mask(3), out.length));
});

test('stored masks depend on the number of the row alone', () => {
  const rows = Uint32Array.of(2, 3, 4, 9, 11);
  const place = { seed: 3, copy: 2, imageShape };
  const together = drawStored(mask(2), rows, pixels, place);
  rows.forEach((row, i) => {
    expect(drawStored(mask(2), Uint32Array.of(row), pixels, place)).toEqual(together.subarray(i * pixels, (i + 1) * pixels));
  });
  const split = { rows, x: new Float32Array(together.length) };
  expect(storedDraw(mask(2), split, place, { from: 1, to: 3 })).toEqual(together.subarray(pixels, 3 * pixels));
});

test('rows that are no images have no blocks', () => {
  for (const shape of [null, undefined])
    expect(() => draw(mask(2), 4, { ...at, imageShape: shape })).toThrow('corruption.shape "blocks" needs images');
});
