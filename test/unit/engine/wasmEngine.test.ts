import '@tensorflow/tfjs-backend-cpu';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Engine, NonFiniteError, type OptimizerRule } from '../../../src/engine/engine.ts';
import { testEngine } from '../../../src/engine/testEngine.ts';
import { explicitTransposes } from '../../../src/engine/transposedGradient.ts';
import { createWasmEngine } from '../../../src/engine/wasmEngine.ts';
import { autoencoderSchema } from '../../../src/experiment/autoencoder.ts';
import { autoencoderProgram } from '../../../src/science/autoencoder.ts';
import { drawCorruption } from '../../../src/science/corruption.ts';
import { initialParameters } from '../../../src/science/initialise.ts';
import { tf } from '../../../src/science/tensorflow.ts';

const engineFolder = fileURLToPath(new URL('../../../dist', import.meta.url));
const inputs = 8;
const adam: OptimizerRule = { kind: 'adam', momentum: 0, nesterov: false, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 };
const experiment = autoencoderSchema.parse({
  version: 1,
  task: 'autoencoder',
  data: { source: 'digits' },
  model: { kind: 'mlp', hidden: [6], latent: 3 },
  corruption: { kind: 'gaussian', sigma: 0.2 },
});
const program = autoencoderProgram(experiment, inputs);
const batch = (rows: number, step: number) => {
  const draw = new Float32Array(rows * inputs);
  drawCorruption(experiment.corruption, draw, { seed: 0, step });
  return { x: Float32Array.from({ length: rows * inputs }, (_, i) => Math.sin(i * 1.3)), draw };
};

let engine: Engine;
const handlersOf = () => ['uncaughtException', 'unhandledRejection'].map((event) => process.rawListeners(event));
const handlersBefore = handlersOf();
beforeAll(async () => {
  engine = await createWasmEngine(engineFolder);
});
const prepare = (rule = adam) => engine.prepare(program, initialParameters(program, 0), rule);

describe('the WebAssembly engine', () => {
  test('passes its self-test, uses SIMD and says what it is', async () => {
    await testEngine(engine);
    expect(engine.kind).toBe('wasm');
    expect(engine.description).toBe('TensorFlow.js 4.22.0 on WebAssembly (SIMD)');
    expect((await prepare()).threads).toBe(1);
  });

  test('leaves the error handlers of the process as they were', () => {
    expect(handlersOf()).toEqual(handlersBefore);
  });

  test('lowers the loss, in arrays that stay where they are', async () => {
    const prepared = await prepare();
    const { parameters, gradients, moments } = prepared;
    const before = parameters.slice();
    const losses = Array.from({ length: 200 }, (_, i) => prepared.step(batch(16, i + 1), 16, { step: i + 1, learningRate: 0.01 }));
    expect(losses.at(-1)!).toBeLessThan(losses[0]! / 2);
    expect(prepared.parameters).toBe(parameters);
    expect(prepared.gradients).toBe(gradients);
    expect(prepared.moments).toBe(moments);
    expect(parameters).not.toEqual(before);
    expect(moments).toHaveLength(2 * parameters.length);
  });

  test('computes equal runs to the bit', async () => {
    const [one, other] = [await prepare(), await prepare()];
    for (let step = 1; step <= 30; step++) {
      const update = { step, learningRate: 0.01 };
      expect(one.step(batch(16, step), 16, update)).toBe(other.step(batch(16, step), 16, update));
    }
    expect(one.parameters).toEqual(other.parameters);
    expect(one.moments).toEqual(other.moments);
  });

  test('goes on to the bit from parameters and moments written back', async () => {
    const one = await prepare();
    for (let step = 1; step <= 5; step++) one.step(batch(16, step), 16, { step, learningRate: 0.01 });
    const other = await prepare();
    other.parameters.set(one.parameters);
    other.moments.set(one.moments);
    for (let step = 6; step <= 10; step++) for (const each of [one, other]) each.step(batch(16, step), 16, { step, learningRate: 0.01 });
    expect(other.parameters).toEqual(one.parameters);
  });

  test('copies the parameters it is given', async () => {
    const given = initialParameters(program, 0);
    const prepared = await engine.prepare(program, given, adam);
    prepared.step(batch(4, 1), 4, { step: 1, learningRate: 0.1 });
    expect(given).toEqual(initialParameters(program, 0));
  });

  test('leaves no tensor and no data behind, also after errors', async () => {
    const prepared = await prepare();
    const broken = { ...batch(4, 1), x: new Float32Array(4 * inputs).fill(Number.NaN) };
    const before = tf.memory();
    for (let step = 1; step <= 20; step++) {
      prepared.step(batch(16, step), 16, { step, learningRate: 0.01 });
      prepared.call('encode', batch(5, step), 5);
      prepared.call('reconstructCorrupted', batch(5, step), 5);
      expect(() => prepared.step(broken, 4, { step, learningRate: 0.01 })).toThrow(NonFiniteError);
    }
    const after = tf.memory();
    expect([after.numTensors, after.numDataBuffers, after.numBytes]).toEqual([before.numTensors, before.numDataBuffers, before.numBytes]);
  });

  test('takes a smaller last batch, averaged over its own rows', async () => {
    const whole = await prepare();
    const smaller = await prepare();
    const feeds = batch(3, 1);
    const twice = { x: Float32Array.of(...feeds.x, ...feeds.x), draw: Float32Array.of(...feeds.draw, ...feeds.draw) };
    const loss = whole.step(twice, 6, { step: 1, learningRate: 0 });
    expect(smaller.step(feeds, 3, { step: 1, learningRate: 0 })).toBeCloseTo(loss, 5);
    smaller.gradients.forEach((gradient, i) => {
      expect(gradient).toBeCloseTo(whole.gradients[i]!, 5);
    });
  });

  test('reads only the first rows of longer feeds', async () => {
    const feeds = batch(8, 1);
    const part = { x: feeds.x.slice(0, 3 * inputs), draw: feeds.draw.slice(0, 3 * inputs) };
    const update = { step: 1, learningRate: 0 };
    expect((await prepare()).step(feeds, 3, update)).toBe((await prepare()).step(part, 3, update));
  });

  test('names the input that is too short and the function that is not there', async () => {
    const prepared = await prepare();
    expect(() => prepared.step({ x: new Float32Array(8) }, 2, { step: 1, learningRate: 0 })).toThrow(
      'input "x": expected [2, 8], got 8 numbers',
    );
    expect(() => prepared.call('dream', {}, 1)).toThrow('no function "dream"');
    await expect(engine.prepare(program, new Float32Array(3), adam)).rejects.toThrow('got 3');
  });
});

describe('a number that is not finite', () => {
  test('in the loss stops before the optimizer', async () => {
    const prepared = await prepare();
    const before = prepared.parameters.slice();
    const feeds = { ...batch(2, 1), x: new Float32Array(2 * inputs).fill(1e30) };
    expect(() => prepared.step(feeds, 2, { step: 1, learningRate: 0.1 })).toThrow('the loss is not finite');
    expect(prepared.parameters).toEqual(before);
    expect(prepared.moments.every((m) => m === 0)).toBe(true);
  });

  test('in a gradient names its parameter and stops before the optimizer', async () => {
    const shape = { shape: [1], fanIn: 1, isBias: false };
    const rooted = {
      parameters: [
        { ...shape, name: 'smooth' },
        { ...shape, name: 'steep' },
      ],
      inputs: [{ name: 'x', width: 1 }],
      // sqrt has an infinite slope at 0
      loss: (p: Record<string, tf.Tensor>, i: Record<string, tf.Tensor>) => tf.sum(tf.add(tf.sqrt(p.steep!), tf.mul(p.smooth!, i.x!))),
      functions: {},
    } as unknown as Parameters<Engine['prepare']>[0];
    const prepared = await engine.prepare(rooted, Float32Array.of(2, 0), { ...adam, kind: 'sgd' });
    const caught = (() => {
      try {
        prepared.step({ x: Float32Array.of(1) }, 1, { step: 1, learningRate: 0.1 });
      } catch (error) {
        return error;
      }
    })();
    expect(caught).toBeInstanceOf(NonFiniteError);
    expect(caught).toMatchObject({ what: 'gradient', parameter: 'steep' });
    expect(prepared.parameters).toEqual(Float32Array.of(2, 0));
  });
});

describe('the gradient with explicit transposes', () => {
  const fill = (shape: number[], phase: number) =>
    tf.tensor(
      Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(i + phase)),
      shape,
    );

  describe.each([
    ['matrices', [] as number[]],
    ['stacks of matrices', [2, 3]],
  ])('of %s', (_, stack) => {
    test.each([
      [false, false],
      [false, true],
      [true, false],
      [true, true],
    ])('equals that of TensorFlow.js (transposeA %s, transposeB %s)', async (transposeA, transposeB) => {
      await tf.setBackend('cpu');
      const a = fill([...stack, ...(transposeA ? [5, 4] : [4, 5])], 0);
      const b = fill([...stack, ...(transposeB ? [6, 5] : [5, 6])], 1);
      const dy = fill([...stack, 4, 6], 2);
      const [da, db] = tf.grads((x: tf.Tensor, y: tf.Tensor) => tf.matMul(x, y, transposeA, transposeB))([a, b], dy);
      const ours = explicitTransposes(dy, [a, b], { transposeA, transposeB });
      const found = [ours.a!(), ours.b!()];
      [da!, db!].forEach((wanted, i) => {
        expect(found[i]!.shape).toEqual(wanted.shape);
        wanted.dataSync().forEach((value, at) => {
          expect(found[i]!.dataSync()[at]).toBeCloseTo(value, 5);
        });
      });
      await tf.setBackend('wasm');
    });
  });

  test('is what the WebAssembly engine uses: the forward pass has no transposes, its gradient has', async () => {
    const prepared = await prepare();
    const { kernelNames } = await tf.profile(() => {
      prepared.step(batch(4, 1), 4, { step: 1, learningRate: 0 });
    });
    expect(kernelNames).toContain('Transpose');
  });
});

test('an engine that computes wrongly does not pass the self-test', async () => {
  const prepared = { ...(await prepare()), step: () => 0.7244954821622905, gradients: new Float32Array(6), dispose() {} };
  await expect(testEngine({ ...engine, prepare: async () => prepared })).rejects.toThrow('number 1 is 0');
});
