import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, describe, expect, test } from 'vitest';
import { createWasmEngine } from '../../../src/engine/wasmEngine.ts';
import { type Tensor, tf } from '../../../src/science/tensorflow.ts';
import { engineFolder } from './runGraph.ts';

beforeAll(async () => {
  await createWasmEngine(engineFolder);
});

/** What a function gives on a backend. */
async function on(backend: string, compute: () => Tensor): Promise<{ shape: number[]; values: number[] }> {
  await tf.setBackend(backend);
  return tf.tidy(() => {
    const result = compute();
    return { shape: result.shape, values: [...result.dataSync()] };
  }) as never;
}

const counted = (shape: number[]) =>
  tf.reshape(
    tf.range(
      0,
      shape.reduce((a, b) => a * b, 1),
    ),
    shape,
  );

describe('gathering on WebAssembly gives what the plain backend gives', () => {
  test.each<[string, () => Tensor]>([
    ['stretches of the middle axis', () => tf.gather(counted([2, 3, 4]), [2, 0, 0, 1], 1)],
    ['whole rows', () => tf.gather(counted([3, 5]), [1, 1, 2])],
    ['single numbers of the last axis', () => tf.gather(counted([2, 3, 4]), [3, 0], -1)],
    ['a table of places', () => tf.gather(counted([4, 2]), tf.tensor2d([0, 3, 1, 1], [2, 2], 'int32'), 0)],
    ['whole numbers', () => tf.gather(tf.cast(counted([3, 4]), 'int32'), [2, 2, 0], 1)],
    ['booleans', () => tf.gather(tf.greater(counted([3, 4]), 5), [1, 3], 1)],
    ['places within batches, by its own kernel', () => tf.gather(counted([2, 3, 4]), tf.tensor2d([2, 0, 1, 1], [2, 2], 'int32'), 1, 1)],
  ])('%s', async (_, compute) => {
    expect(await on('wasm', compute)).toEqual(await on('cpu', compute));
  });

  test('a place that is not there is refused', async () => {
    await expect(on('wasm', () => tf.gather(counted([2, 3]), [0, 3], 1))).rejects.toThrow('expected places from 0 to 2 to gather, got 3');
  });
});
