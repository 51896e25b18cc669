import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, describe, expect, test } from 'vitest';
import { halved, type MapShape, Patches, patchTable } from '../../../src/science/patches.ts';
import { type Tensor, tf } from '../../../src/science/tensorflow.ts';
import { normals } from './referenceModel.ts';

beforeAll(() => tf.setBackend('cpu'));

const normal = normals(5);
const random = (shape: number[]) =>
  tf.tensor(
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => normal()),
    shape,
  );
const product = (a: Tensor, b: Tensor): tf.Scalar => tf.sum(tf.mul(a, b));
const inner = (a: Tensor, b: Tensor) => product(a, b).dataSync()[0]!;

const shapes: MapShape[] = [
  [8, 8],
  [7, 7],
  [5, 4],
  [1, 6],
  [3, 1],
  [2, 2],
  [1, 1],
];
const cases = shapes.flatMap((shape) => [1, 2, 3, 4, 5, 7].map((kernelSize) => ({ shape, kernelSize })));

test('sides are halved and rounded up, down to a single pixel', () => {
  expect([[28, 28] as const, [7, 7] as const, [5, 4] as const, [1, 2] as const, [1, 1] as const].map(halved)).toEqual([
    [14, 14],
    [4, 4],
    [3, 2],
    [1, 1],
    [1, 1],
  ]);
});

test('the table says where taps lie, and how many pixels there are where a tap lies outside', () => {
  // 3 pixels, 2 patches, one pixel of padding before: taps on (outside, 0, 1) and (1, 2, outside)
  expect(patchTable([3, 1], 3).filter((_, tap) => Math.floor(tap / 2) % 3 === 1)).toEqual(Int32Array.of(3, 1, 0, 2, 1, 3));
  // 4 pixels, 2 patches, padding after only: (0, 1, 2) and (2, 3, outside)
  expect(patchTable([4, 4], 3).slice(0, 4)).toEqual(Int32Array.of(0, 2, 8, 10));
});

describe('patches', () => {
  test.each(cases)('of $shape pixels under kernels of side $kernelSize make what TensorFlow.js convolves to', ({ shape, kernelSize }) => {
    const [channels, to, rows] = [2, 3, 2];
    const map = random([channels, shape[0] * shape[1], rows]);
    const kernel = random([to, channels, kernelSize, kernelSize]);
    const patches = new Patches(shape, kernelSize);
    const seen = tf.reshape(patches.unfold(map), [channels * patches.taps, patches.patches * rows]);
    const found = tf.reshape(tf.matMul(tf.reshape(kernel, [to, -1]), seen), [to, patches.patches, rows]);
    const image = tf.reshape(tf.transpose(map, [2, 1, 0]), [rows, shape[0], shape[1], channels]) as tf.Tensor4D;
    const wanted = tf.conv2d(image, tf.transpose(kernel, [2, 3, 1, 0]) as tf.Tensor4D, 2, 'same');
    expect(wanted.shape.slice(1, 3)).toEqual(halved(shape));
    const asMaps = tf.transpose(tf.reshape(wanted, [rows, patches.patches, to]), [2, 1, 0]);
    asMaps.dataSync().forEach((value, i) => {
      expect(found.dataSync()[i]).toBeCloseTo(value, 4);
    });
  });

  test.each(cases)(
    'of $shape pixels under kernels of side $kernelSize fold back by the transpose, each the gradient of the other',
    ({ shape, kernelSize }) => {
      const patches = new Patches(shape, kernelSize);
      const x = random([2, patches.pixels, 3]);
      const y = random([2, patches.taps * patches.patches, 3]);
      const [unfolded, folded] = [patches.unfold(x), patches.fold(y)];
      expect(unfolded.shape).toEqual(y.shape);
      expect(folded.shape).toEqual(x.shape);
      expect(inner(unfolded, y)).toBeCloseTo(inner(x, folded), 3);
      const byX = tf.grad((map: Tensor) => product(patches.unfold(map), y))(x);
      const byY = tf.grad((taps: Tensor) => product(patches.fold(taps), x))(y);
      expect(byX.dataSync()).toEqual(folded.dataSync());
      expect(byY.dataSync()).toEqual(unfolded.dataSync());
    },
  );
});
