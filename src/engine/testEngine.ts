import type { Program } from '../science/program.ts';
import { tf } from '../science/tensorflow.ts';
import type { Engine, OptimizerRule } from './engine.ts';

/** A few operations of every kind of program in one: y = tanh(x W) + b, loss = mean over rows of |y - x|^2. */
const program: Program = {
  parameters: [
    { name: 'W', shape: [2, 2], fanIn: 2, isBias: false },
    { name: 'b', shape: [2], fanIn: 2, isBias: true },
  ],
  inputs: [{ name: 'x', width: 2 }],
  loss: (p, i) => {
    const y = tf.add(tf.tanh(tf.matMul(i.x!, p.W!)), p.b!);
    return tf.mul(tf.sum(tf.sum(tf.square(tf.sub(y, i.x!)), 1)), 1 / i.x!.shape[0]!);
  },
  functions: {},
};
const rule: OptimizerRule = { kind: 'sgd', momentum: 0, nesterov: false, beta1: 0, beta2: 0, epsilon: 0, weightDecay: 0 };
const parameters = Float32Array.of(0.5, -0.25, 0.75, 1, 0.1, -0.2);
const x = Float32Array.of(1, 2, -0.5, 0.25, 0, -1);
/** Loss and gradient of the program above at these numbers, computed in float64. */
const expected = {
  loss: 0.7244954821622905,
  gradients: [-0.17547986008985, -0.06887317280379, 0.30812077916169, -0.21506087203422, 0.04430658729401, -0.87457414607179],
};

/**
 * The self-test of an engine: one loss and one gradient against stored numbers, to 1e-5.
 * @throws Error that names the number that is wrong
 */
export async function testEngine(engine: Engine): Promise<void> {
  const prepared = await engine.prepare(program, parameters, rule);
  const loss = prepared.step({ x }, 3, { step: 1, learningRate: 0.1 });
  const found = [loss, ...prepared.gradients];
  prepared.dispose();
  [expected.loss, ...expected.gradients].forEach((want, i) => {
    if (!(Math.abs(found[i]! - want) <= 1e-5 * Math.max(1, Math.abs(want))))
      throw new Error(`self-test of ${engine.description}: number ${i} is ${found[i]}, expected ${want}`);
  });
}
