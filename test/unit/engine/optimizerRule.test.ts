import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, describe, expect, test } from 'vitest';
import type { OptimizerRule } from '../../../src/engine/engine.ts';
import { decayRanges, momentsOf, updateParameters } from '../../../src/engine/optimizerRule.ts';
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

function run(rule: OptimizerRule): Float32Array {
  const parameters = Float32Array.from(start);
  const state = { parameters, gradients: new Float32Array(5), moments: new Float32Array(5 * momentsOf(rule.kind)) };
  for (let step = 1; step <= steps; step++) {
    parameters.forEach((w, i) => {
      state.gradients[i] = slope(w, i);
    });
    updateParameters(rule, state, { step, learningRate }, ranges);
  }
  return parameters;
}

/** The textbook, one number at a time, in float64. */
function textbook(rule: OptimizerRule): number[] {
  return start.map((first, i) => {
    let w = first;
    let m = 0;
    let v = 0;
    for (let t = 1; t <= steps; t++) {
      const g = slope(w, i);
      if (rule.kind === 'sgd') w -= learningRate * g;
      else if (rule.kind === 'momentum') {
        m = rule.momentum * m + g;
        w -= learningRate * (rule.nesterov ? g + rule.momentum * m : m);
      } else {
        if (rule.kind === 'adamw' && i < 4) w -= learningRate * rule.weightDecay * w;
        m = rule.beta1 * m + (1 - rule.beta1) * g;
        v = rule.beta2 * v + (1 - rule.beta2) * g * g;
        w -= (learningRate * (m / (1 - rule.beta1 ** t))) / (Math.sqrt(v / (1 - rule.beta2 ** t)) + rule.epsilon);
      }
    }
    return w;
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

  test('of adamw decays weights, never biases', () => {
    const state = { parameters: Float32Array.from(start), gradients: new Float32Array(5), moments: new Float32Array(10) };
    updateParameters({ ...base, kind: 'adamw' }, state, { step: 1, learningRate: 0.5 }, ranges);
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
