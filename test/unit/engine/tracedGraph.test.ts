import { describe, expect, test } from 'vitest';
import type { OnnxGraph } from '../../../src/engine/onnx/onnxGraph.ts';
import { traceFunction, traceGradients } from '../../../src/engine/trace/traceProgram.ts';
import { autoencoderProgram } from '../../../src/science/autoencoder.ts';
import type { Program, Tensors } from '../../../src/science/program.ts';
import { type Tensor, tf } from '../../../src/science/tensorflow.ts';
import { experimentWith } from '../science/trainToOptimum.ts';

const denoising = autoencoderProgram(
  experimentWith({ model: { kind: 'mlp', hidden: [6], latent: 3 }, corruption: { kind: 'gaussian', sigma: 0.25 } }),
  8,
);
const linear = autoencoderProgram(experimentWith({ model: { kind: 'linear', latent: 3 } }), 8);

/** One function of one parameter "layer.weights" [3, 4]. */
const programOf = (loss: (x: Tensor) => Tensor): Program => ({
  parameters: [{ name: 'layer.weights', shape: [3, 4], fanIn: 1, isBias: false }],
  inputs: [],
  loss: (p: Tensors) => loss(p['layer.weights']!),
  functions: { run: { inputs: [], outputs: [], run: (p) => ({ result: loss(p['layer.weights']!) }) } },
});
const trace = (of: (x: Tensor) => Tensor) => traceFunction(programOf(of), 'run', 1).graph;
const ops = ({ nodes }: OnnxGraph) => nodes.map(({ op }) => op);
const namesOf = ({ nodes }: OnnxGraph) => nodes.map(({ name }) => name);

describe('a traced autoencoder', () => {
  const { graph } = traceGradients(denoising, 5);

  test('has as many nodes as a person would write, each bias in its product', () => {
    expect(ops(traceGradients(linear, 5).graph)).toEqual(
      // code, output, error, squares, their sums and mean; slope of the output, of the code, of both matrices
      ['Gemm', 'Gemm', 'Sub', 'Mul', 'ReduceSum', 'ReduceSum', 'Mul', 'Mul', 'Gemm', 'Gemm', 'Gemm'],
    );
    expect(graph.nodes).toHaveLength(31);
    expect(ops(graph).filter((op) => op === 'Gemm')).toHaveLength(4 + 4 + 3);
    expect(ops(graph)).not.toContain('Identity');
  });

  test('adds the rows of a gradient up by products with ones, and has a mask for each relu', () => {
    expect(ops(graph).filter((op) => op === 'MatMul')).toHaveLength(4);
    expect(ops(graph).filter((op) => op === 'Greater')).toHaveLength(2);
    const masked = graph.nodes.filter(({ op }) => op === 'Greater').flatMap(({ inputs }) => inputs);
    expect(masked).toEqual(['decoder.0/Relu', '0', 'encoder.0/Relu', '0']);
  });

  test('has nodes that are named after the layer, before and in the gradient, each once', () => {
    expect(namesOf(graph)).toEqual(
      expect.arrayContaining(['encoder.0/Gemm', 'encoder.0/Relu', 'encoder.1/Gemm', 'decoder.1/Gemm', 'draw/Mul']),
    );
    expect(namesOf(graph)).toEqual(
      expect.arrayContaining(['gradient/decoder.1/Gemm', 'gradient/decoder.0/Greater', 'gradient/encoder.0/Greater']),
    );
    for (const name of namesOf(graph)) expect(name).toMatch(/^(gradient\/)?((encoder|decoder)\.\d|x|draw)\/[A-Z][A-Za-z]+(\.\d+)?$/);
    expect(new Set(namesOf(graph)).size).toBe(graph.nodes.length);
  });

  test('takes parameters and batch, and gives the loss and one gradient for each parameter', () => {
    const parameters = denoising.parameters.map(({ name, shape }) => ({ name, type: 'float32', shape }));
    const batch = ['x', 'draw'].map((name) => ({ name, type: 'float32', shape: [5, 8] }));
    expect(graph.inputs).toEqual([...parameters, ...batch]);
    expect(graph.outputs).toEqual([
      { name: 'loss', type: 'float32', shape: [] },
      ...parameters.map((one) => ({ ...one, name: `gradient.${one.name}` })),
    ]);
  });

  test('computes every value before it is used', () => {
    const known = new Set([...graph.inputs, ...graph.constants].map(({ name }) => name));
    for (const { inputs, outputs } of graph.nodes) {
      for (const input of inputs) expect(known).toContain(input);
      for (const output of outputs) known.add(output);
    }
  });

  test('counts what its products of matrices cost', () => {
    // forward and slope of the weights everywhere, slope of the input in all but the first layer
    const cells = [8 * 6, 6 * 3, 3 * 6, 6 * 8];
    expect(traceGradients(denoising, 5).flops).toBe(2 * 5 * (3 * cells.reduce((a, b) => a + b, 0) - cells[0]!));
    expect(traceFunction(denoising, 'encode', 5).flopsARow).toBe(2 * (8 * 6 + 6 * 3));
  });

  test('is the same graph when it is traced again', () => {
    expect(traceGradients(denoising, 5).graph).toEqual(graph);
  });
});

describe('a traced function', () => {
  const mixing: Program = {
    ...linear,
    functions: {
      centred: {
        inputs: [{ name: 'x', width: 4 }],
        outputs: [{ name: 'y', width: 4 }],
        run: (_, { x }) => ({ y: tf.sub(x!, tf.mul(tf.sum(x!, 0, true), 1 / x!.shape[0]!)) }),
      },
    },
  };

  test('that treats each row by itself is one graph for any number of rows', () => {
    const { graph, isForAnyRows } = traceFunction(denoising, 'reconstructCorrupted', 9);
    expect(isForAnyRows).toBe(true);
    expect(graph.inputs.slice(-2).map(({ shape }) => shape)).toEqual([
      ['rows', 8],
      ['rows', 8],
    ]);
    expect(graph.outputs.map(({ shape }) => shape)).toEqual([['rows', 8]]);
  });

  test('that computes with the number of rows is a graph for that number', () => {
    const { graph, isForAnyRows } = traceFunction(mixing, 'centred', 9);
    expect([isForAnyRows, graph.outputs[0]!.shape]).toEqual([false, [9, 4]]);
  });
});

describe('what need not be computed', () => {
  test('does not depend on the outputs: gone, with its constants', () => {
    const graph = trace((x) => {
      tf.mul(tf.exp(x), 3);
      return tf.sum(x);
    });
    expect(ops(graph)).toEqual(['ReduceSum']);
    expect(graph.constants.map(({ name }) => name)).toEqual(['[0, 1]']);
    expect(ops(traceFunction(denoising, 'encode', 5).graph)).toEqual(['Gemm', 'Relu', 'Gemm']);
  });

  test('was computed already: once', () => {
    expect(ops(trace((x) => tf.add(tf.tanh(x), tf.tanh(x))))).toEqual(['Tanh', 'Add']);
    expect(ops(trace((x) => tf.mul(tf.sum(x, 1), tf.sum(tf.clone(x), 1))))).toEqual(['ReduceSum', 'Mul']);
    expect(ops(trace((x) => tf.add(tf.sum(x, 0, true), tf.sum(x, 1, true))))).toEqual(['MatMul', 'ReduceSum', 'Add']);
  });

  test('is known: folded to numbers', () => {
    const graph = trace((x) => tf.add(x, tf.mul(tf.exp(tf.tensor1d([0, 1, 2, 3])), tf.sqrt(tf.scalar(4)))));
    expect(ops(graph)).toEqual(['Add']);
    expect(graph.constants).toHaveLength(1);
    const { bytes, shape } = graph.constants[0]!;
    expect(shape).toEqual([4]);
    [2, 2 * Math.E, 2 * Math.E ** 2, 2 * Math.E ** 3].forEach((wanted, i) => {
      expect(new Float32Array(bytes.buffer, bytes.byteOffset, 4)[i]! / wanted).toBeCloseTo(1, 6);
    });
  });

  test('changes nothing: gone', () => {
    const nothing: Record<string, (x: Tensor) => Tensor> = {
      'adding 0': (x) => tf.add(x, tf.zerosLike(x)),
      'subtracting 0': (x) => tf.sub(x, 0),
      'multiplying by 1': (x) => tf.mul(tf.onesLike(x), x),
      'dividing by 1': (x) => tf.div(x, 1),
      'numbers that undo each other': (x) => tf.mul(tf.mul(x, 4), 0.25),
      'the same shape and type': (x) => tf.reshape(tf.cast(tf.clone(x), 'float32'), [3, 4]),
    };
    for (const [what, of] of Object.entries(nothing)) expect(ops(trace((x) => tf.tanh(of(x)))), what).toEqual(['Tanh']);
  });

  test('is a row of products with numbers: one', () => {
    const graph = trace((x) => tf.mul(tf.mul(tf.mul(x, 2), 3), 0.5));
    expect(ops(graph)).toEqual(['Mul']);
    expect(graph.constants.map(({ name }) => name)).toEqual(['3']);
  });

  test('is only a broadcast: left to the operation that uses it', () => {
    expect(ops(trace((x) => tf.mul(x, tf.add(tf.sum(x, 0, true), tf.zeros([3, 4])))))).toEqual(['MatMul', 'Mul']);
    expect(ops(trace((x) => tf.matMul(x, tf.add(tf.sum(x, 0, true), tf.zeros([3, 4])), true)))).toContain('Expand');
  });
});

describe('what is done to a product of matrices that nobody else reads', () => {
  const other = () => tf.tensor([0, 1, 2, 3, 4, 5, 6, 7, 8], [3, 3]);
  const product = (x: Tensor) => tf.matMul(x, x, false, true);
  const gemmOf = (of: (x: Tensor) => Tensor) => trace(of).nodes.find(({ op }) => op === 'Gemm')!;

  test('is its own work: a factor, a matrix added to it', () => {
    expect(ops(trace((x) => tf.mul(product(x), 3)))).toEqual(['Gemm']);
    expect(gemmOf((x) => tf.mul(product(x), 3)).attributes).toEqual({ transB: { int: 1 }, alpha: { float: 3 } });
    expect(ops(trace((x) => tf.add(other(), product(x))))).toEqual(['Gemm']);
    expect(gemmOf((x) => tf.add(other(), product(x))).inputs).toHaveLength(3);
  });

  test('goes for the row in it too', () => {
    const { attributes } = gemmOf((x) => tf.mul(tf.add(product(x), tf.sum(x, 1)), 3));
    expect(attributes).toEqual({ transB: { int: 1 }, alpha: { float: 3 }, beta: { float: 3 } });
  });

  test('is left alone where the product is read elsewhere, and where the sum is large', () => {
    expect(ops(trace((x) => tf.sub(tf.mul(product(x), 3), tf.square(product(x)))))).toContain('Mul');
    const large = (x: Tensor) => tf.matMul(tf.tile(x, [50, 1]), tf.tile(x, [50, 1]), false, true); // [150, 150]
    expect(ops(trace((x) => tf.add(large(x), tf.add(large(x), 1))))).toContain('Add');
  });
});

test('a value cut into pieces is cut by one node', () => {
  const graph = trace((x) => tf.mul(tf.split(x, 3)[0]!, tf.split(x, 3)[2]!));
  expect(ops(graph)).toEqual(['Split', 'Mul']);
  expect(graph.nodes[0]!.outputs).toEqual(['layer/Split', 'layer/Split:1', 'layer/Split:2']);
});

test('values that leave as they came, twice or known get a node of their own', () => {
  const functions = {
    run: {
      inputs: [],
      outputs: [],
      run: (p: Tensors) => ({ same: p['layer.weights']!, again: tf.clone(p['layer.weights']!), two: tf.fill([2], 2) }),
    },
  };
  const { graph } = traceFunction({ ...programOf((x) => x), functions }, 'run', 1);
  expect(graph.nodes.map(({ op, inputs, outputs }) => [op, inputs[0], outputs[0]])).toEqual([
    ['Identity', 'layer.weights', 'same'],
    ['Identity', 'layer.weights', 'again'],
    ['Identity', graph.constants[0]!.name, 'two'],
  ]);
});
