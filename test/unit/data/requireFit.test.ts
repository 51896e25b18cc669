import { describe, expect, test } from 'vitest';
import type { PreparedData } from '../../../src/data/prepareData.ts';
import { requireFit } from '../../../src/data/requireFit.ts';
import { UserError } from '../../../src/experiment/problem.ts';
import { experimentWith } from '../science/trainToOptimum.ts';

/** Rows of numbers that only their count matters of. */
function dataOf(rows: number, inputs: number): PreparedData {
  const split = (count: number) => ({ rows: new Uint32Array(count), x: new Float32Array(count), labels: null });
  const mean = new Float64Array(inputs);
  return { inputs, scale: 'none', train: split(rows), validation: split(0), test: split(0), mean, restore: (x) => x };
}

function refusal(sections: object, data: PreparedData, imageShape: [number, number] | null = null): UserError | null {
  try {
    requireFit(experimentWith(sections), data, { imageShape });
    return null;
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
}

describe('masks in blocks', () => {
  const blocks = (blockSize: number) => ({ corruption: { kind: 'mask', shape: 'blocks', blockSize } });

  test('need images', () => {
    expect(refusal(blocks(2), dataOf(10, 64))).toMatchObject({
      path: 'corruption.shape',
      message: expect.stringContaining('needs images'),
    });
    expect(refusal({ corruption: { kind: 'mask' } }, dataOf(10, 64))).toBeNull();
  });

  test('need images that are no smaller than a block', () => {
    expect(refusal(blocks(6), dataOf(10, 35), [5, 7])).toMatchObject({
      path: 'corruption.blockSize',
      message: 'corruption.blockSize must be at most the side of the images, which have 5x7 pixels, got 6',
    });
    expect(refusal(blocks(5), dataOf(10, 35), [5, 7])).toBeNull();
  });
});

describe('convolutions', () => {
  const model = (more: object = {}, others: object = {}) => ({ model: { kind: 'convolutional', channels: [4, 8], ...more }, ...others });

  test('need images', () => {
    expect(refusal(model(), dataOf(10, 64))).toMatchObject({
      path: 'model.kind',
      message: 'model.kind "convolutional" needs images, and these rows are none; use "mlp" or "linear"',
    });
    expect(refusal(model(), dataOf(10, 64), [8, 8])).toBeNull();
  });

  test('need images that are no smaller than their kernels, and no more layers than these have halves', () => {
    expect(refusal(model({ kernelSize: 6 }), dataOf(10, 35), [5, 7])).toMatchObject({
      path: 'model.kernelSize',
      message: 'model.kernelSize must be at most the side of the images, which have 5x7 pixels, got 6',
    });
    expect(refusal(model({ channels: [1, 1, 1, 1] }), dataOf(10, 35), [5, 7])).toMatchObject({
      path: 'model.channels',
      message: 'model.channels must have at most 3 layers for images of 5x7 pixels, which are then a single pixel, got 4',
    });
    expect(refusal(model({ channels: [1, 1, 1], kernelSize: 5 }), dataOf(10, 35), [5, 7])).toBeNull();
  });

  test('are refused beyond memory, with their parameters or the numbers of a step', () => {
    const large = refusal(model({ channels: [32] }), dataOf(0, 0), [1024, 1024]);
    expect(large?.path).toBe('model.channels');
    // 9 32 2 + 32 + 1 of kernels, 32 512 512 (2 16 + 1) + 16 to and from the code
    expect(large?.message).toContain('this model has 276824689 parameters on images of 1024x1024 pixels, and at most 67108864');
    const batch = (batchSize: number | 'full') => model({ channels: [16, 4] }, { training: { batchSize } });
    expect(refusal(batch(256), dataOf(300, 0), [256, 256])).toMatchObject({
      path: 'training.batchSize',
      message: expect.stringContaining('convolutions of 256 images of 256x256 pixels need 150994944 numbers at once'),
    });
    expect(refusal(batch(128), dataOf(300, 0), [256, 256])).toBeNull();
    expect(refusal(batch('full'), dataOf(100, 0), [256, 256])).toBeNull();
    expect(refusal(batch('full'), dataOf(300, 0), [256, 256])).not.toBeNull();
  });
});

describe('a contractive penalty', () => {
  const contractive = (model: object, training: object = {}) => ({ model, training, penalty: { contractive: 0.1 } });
  const wide = { kind: 'mlp', hidden: [500], latent: 64 };

  test('of a network is refused where its Jacobians are too large, with their size and what to do', () => {
    const found = refusal(contractive(wide, { batchSize: 512 }), dataOf(60_000, 784));
    expect(found?.path).toBe('penalty.contractive');
    expect(found?.message).toContain('25690112 numbers (512 rows, 64 codes, 784 wide), and at most 16777216 are computed');
    expect(found?.message).toContain('use a smaller training.batchSize');
    expect(refusal(contractive(wide, { batchSize: 'full' }), dataOf(60_000, 784))).not.toBeNull();
    expect(
      refusal({ ...contractive(wide, { batchSize: 300 }), corruption: { kind: 'mask', flags: true } }, dataOf(600, 784)),
    ).not.toBeNull();
  });

  test('of few rows, or of one layer, is taken', () => {
    expect(refusal(contractive(wide), dataOf(60_000, 784))).toBeNull();
    expect(refusal(contractive(wide, { batchSize: 'full' }), dataOf(100, 784))).toBeNull();
    expect(refusal(contractive({ ...wide, hidden: [] }, { batchSize: 'full' }), dataOf(60_000, 784))).toBeNull();
    expect(refusal(contractive({ kind: 'linear', latent: 64 }, { batchSize: 'full' }), dataOf(60_000, 784))).toBeNull();
  });
});

describe('codes by least squares', () => {
  const model = (latent: number) => ({ kind: 'linear', parameterization: 'leastSquares', latent });

  test('as wide as the inputs are refused without a mask, where there is nothing to learn', () => {
    for (const corruption of [{ kind: 'none' }, { kind: 'gaussian' }])
      for (const latent of [7, 9]) {
        const found = refusal({ model: model(latent), corruption }, dataOf(10, 7));
        expect(found?.path).toBe('model.latent');
        expect(found?.message).toContain(`must be below the 7 inputs for "leastSquares" without a mask, got ${latent}`);
      }
  });

  test('are taken where they are narrower, and under masks', () => {
    expect(refusal({ model: model(6) }, dataOf(10, 7))).toBeNull();
    expect(refusal({ model: model(9), corruption: { kind: 'mask' } }, dataOf(10, 7))).toBeNull();
    expect(refusal({ model: { kind: 'linear', latent: 9 } }, dataOf(10, 7))).toBeNull();
  });
});

test('a start along principal directions needs inputs narrow enough to find them', () => {
  const model = { kind: 'linear', latent: 4, initialStrength: 0.01 };
  expect(refusal({ model }, dataOf(10, 256))).toBeNull();
  expect(refusal({ model }, dataOf(10, 257))).toMatchObject({ path: 'model.initialStrength', message: expect.stringContaining('257') });
  expect(refusal({ model: { ...model, initialStrength: 0 } }, dataOf(10, 257))).toBeNull();
});
