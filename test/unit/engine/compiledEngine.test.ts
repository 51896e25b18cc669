import '@tensorflow/tfjs-backend-cpu';
import { availableParallelism } from 'node:os';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { createCompiledEngine } from '../../../src/engine/compiled/compiledEngine.ts';
import { stepsAtOnce, threadsFor } from '../../../src/engine/compiled/sizeRules.ts';
import { type Engine, NonFiniteError, type OptimizerRule, type PreparedProgram } from '../../../src/engine/engine.ts';
import { testEngine } from '../../../src/engine/testEngine.ts';
import { autoencoderProgram } from '../../../src/science/autoencoder.ts';
import { drawCorruption } from '../../../src/science/corruption.ts';
import { initialParameters } from '../../../src/science/initialise.ts';
import type { Program, Tensors } from '../../../src/science/program.ts';
import { tf } from '../../../src/science/tensorflow.ts';
import { relativeError } from '../science/referenceModel.ts';
import { experimentWith } from '../science/trainToOptimum.ts';
import { engineFolder } from './runGraph.ts';

const adam: OptimizerRule = { kind: 'adam', momentum: 0, nesterov: false, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 };
const sections = { model: { kind: 'mlp', hidden: [6], latent: 3 }, corruption: { kind: 'mask', ratio: 0.4, flags: true } };
const experiment = experimentWith(sections);
/** A width that no vector of the processor divides, so that steps begin at addresses of every kind. */
const inputs = 7;
const program = autoencoderProgram(experiment, inputs);

/** Batches of the steps from `first` on, one after the other. */
function batches(rows: number, first: number, count = 1) {
  const size = rows * inputs;
  const feeds = { x: new Float32Array(count * size), draw: new Float32Array(count * size) };
  for (let i = 0; i < count; i++) {
    drawCorruption(experiment.corruption, feeds.draw.subarray(i * size, (i + 1) * size), { seed: 0, step: first + i });
    for (let k = 0; k < size; k++) feeds.x[i * size + k] = Math.sin((first + i) * 3.7 + k * 1.3);
  }
  return feeds;
}
const updates = (first: number, count: number, learningRate = 0.01) =>
  Array.from({ length: count }, (_, i) => ({ step: first + i, learningRate }));

/** A program at work at these steps, so many a call. */
function take(prepared: PreparedProgram, rows: number, steps: { from: number; to: number }, aCall: number): number[] {
  const losses: number[] = [];
  for (let first = steps.from; first <= steps.to; first += aCall) {
    const count = Math.min(aCall, steps.to - first + 1);
    losses.push(...prepared.steps(batches(rows, first, count), rows, updates(first, count)));
  }
  return losses;
}

const stateOf = ({ parameters, moments }: PreparedProgram) => [parameters.slice(), moments.slice()];
const caughtFrom = (work: () => unknown): unknown => {
  try {
    work();
  } catch (error) {
    return error;
  }
  return undefined;
};

let engine: Engine;
beforeAll(async () => {
  engine = await createCompiledEngine(engineFolder);
});

/** Rows of a batch that fills a call alone: such steps are taken one by one. */
const wholeCall = 5000;
/** The two ways to take steps, by what decides between them. */
const ways = [
  ['several steps a call', 5],
  ['one step a call', wholeCall],
] as const;

describe('the compiled engine', () => {
  test('passes its self-test and says what it is', async () => {
    await testEngine(engine);
    expect(engine.kind).toBe('compiled');
    expect(engine.description).toMatch(/^ONNX Runtime \d+\.\d+\.\d+, graphs traced by TensorFlow\.js$/);
  });

  test('leaves no tensor behind, and the backend as it was', async () => {
    await tf.setBackend('cpu');
    const before = tf.memory();
    const prepared = await engine.prepare(program, initialParameters(program, 0), adam);
    prepared.step(batches(4, 1), 4, updates(1, 1)[0]!);
    prepared.call('encodeCorrupted', batches(4, 1), 4);
    prepared.dispose();
    const after = tf.memory();
    expect(tf.getBackend()).toBe('cpu');
    expect([after.numTensors, after.numDataBuffers]).toEqual([before.numTensors, before.numDataBuffers]);
  });

  test('chooses threads and steps a call by the size of the work alone', async () => {
    expect([threadsFor(0), threadsFor(1e6), threadsFor(1e10)]).toEqual([1, 1, availableParallelism()]);
    const small = { parameters: 1000, flops: 1e5 };
    expect(stepsAtOnce(program, 5, small)).toBe(32);
    expect(stepsAtOnce(program, 400, small)).toBe(Math.floor(65_536 / (400 * 2 * inputs)));
    expect(stepsAtOnce(program, wholeCall, small)).toBe(1);
    expect(stepsAtOnce(program, 5, { ...small, parameters: 1e6 })).toBe(1);
    expect(stepsAtOnce(program, 5, { ...small, flops: 1e9 })).toBe(1);
    const prepared = await engine.prepare(program, initialParameters(program, 0), adam, 5);
    expect([prepared.threads, prepared.stepsAtOnce]).toEqual([1, 32]);
  });
});

describe.each(ways)('training with %s', (_, batchRows) => {
  const prepare = (rule = adam) => engine.prepare(program, initialParameters(program, 0), rule, batchRows);

  test('is what is tested here', async () => {
    expect((await prepare()).stepsAtOnce > 1).toBe(batchRows !== wholeCall);
  });

  test('lowers the loss, in arrays that stay where they are', async () => {
    const prepared = await prepare();
    const { parameters, gradients, moments } = prepared;
    const before = parameters.slice();
    const losses = take(prepared, 16, { from: 1, to: 400 }, 50);
    expect(losses.at(-1)!).toBeLessThan(losses[0]! / 2);
    expect([prepared.parameters, prepared.gradients, prepared.moments]).toEqual([parameters, gradients, moments]);
    expect(prepared.parameters).toBe(parameters);
    expect(parameters).not.toEqual(before);
    expect(gradients.some((gradient) => gradient !== 0)).toBe(true);
    expect(moments).toHaveLength(2 * parameters.length);
  });

  test.each([1, 7, 40])('gives equal runs to the bit, %d steps a call or all at once', async (aCall) => {
    const [one, other] = [await prepare(), await prepare()];
    expect(take(one, 5, { from: 1, to: 40 }, aCall)).toEqual(take(other, 5, { from: 1, to: 40 }, 40));
    expect(stateOf(one)).toEqual(stateOf(other));
    expect(one.gradients).toEqual(other.gradients);
  });

  test('gives equal runs to the bit however the steps are divided into calls, at any number of rows', async () => {
    const division = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(
        division,
        fc.integer({ min: 1, max: 9 }),
        fc.constantFrom<OptimizerRule['kind']>('sgd', 'momentum', 'adamw'),
        async (calls, rows, kind) => {
          const [one, other] = [await prepare({ ...adam, kind, momentum: 0.9 }), await prepare({ ...adam, kind, momentum: 0.9 })];
          const total = calls.reduce((a, b) => a + b, 0);
          let from = 1;
          const divided = calls.flatMap((count) => {
            from += count;
            return take(one, rows, { from: from - count, to: from - 1 }, count);
          });
          expect(divided).toEqual(take(other, rows, { from: 1, to: total }, total));
          expect(stateOf(one)).toEqual(stateOf(other));
          one.dispose();
          other.dispose();
        },
      ),
      { numRuns: 15 },
    );
  });

  test('goes on to the bit from parameters and moments written back', async () => {
    const one = await prepare();
    take(one, 5, { from: 1, to: 9 }, 4);
    const other = await prepare();
    other.parameters.set(one.parameters);
    other.moments.set(one.moments);
    expect(take(other, 5, { from: 10, to: 30 }, 6)).toEqual(take(one, 5, { from: 10, to: 30 }, 9));
    expect(stateOf(other)).toEqual(stateOf(one));
  });

  test('leaves other programs and the parameters it is given alone', async () => {
    const given = initialParameters(program, 0);
    const [one, other] = [await engine.prepare(program, given, adam, batchRows), await prepare()];
    take(one, 5, { from: 1, to: 3 }, 3);
    one.dispose();
    expect(given).toEqual(initialParameters(program, 0));
    expect(other.parameters).toEqual(given);
    expect(take(other, 5, { from: 1, to: 3 }, 3)).toEqual(take(await prepare(), 5, { from: 1, to: 3 }, 3));
  });

  test('takes a smaller last batch, averaged over its own rows', async () => {
    const [whole, smaller] = [await prepare(), await prepare()];
    take(whole, 5, { from: 1, to: 1 }, 1);
    take(smaller, 5, { from: 1, to: 1 }, 1);
    const feeds = batches(3, 2);
    const twice = { x: Float32Array.of(...feeds.x, ...feeds.x), draw: Float32Array.of(...feeds.draw, ...feeds.draw) };
    const loss = whole.step(twice, 6, { step: 2, learningRate: 0 });
    expect(smaller.step(feeds, 3, { step: 2, learningRate: 0 })).toBeCloseTo(loss, 5);
    expect(relativeError(smaller.gradients, whole.gradients)).toBeLessThan(1e-5);
  });

  test('reads only the first rows of longer feeds', async () => {
    const feeds = batches(8, 1);
    const part = { x: feeds.x.slice(0, 3 * inputs), draw: feeds.draw.slice(0, 3 * inputs) };
    const update = { step: 1, learningRate: 0 };
    expect((await prepare()).step(feeds, 3, update)).toBe((await prepare()).step(part, 3, update));
  });

  test('sees that the same array holds other numbers in the next step', async () => {
    const [kept, fresh] = [await prepare(), await prepare()];
    const feeds = batches(5, 1);
    kept.step(feeds, 5, updates(1, 1)[0]!);
    const next = batches(5, 2);
    feeds.x.set(next.x);
    feeds.draw.set(next.draw);
    take(fresh, 5, { from: 1, to: 1 }, 1);
    expect(kept.step(feeds, 5, updates(2, 1)[0]!)).toBe(fresh.step(next, 5, updates(2, 1)[0]!));
  });

  test('names the input that is too short, and takes as many parameters as there are', async () => {
    const prepared = await prepare();
    const short = { ...batches(2, 1), x: new Float32Array(8) };
    expect(() => prepared.step(short, 2, updates(1, 1)[0]!)).toThrow('input "x": expected [2, 7], got 8 numbers');
    expect(() => prepared.steps({ x: batches(2, 1, 3).x }, 2, updates(1, 3))).toThrow('input "draw": expected');
    expect(() => prepared.steps(batches(2, 1, 39), 2, updates(1, 40))).toThrow('input "x": expected [80, 7], got 546 numbers');
    expect(prepared.parameters).toEqual(initialParameters(program, 0));
    await expect(engine.prepare(program, new Float32Array(3), adam, batchRows)).rejects.toThrow('got 3');
  });
});

describe.each(ways)('a number that is not finite, with %s,', (_, batchRows) => {
  /** So many batches of which one holds numbers whose squares are infinite. */
  const broken = (count: number, at: number) => {
    const feeds = batches(5, 1, count);
    feeds.x.fill(1e30, (at - 1) * 5 * inputs, at * 5 * inputs);
    return feeds;
  };

  // a call of 50 steps is taken in two parts
  test.each([6, 40])(
    'in the loss of step %d of a call stops before the optimizer, with losses and state of the step before',
    async (at) => {
      const prepare = () => engine.prepare(program, initialParameters(program, 0), adam, batchRows);
      const [stopped, good] = [await prepare(), await prepare()];
      const caught = caughtFrom(() => stopped.steps(broken(50, at), 5, updates(1, 50)));
      const losses = take(good, 5, { from: 1, to: at - 1 }, 50);
      expect(caught).toBeInstanceOf(NonFiniteError);
      expect(caught).toMatchObject({ what: 'loss', parameter: null, message: 'the loss is not finite' });
      expect([...(caught as NonFiniteError).before]).toEqual(losses);
      expect(stateOf(stopped)).toEqual(stateOf(good));
    },
  );

  test('in the loss of the first step leaves the initial state', async () => {
    const prepared = await engine.prepare(program, initialParameters(program, 0), adam, batchRows);
    const feeds = { ...batches(2, 1), x: new Float32Array(2 * inputs).fill(Number.NaN) };
    expect(caughtFrom(() => prepared.step(feeds, 2, updates(1, 1)[0]!))).toMatchObject({ what: 'loss', before: new Float32Array(0) });
    expect(prepared.parameters).toEqual(initialParameters(program, 0));
    expect(prepared.moments.every((m) => m === 0)).toBe(true);
  });

  /** sum of smooth x + sqrt(steep - slow x): its slope is infinite at 0, where the loss is not. */
  const rooted: Program = {
    parameters: ['smooth', 'steep'].map((name) => ({ name, shape: [1], fanIn: 1, isBias: false })),
    inputs: [{ name: 'x', width: 1 }],
    loss: (p: Tensors, i: Tensors) => tf.sum(tf.add(tf.mul(p.smooth!, i.x!), tf.sqrt(tf.add(p.steep!, i.x!)))),
    functions: {},
  };

  test('in a gradient names its parameter and stops before the optimizer', async () => {
    const run = async (steps: number) => {
      const prepared = await engine.prepare(
        rooted,
        Float32Array.of(2, 0),
        { ...adam, kind: 'sgd' },
        batchRows === wholeCall ? 60_000 : batchRows,
      );
      expect(prepared.stepsAtOnce > 1).toBe(batchRows !== wholeCall);
      // a rate of 0 keeps the steep one at 0
      const work = () => prepared.steps({ x: Float32Array.of(4, 1, 0, 1) }, 1, updates(1, steps, 0));
      return { prepared, work };
    };
    const { prepared, work } = await run(4);
    const caught = caughtFrom(work);
    expect(caught).toMatchObject({ what: 'gradient', parameter: 'steep', message: 'the gradient of steep is not finite' });
    expect([...(caught as NonFiniteError).before]).toEqual([...(await run(2)).work()]);
    expect(prepared.parameters).toEqual(Float32Array.of(2, 0));
  });

  test('in the update of a large rate stops with the loss of the next step', async () => {
    const prepared = await engine.prepare(program, initialParameters(program, 0), { ...adam, kind: 'sgd' }, batchRows);
    const caught = caughtFrom(() => prepared.steps(batches(5, 1, 4), 5, updates(1, 4, 1e38)));
    expect(caught).toMatchObject({ what: 'loss' });
    expect((caught as NonFiniteError).before).toHaveLength(1);
  });
});

test('a step on all cores gives equal runs to the bit', async () => {
  const wide = autoencoderProgram(experimentWith({ model: { kind: 'mlp', hidden: [512], latent: 16 } }), 64);
  const rows = 256;
  const run = async () => {
    const prepared = await engine.prepare(wide, initialParameters(wide, 0), adam, rows);
    expect([prepared.threads, prepared.stepsAtOnce]).toEqual([availableParallelism(), 1]);
    const x = Float32Array.from({ length: 6 * rows * 64 }, (_, i) => Math.sin(i * 1.3));
    const losses = [...prepared.steps({ x }, rows, updates(1, 6))];
    return [losses, prepared.gradients.slice(), ...stateOf(prepared), prepared.call('encode', { x }, 6 * rows).latent];
  };
  expect(await run()).toEqual(await run());
});
