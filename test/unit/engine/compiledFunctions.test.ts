import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, describe, expect, test } from 'vitest';
import { createCompiledEngine } from '../../../src/engine/compiled/compiledEngine.ts';
import { prepareEagerly } from '../../../src/engine/eagerProgram.ts';
import type { Engine, OptimizerRule } from '../../../src/engine/engine.ts';
import { autoencoderProgram } from '../../../src/science/autoencoder.ts';
import { initialParameters } from '../../../src/science/initialise.ts';
import type { Tensors } from '../../../src/science/program.ts';
import { tf } from '../../../src/science/tensorflow.ts';
import { relativeError } from '../science/referenceModel.ts';
import { experimentWith } from '../science/trainToOptimum.ts';
import { engineFolder } from './runGraph.ts';

const adam: OptimizerRule = { kind: 'adam', momentum: 0, nesterov: false, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 };
const inputs = 7;
const sections = {
  model: { kind: 'mlp', hidden: [6], latent: 3 },
  corruption: { kind: 'mask', ratio: 0.4, flags: true },
  loss: { kind: 'binaryCrossEntropy' },
};
const program = autoencoderProgram(experimentWith({ ...sections, data: { source: 'digits', scale: 'unit', center: false } }), inputs);

let engine: Engine;
beforeAll(async () => {
  engine = await createCompiledEngine(engineFolder);
});

describe('functions of a program', () => {
  const names = Object.keys(program.functions);
  const feedsOf = (rows: number) => ({
    x: Float32Array.from({ length: rows * inputs }, (_, i) => Math.sin(1.3 * i)),
    draw: Float32Array.from({ length: rows * inputs }, (_, i) => Number(Math.sin(3.1 * i) > -0.3)),
    latent: Float32Array.from({ length: 3 * rows }, (_, i) => Math.cos(i)),
  });

  test.each([1, 5, 256, 300, 1024])('give what the plain backend gives for %d rows', async (rows) => {
    const initial = initialParameters(program, 4);
    const plain = await prepareEagerly(program, initial, { rule: adam, backend: 'cpu', threads: 1, engineFolder, batchRows: 1 });
    const prepared = await engine.prepare(program, initial, adam);
    for (const name of names) {
      const [found, wanted] = [prepared, plain].map((one) => one.call(name, feedsOf(rows), rows));
      expect(Object.keys(found!)).toEqual(program.functions[name]!.outputs.map((output) => output.name));
      for (const [output, numbers] of Object.entries(wanted!)) {
        expect(found![output]).toHaveLength(numbers.length);
        expect(relativeError(found![output]!, numbers), `${name}, ${output}`).toBeLessThan(1e-6);
      }
    }
  });

  test('see the parameters of the moment, and give arrays of their own', async () => {
    const prepared = await engine.prepare(program, initialParameters(program, 0), adam);
    const feeds = feedsOf(9);
    const before = prepared.call('encode', feeds, 9).latent!;
    const kept = before.slice();
    for (let step = 1; step <= 20; step++) prepared.step(feeds, 9, { step, learningRate: 0.01 });
    const after = prepared.call('encode', feeds, 9).latent!;
    expect(before).toEqual(kept);
    expect(after).not.toEqual(before);
    expect(prepared.call('encode', feeds, 9).latent).toEqual(after);
    expect(prepared.call('encode', feeds, 4).latent).toEqual(after.slice(0, 4 * 3));
  });

  test('that compute with the number of rows are right for each number of rows', async () => {
    const centred = {
      inputs: [{ name: 'x', width: 2 }],
      outputs: [{ name: 'y', width: 2 }],
      run: (_: Tensors, { x }: Tensors) => ({ y: tf.sub(x!, tf.mul(tf.sum(x!, 0, true), 1 / x!.shape[0]!)) }),
    };
    const prepared = await engine.prepare({ ...program, functions: { centred } }, initialParameters(program, 0), adam);
    const x = Float32Array.of(1, 2, 3, 6, 8, 10, 4, 2);
    expect([...prepared.call('centred', { x }, 2).y!]).toEqual([-1, -2, 1, 2]);
    expect([...prepared.call('centred', { x }, 4).y!]).toEqual([-3, -3, -1, 1, 4, 5, 0, -3]);
    expect([...prepared.call('centred', { x }, 2).y!]).toEqual([-1, -2, 1, 2]);
  });

  test('name what is not there', async () => {
    const prepared = await engine.prepare(program, initialParameters(program, 0), adam);
    expect(() => prepared.call('dream', {}, 1)).toThrow('no function "dream"');
    expect(() => prepared.call('encode', { x: new Float32Array(2100) }, 301)).toThrow('input "x": expected [301, 7], got 2100 numbers');
  });
});
