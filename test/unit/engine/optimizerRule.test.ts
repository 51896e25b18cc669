import '@tensorflow/tfjs-backend-cpu';
import { fileURLToPath } from 'node:url';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { OptimizerRule } from '../../../src/engine/engine.ts';
import { KernelMemory } from '../../../src/engine/kernelMemory.ts';
import { decayRanges, momentsOf, type OptimizerState } from '../../../src/engine/optimizerRule.ts';
import { fillNormal } from '../../../src/math/random.ts';
import { tf } from '../../../src/science/tensorflow.ts';

const base: OptimizerRule = { kind: 'sgd', momentum: 0.8, nesterov: false, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.1 };
const start = [1, -2, 0.5, 3, -0.25];
/** The last number is a bias. */
const ranges = decayRanges([
  { shape: [2, 2], isBias: false },
  { shape: [1], isBias: true },
]);
const learningRate = 0.05;
const steps = 50;

/** Gradient of sum_i (i+1)/2 w_i^2 + sin(3 w_i): bent enough to tell the rules apart. */
const slope = (w: number, i: number) => (i + 1) * w + 3 * Math.cos(3 * w);

const engineFolder = fileURLToPath(new URL('../../../dist', import.meta.url));
let memory: KernelMemory;
beforeEach(async () => {
  memory = await KernelMemory.create(engineFolder, 100_000);
});

function stateOf(rule: OptimizerRule, parameters: ArrayLike<number>): OptimizerState {
  const count = parameters.length;
  const state = {
    parameters: memory.allocate(count),
    gradients: memory.allocate(count),
    moments: memory.allocate(count * momentsOf(rule.kind)),
  };
  state.parameters.set(parameters);
  return state;
}

function run(rule: OptimizerRule): Float32Array {
  const state = stateOf(rule, start);
  for (let step = 1; step <= steps; step++) {
    state.parameters.forEach((w, i) => {
      state.gradients[i] = slope(w, i);
    });
    memory.update(rule, state, { step, learningRate }, ranges);
  }
  return state.parameters;
}

/** The textbook for one number in float64: moments m and v before the update, then w, m, v after it. */
function textbookStep(
  rule: OptimizerRule,
  [w, m, v]: readonly [number, number, number],
  g: number,
  at: { step: number; isDecayed: boolean },
): [number, number, number] {
  const { momentum: mu, beta1, beta2, epsilon, weightDecay } = rule;
  if (rule.kind === 'sgd') return [w - learningRate * g, 0, 0];
  if (rule.kind === 'momentum') {
    const velocity = mu * m + g;
    return [w - learningRate * (rule.nesterov ? g + mu * velocity : velocity), velocity, 0];
  }
  const kept = rule.kind === 'adamw' && at.isDecayed ? w - learningRate * weightDecay * w : w;
  const first = beta1 * m + (1 - beta1) * g;
  const second = beta2 * v + (1 - beta2) * g * g;
  const change = (learningRate * (first / (1 - beta1 ** at.step))) / (Math.sqrt(second / (1 - beta2 ** at.step)) + epsilon);
  return [kept - change, first, second];
}

/** All steps by the textbook. */
function textbook(rule: OptimizerRule): number[] {
  return start.map((first, i) => {
    let state: [number, number, number] = [first, 0, 0];
    for (let step = 1; step <= steps; step++) state = textbookStep(rule, state, slope(state[0], i), { step, isDecayed: i < 4 });
    return state[0];
  });
}

const rules: [string, Partial<OptimizerRule>][] = [
  ['sgd', { kind: 'sgd' }],
  ['momentum', { kind: 'momentum' }],
  ["Nesterov's momentum", { kind: 'momentum', nesterov: true }],
  ['adam', { kind: 'adam' }],
  ['adam with other decays', { kind: 'adam', beta1: 0.5, beta2: 0.9, epsilon: 1e-3 }],
  ['adamw', { kind: 'adamw' }],
];

describe('the fused update', () => {
  test.each(rules)('of %s follows the textbook', (_, change) => {
    const rule = { ...base, ...change };
    const wanted = textbook(rule);
    run(rule).forEach((w, i) => {
      expect(Math.abs(w - wanted[i]!)).toBeLessThan(1e-5 * Math.max(1, Math.abs(wanted[i]!)));
    });
  });

  test.each(rules)('of %s, once, from any state: every number to 1e-6 relative, whatever its place', (_, change) => {
    const rule = { ...base, ...change };
    for (const count of [1, 3, 4, 7, 64, 1001]) {
      const state = stateOf(rule, []);
      const [w, g] = [memory.allocate(count), memory.allocate(count)];
      const moments = memory.allocate(count * momentsOf(rule.kind));
      for (const [step, array] of [w, g, moments].entries()) fillNormal(array, { seed: count, stream: 'data', step });
      // second moments are positive
      for (let i = count; i < moments.length; i++) moments[i] = moments[i]! ** 2;
      const before = [w.slice(), moments.slice()] as const;
      const split = Math.floor(count / 3);
      const parts = [
        { from: 0, to: split, isDecayed: false },
        { from: split, to: count, isDecayed: true },
      ];
      memory.update(rule, { ...state, parameters: w, gradients: g, moments }, { step: 7, learningRate }, parts);
      for (let i = 0; i < count; i++) {
        const old = [before[0][i]!, before[1][i] ?? 0, before[1][count + i] ?? 0] as const;
        const wanted = textbookStep(rule, old, g[i]!, { step: 7, isDecayed: i >= split });
        const sizes = [Math.abs(old[0]) + Math.abs(wanted[0] - old[0]), Math.abs(old[1]) + Math.abs(g[i]!), wanted[2]];
        [w[i]!, moments[i] ?? 0, moments[count + i] ?? 0].forEach((value, k) => {
          expect(Math.abs(value - wanted[k]!)).toBeLessThanOrEqual(1e-6 * sizes[k]!);
        });
      }
    }
  });

  test.each(rules)('of %s depends on a number and its state only, not on where it lies', (_, change) => {
    const rule = { ...base, ...change };
    const [long, short] = [stateOf(rule, new Float32Array(37)), stateOf(rule, new Float32Array(5))];
    long.parameters.fill(0.3).set(start, 31);
    long.gradients.fill(0.7).set([1, 2, 3, 4, 5], 31);
    short.parameters.set(start);
    short.gradients.set([1, 2, 3, 4, 5]);
    for (let step = 1; step <= 3; step++) {
      memory.update(rule, long, { step, learningRate }, [
        { from: 0, to: 31, isDecayed: false },
        { from: 31, to: 37, isDecayed: true },
      ]);
      memory.update(rule, short, { step, learningRate }, [{ from: 0, to: 5, isDecayed: true }]);
    }
    expect(long.parameters.slice(31, 36)).toEqual(short.parameters);
  });

  test('of a range leaves its neighbours as they are', () => {
    const state = stateOf({ ...base, kind: 'adamw' }, new Float32Array(40).fill(1));
    state.gradients.fill(1);
    memory.update({ ...base, kind: 'adamw' }, state, { step: 1, learningRate }, [{ from: 3, to: 22, isDecayed: true }]);
    state.parameters.forEach((w, i) => {
      expect(w === 1).toBe(i < 3 || i >= 22);
    });
  });

  test('keeps a NaN that it is given, and lets moments that are too small to matter become 0', () => {
    const rule: OptimizerRule = { ...base, kind: 'adam' };
    const state = stateOf(rule, new Float32Array(9));
    state.gradients[2] = Number.NaN;
    state.gradients[8] = Number.NaN;
    state.moments.set([1e-38, 2e-38], 4);
    memory.update(rule, state, { step: 1, learningRate }, []);
    expect([...state.moments.subarray(0, 9)]).toEqual([0, 0, Number.NaN, 0, 0, Math.fround(1.8e-38), 0, 0, Number.NaN]);
    expect(state.parameters[2]).toBeNaN();
    expect(state.parameters[8]).toBeNaN();
  });

  test('of adamw keeps decays far below the rounding of 1 - decay', () => {
    const rule: OptimizerRule = { ...base, kind: 'adamw', weightDecay: 1e-4 };
    const state = stateOf(
      rule,
      [1, 1, 1, 1, 1].map((w) => w * 1e-3),
    );
    memory.update(rule, state, { step: 1, learningRate: 1e-3 }, [{ from: 0, to: 5, isDecayed: true }]);
    for (const w of state.parameters) expect((1e-3 - w) / 1e-10).toBeCloseTo(1, 0);
  });

  test('says what does not fit', () => {
    const rule: OptimizerRule = { ...base, kind: 'adam' };
    const state = stateOf(rule, [1, 2]);
    const at = { step: 1, learningRate };
    expect(() => memory.update(rule, { ...state, gradients: memory.allocate(3) }, at, [])).toThrow('expected 2 gradients, got 3');
    expect(() => memory.update(rule, { ...state, moments: memory.allocate(2) }, at, [])).toThrow('expected 4 moments, got 2');
    expect(() => memory.update(rule, { ...state, gradients: new Float32Array(2) }, at, [])).toThrow('in the memory of the kernels');
  });

  test('of adamw decays weights, never biases', () => {
    const state = stateOf({ ...base, kind: 'adamw' }, start);
    memory.update({ ...base, kind: 'adamw' }, state, { step: 1, learningRate: 0.5 }, ranges);
    [0.95, -1.9, 0.475, 2.85, -0.25].forEach((wanted, i) => {
      expect(state.parameters[i]).toBeCloseTo(wanted, 6);
    });
  });

  test('of adam is independent of weightDecay', () => {
    expect(run({ ...base, kind: 'adam', weightDecay: 0.5 })).toEqual(run({ ...base, kind: 'adam' }));
  });
});

describe('against the optimizers of TensorFlow.js', () => {
  beforeAll(async () => {
    await tf.setBackend('cpu');
  });
  test.each<[string, Partial<OptimizerRule>, () => tf.Optimizer]>([
    ['sgd', { kind: 'sgd' }, () => tf.train.sgd(learningRate)],
    ['momentum', { kind: 'momentum' }, () => tf.train.momentum(learningRate, 0.8)],
    ["Nesterov's momentum", { kind: 'momentum', nesterov: true }, () => tf.train.momentum(learningRate, 0.8, true)],
    ['adam', { kind: 'adam' }, () => tf.train.adam(learningRate, 0.9, 0.999, 1e-8)],
  ])('%s ends at the same numbers to 1e-5', (_, change, make) => {
    const optimizer = make();
    const w = tf.variable(tf.tensor1d(start));
    for (let step = 0; step < steps; step++)
      optimizer.applyGradients([{ name: w.name, tensor: tf.tensor1d([...w.dataSync()].map(slope)) }]);
    const wanted = w.dataSync();
    run({ ...base, ...change }).forEach((value, i) => {
      expect(Math.abs(value - wanted[i]!)).toBeLessThan(1e-5 * Math.max(1, Math.abs(wanted[i]!)));
    });
  });
});

test('stretches of one decay are joined', () => {
  const shapes = [
    { shape: [3, 2], isBias: false },
    { shape: [2, 4], isBias: false },
    { shape: [4], isBias: true },
    { shape: [4, 1], isBias: false },
  ];
  expect(decayRanges(shapes)).toEqual([
    { from: 0, to: 14, isDecayed: true },
    { from: 14, to: 18, isDecayed: false },
    { from: 18, to: 22, isDecayed: true },
  ]);
});
