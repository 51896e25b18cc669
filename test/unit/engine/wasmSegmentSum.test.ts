import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, expect, test } from 'vitest';
import { createWasmEngine } from '../../../src/engine/wasmEngine.ts';
import { type Tensor, tf } from '../../../src/science/tensorflow.ts';
import { engineFolder } from './runGraph.ts';

beforeAll(async () => {
  await createWasmEngine(engineFolder);
});

/** What a function gives on a backend. */
async function on(backend: string, compute: () => Tensor): Promise<number[]> {
  await tf.setBackend(backend);
  return tf.tidy(() => [...compute().dataSync()] as never) as unknown as number[];
}

const ids = (...values: number[]) => tf.tensor1d(values, 'int32');

test.each<[string, () => Tensor]>([
  ['rows', () => tf.unsortedSegmentSum(tf.reshape(tf.range(0, 8), [4, 2]), ids(2, 0, 2, 2), 4)],
  ['single numbers', () => tf.unsortedSegmentSum(tf.tensor1d([1, 2, 4]), ids(1, 1, 0), 2)],
  ['matrices', () => tf.unsortedSegmentSum(tf.reshape(tf.range(0, 12), [3, 2, 2]), ids(1, 0, 1), 2)],
  [
    'the gradient of a look-up',
    () => tf.grad((x: Tensor) => tf.sum(tf.square(tf.gather(x, ids(2, 0, 2)))))(tf.reshape(tf.range(0, 8), [4, 2])),
  ],
])('sums of segments on WebAssembly are those of the plain backend: %s', async (_, compute) => {
  expect(await on('wasm', compute)).toEqual(await on('cpu', compute));
});

test('a segment that is not there is an error that says so', async () => {
  await expect(on('wasm', () => tf.unsortedSegmentSum(tf.tensor1d([1, 2]), ids(0, 3), 3))).rejects.toThrow(
    'expected segments from 0 to 2, got 3',
  );
});
