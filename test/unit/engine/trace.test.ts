import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, describe, expect, test } from 'vitest';
import { gradientName, traceFunction, traceGradients, traceKernels } from '../../../src/engine/trace/traceProgram.ts';
import { UserError } from '../../../src/experiment/problem.ts';
import type { Program, Tensors } from '../../../src/science/program.ts';
import { type Tensor, tf } from '../../../src/science/tensorflow.ts';
import { type KernelCase, kernelCases, numbersOf } from './kernelCases.ts';
import { runGraph } from './runGraph.ts';

beforeAll(() => tf.setBackend('cpu'));

const operandName = (i: number) => `operand.${i}`;

/** A case as a program: its operands are the parameters, its loss weighs every number of the result differently. */
function programOf({ shapes, of }: Pick<KernelCase, 'shapes' | 'of'>): Program {
  const run = (parameters: Tensors) => of(...shapes.map((_, i) => parameters[operandName(i)]!));
  return {
    parameters: shapes.map((shape, i) => ({ name: operandName(i), shape, fanIn: 1, isBias: false })),
    inputs: [],
    loss: (parameters) => {
      const result = run(parameters);
      return tf.sum(tf.mul(result, tf.tensor(numbersOf(result.shape, 5), result.shape)));
    },
    functions: { run: { inputs: [], outputs: [], run: (parameters) => ({ result: run(parameters) }) } },
  };
}

/** Result and gradients by TensorFlow.js's plain backend, and the kernels it used. */
async function computePlainly(one: KernelCase, operands: readonly Float32Array[]) {
  const program = programOf(one);
  const tensors = one.shapes.map((shape, i) => tf.tensor(operands[i]!, [...shape]));
  const named = (given: Tensor[]) => Object.fromEntries(given.map((tensor, i) => [operandName(i), tensor]));
  const found: Record<string, ArrayLike<number>> = {};
  const { kernelNames } = await tf.profile(() => {
    found.result = program.functions.run!.run(named(tensors), {}).result!.dataSync();
    if (!one.isSmooth) return;
    const { value, grads } = tf.valueAndGrads((...given: Tensor[]) => program.loss(named(given), {}))(tensors);
    found.loss = value.dataSync();
    grads.forEach((gradient, i) => {
      found[gradientName(operandName(i))] = gradient.dataSync();
    });
  });
  return { found, kernelNames };
}

/** Fails unless two arrays are equal to 1e-6 of 1 or of their largest number. */
function expectSame(found: ArrayLike<number>, wanted: ArrayLike<number>, what: string): void {
  expect(found.length, what).toBe(wanted.length);
  const scale = Math.max(1, ...Array.from(wanted, Math.abs));
  for (let i = 0; i < wanted.length; i++)
    if (!(Math.abs(found[i]! - wanted[i]!) <= 1e-6 * scale)) expect.fail(`${what}, number ${i}: ${found[i]} instead of ${wanted[i]}`);
}

describe('a traced kernel gives what the plain backend gives, forward and backward', () => {
  test('every kernel that can be traced has cases here', () => {
    expect(Object.keys(kernelCases).sort()).toEqual(Object.keys(traceKernels).sort());
  });

  test.each(Object.keys(kernelCases))('%s', async (kernel) => {
    const used = new Set<string>();
    for (const one of kernelCases[kernel]!) {
      const operands = one.shapes.map((shape, i) => numbersOf(shape, i, one.isPositive));
      const wanted = await computePlainly(one, operands);
      for (const name of wanted.kernelNames) used.add(name);
      const program = programOf(one);
      const feeds = Object.fromEntries(operands.map((numbers, i) => [operandName(i), numbers]));
      const found = {
        ...runGraph(traceFunction(program, 'run', 1).graph, feeds),
        ...(one.isSmooth && runGraph(traceGradients(program, 1).graph, feeds)),
      };
      for (const [output, numbers] of Object.entries(wanted.found)) expectSame(found[output]!, numbers, `${one.name}, ${output}`);
    }
    expect([...used]).toContain(kernel);
  });
});

describe('an operand that comes out as it went in', () => {
  const unchanged: Record<string, (x: Tensor) => Tensor> = {
    Identity: (x) => tf.clone(x),
    Cast: (x) => tf.cast(x, 'float32'),
    Reshape: (x) => tf.reshape(x, [4, 1]),
    'Sum over a side of 1': (x) => tf.sum(x, 1, true),
    'Mean over a side of 1': (x) => tf.mean(x, 1, true),
    'Max over a side of 1': (x) => tf.max(x, 1, true),
    Slice: (x) => tf.slice(x, [0, 0], [4, 1]),
    Concat: (x) => tf.concat([x]),
    AddN: (x) => tf.addN([x]),
    'adding 0': (x) => tf.add(x, 0),
    'multiplying by 1': (x) => tf.mul(x, 1),
    'to the power of 1': (x) => tf.pow(x, 1),
  };
  test.each(Object.entries(unchanged))('does not double gradients: %s', (_, same) => {
    const operand = numbersOf([4, 1], 1);
    // d/dx of x^2 + 3 x, through the operation once and twice
    const of = (x: Tensor) => tf.add(tf.mul(same(x), same(same(x))), tf.mul(x, 3));
    const program = { ...programOf({ shapes: [[4, 1]], of: of as KernelCase['of'] }), loss: (p: Tensors) => tf.sum(of(p['operand.0']!)) };
    const found = runGraph(traceGradients(program, 1).graph, { 'operand.0': operand });
    expectSame(
      found['gradient.operand.0']!,
      operand.map((x) => 2 * x + 3),
      'gradient',
    );
  });
});

describe('what cannot be traced', () => {
  const trace = (of: (x: Tensor) => Tensor) => traceGradients(programOf({ shapes: [[3, 4]], of: of as KernelCase['of'] }), 1);

  test('is refused with the name of the kernel and what to do', () => {
    const cumulated = () => trace((x) => tf.cumsum(x));
    expect(cumulated).toThrow(UserError);
    expect(cumulated).toThrow('the compiled engine has no "Cumsum" yet; use engine "wasm" or "tensorflow" for this model');
    const byRow = tf.zeros([3, 1], 'int32');
    expect(() => trace((x) => tf.gather(x, byRow, 1, 1))).toThrow('a tensor of another backend');
    expect(() => trace((x) => tf.gather(x, tf.zeros([3, 1], 'int32'), 1, 1))).toThrow('no gather with batchDims yet');
  });

  test('numbers that the program asks for', () => {
    expect(() => trace((x) => tf.mul(x, x.dataSync()[0]!))).toThrow('numbers were asked for while tracing');
  });

  test('leaves the backend as it was, and no tensor behind', () => {
    const before = [tf.getBackend(), tf.memory().numTensors];
    expect(() => trace((x) => tf.cumsum(x))).toThrow();
    trace((x) => tf.tanh(x));
    expect([tf.getBackend(), tf.memory().numTensors]).toEqual(before);
  });
});
