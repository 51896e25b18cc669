import { beforeAll, describe, expect, test } from 'vitest';
import type { Engine } from '../../../src/engine/engine.ts';
import type { AutoencoderExperiment } from '../../../src/experiment/autoencoder.ts';
import { minimise } from '../../../src/math/lbfgs.ts';
import { symmetricEigen } from '../../../src/math/symmetricEigen.ts';
import { autoencoderProgram } from '../../../src/science/autoencoder.ts';
import { multiply, pseudoInverse, transposed } from '../../../src/science/denseMatrix.ts';
import { initialParameters } from '../../../src/science/initialise.ts';
import { linearMapOf } from '../../../src/science/linearMapOf.ts';
import type { LinearModel } from '../../../src/science/singleMatrix.ts';
import { largestSingularValue } from '../../../src/science/singularValue.ts';
import { stepLoad, unrolledMap } from '../../../src/science/unrolled.ts';
import { normals, relativeError } from './referenceModel.ts';
import { experimentWith, realEngine } from './trainToOptimum.ts';

const inputs = 7;
const latent = 3;
const rows = 5;

const unrolled = (more: object = {}) => ({ kind: 'linear', parameterization: 'unrolled', latent, steps: 4, stepSize: 0.6, ...more });
const modelOf = (more: object = {}) => experimentWith({ model: unrolled(more) }).model as LinearModel;
const mask = { kind: 'mask', ratio: 0.4 };
/** B^T [latent, inputs], its largest singular value about 1. */
const weights = Float64Array.from({ length: latent * inputs }, normals(3)).map((value) => 0.3 * value);

const largestDifference = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Math.max(...Array.from(a, (value, at) => Math.abs(value - b[at]!)));

/** The steps written from the definition, one row: l <- soft(l + eta B^T (m o (x - B l - b))). */
function descend(
  model: LinearModel,
  at: { weights: ArrayLike<number>; bias?: ArrayLike<number> },
  x: number[],
  kept: number[] | null,
): number[] {
  const eta = model.stepSize === 'auto' ? 1 / largestSingularValue(at.weights, inputs) ** 2 : model.stepSize;
  const drawn = (l: number[], j: number) => l.reduce((sum, value, k) => sum + value * at.weights[k * inputs + j]!, at.bias?.[j] ?? 0);
  const soft = (z: number) => Math.sign(z) * Math.max(Math.abs(z) - eta * model.threshold, 0);
  let code = new Array<number>(latent).fill(0);
  for (let step = 0; step < model.steps; step++) {
    const residual = x.map((value, j) => (kept ? kept[j]! : 1) * (value - drawn(code, j)));
    code = code.map((value, k) => soft(value + eta * residual.reduce((sum, r, j) => sum + r * at.weights[k * inputs + j]!, 0)));
  }
  return code;
}

/** Loss of rows in float64: mean over rows of the weighted squared errors of the output. */
function lossOf(experiment: AutoencoderExperiment, parameters: ArrayLike<number>, x: number[][], draw: number[][] | null): number {
  const model = experiment.model as LinearModel;
  const at = { weights: Array.from(parameters).slice(0, latent * inputs), bias: Array.from(parameters).slice(latent * inputs) };
  const { corruption, loss } = experiment;
  const isMask = corruption.kind === 'mask';
  const sums = x.map((row, i) => {
    const seen = corruption.kind === 'gaussian' ? row.map((value, j) => value + corruption.sigma * draw![i]![j]!) : row;
    const code = descend(model, at, seen, isMask ? draw![i]! : null);
    return row.reduce((sum, value, j) => {
      const output = code.reduce((total, l, k) => total + l * at.weights[k * inputs + j]!, at.bias[j] ?? 0);
      const kept = isMask ? draw![i]![j]! : 1;
      const share =
        isMask && loss.over === 'masked'
          ? (1 - kept) / corruption.ratio
          : isMask && loss.over === 'visible'
            ? kept / (1 - corruption.ratio)
            : 1;
      return sum + share * (value - output) ** 2;
    }, 0);
  });
  return sums.reduce((a, b) => a + b, 0) / x.length;
}

let engine: Engine;
beforeAll(async () => {
  engine = await realEngine();
});

describe('the map of an unrolled encoder', () => {
  test.each([1, 2, 5, 10, 301])('after %i steps is U diag(1 - (1 - eta sigma^2)^d) U^T to ten digits', (steps) => {
    const map = unrolledMap(modelOf({ steps }), weights);
    const { values, vectors } = symmetricEigen(
      multiply(transposed(weights, latent, inputs), weights, { rows: inputs, inner: latent, columns: inputs }),
      inputs,
    );
    const filter = values.map((square, i) => (i < latent ? 1 - (1 - 0.6 * square) ** steps : 0));
    const shrunk = vectors.map((value, at) => value * filter[at % inputs]!);
    const wanted = multiply(shrunk, transposed(vectors, inputs, inputs), { rows: inputs, inner: inputs, columns: inputs });
    const found = multiply(Float64Array.from(map.encoder), Float64Array.from(map.decoder), {
      rows: inputs,
      inner: latent,
      columns: inputs,
    });
    expect(largestDifference(found, wanted)).toBeLessThan(1e-10);
  });

  test('of very many steps is the pseudo-inverse', () => {
    const map = unrolledMap(modelOf({ steps: 10_000 }), weights);
    const gram = multiply(weights, transposed(weights, latent, inputs), { rows: latent, inner: inputs, columns: latent });
    const wanted = multiply(transposed(weights, latent, inputs), pseudoInverse(gram, latent), {
      rows: inputs,
      inner: latent,
      columns: latent,
    });
    expect(largestDifference(map.encoder, wanted)).toBeLessThan(1e-8);
  });

  test('of one step is tied: eta B B^T', () => {
    const { encoder } = unrolledMap(modelOf({ steps: 1 }), weights);
    const wanted = transposed(weights, latent, inputs).map((value) => 0.6 * value);
    expect(largestDifference(encoder, wanted)).toBeLessThan(1e-12);
  });
});

const cases: [name: string, sections: object][] = [
  ['no corruption', { model: unrolled() }],
  ['a bias', { model: unrolled({ bias: true }) }],
  ['noise', { model: unrolled({ bias: true }), corruption: { kind: 'gaussian', sigma: 0.3 } }],
  ['a mask', { model: unrolled(), corruption: mask }],
  ['a mask and a bias, loss over dropped ones', { model: unrolled({ bias: true }), corruption: mask, loss: { over: 'masked' } }],
  ['a mask, loss over kept ones', { model: unrolled(), corruption: mask, loss: { over: 'visible' } }],
  ['a single step', { model: unrolled({ steps: 1 }), corruption: mask }],
  ['a soft threshold', { model: unrolled({ threshold: 0.05 }), corruption: mask }],
  ['a soft threshold without a mask', { model: unrolled({ threshold: 0.05 }) }],
];

describe('an unrolled autoencoder', () => {
  test.each(cases)('with %s has the loss and the gradient of its definition', async (_, sections) => {
    const experiment = experimentWith({ ...sections, optimizer: { kind: 'sgd' } });
    const program = autoencoderProgram(experiment, inputs);
    const parameters = initialParameters(program, 1).map((value) => 3 * value);
    const next = normals(5);
    const x = Array.from({ length: rows }, () => Array.from({ length: inputs }, () => next()));
    const draw = x.map((row) => row.map(() => (experiment.corruption.kind === 'mask' ? Number(next() > -0.3) : next())));
    const prepared = await engine.prepare(program, parameters, experiment.optimizer, rows);
    const feeds = { x: Float32Array.from(x.flat()), draw: Float32Array.from(draw.flat()) };
    const loss = prepared.step(feeds, rows, { step: 1, learningRate: 0 });
    expect(loss / lossOf(experiment, parameters, x, draw)).toBeCloseTo(1, 5);
    const h = 1e-5;
    const wanted = Float64Array.from(parameters, (value, i) => {
      const moved = (by: number) =>
        lossOf(
          experiment,
          Float64Array.from(parameters, (other, j) => (i === j ? value + by : other)),
          x,
          draw,
        );
      return (moved(h) - moved(-h)) / (2 * h);
    });
    expect(relativeError(prepared.gradients, wanted)).toBeLessThan(1e-5);
    prepared.dispose();
  });

  test('finds "auto" step sizes by itself, just short of 1 / (largest singular value)^2, and no gradient flows through them', async () => {
    const experiment = experimentWith({ model: unrolled({ stepSize: 'auto', steps: 1 }), optimizer: { kind: 'sgd' } });
    const program = autoencoderProgram(experiment, inputs);
    const parameters = Float32Array.from(weights);
    const prepared = await engine.prepare(program, parameters, experiment.optimizer, 1);
    const x = Float32Array.from({ length: inputs }, normals(2));
    const { latent: code } = prepared.call('encode', { x }, 1);
    const limit = 1 / largestSingularValue(parameters, inputs) ** 2;
    const without = descend(modelOf({ steps: 1, stepSize: 1 }), { weights: parameters }, [...x], null);
    const eta = code![0]! / without[0]!;
    expect(eta / limit).toBeGreaterThan(3 ** (-1 / 256) - 1e-5);
    expect(eta / limit).toBeLessThan(1 + 1e-5);
    prepared.step({ x }, 1, { step: 1, learningRate: 0 });
    const fixed = experimentWith({ model: unrolled({ stepSize: eta, steps: 1 }), optimizer: { kind: 'sgd' } });
    const beside = await engine.prepare(autoencoderProgram(fixed, inputs), parameters, fixed.optimizer, 1);
    beside.step({ x }, 1, { step: 1, learningRate: 0 });
    expect(relativeError(prepared.gradients, Float64Array.from(beside.gradients))).toBeLessThan(1e-4);
  });

  test('starts where its steps converge: B is scaled down until eta sigma^2 is 1', () => {
    const long = experimentWith({ model: unrolled({ stepSize: 50 }) });
    const program = autoencoderProgram(long, inputs);
    expect(stepLoad(long.model as LinearModel, initialParameters(program, 0))).toBeCloseTo(1, 5);
    const short = experimentWith({ model: unrolled({ stepSize: 0.01 }) });
    expect(stepLoad(short.model as LinearModel, initialParameters(autoencoderProgram(short, inputs), 0))).toBeLessThan(0.1);
  });

  test('is its map on clean rows', async () => {
    const experiment = experimentWith({ model: unrolled({ bias: true }) });
    const program = autoencoderProgram(experiment, inputs);
    const parameters = Float32Array.from({ length: (latent + 1) * inputs }, normals(8)).map((value) => 0.3 * value);
    const prepared = await engine.prepare(program, parameters, experiment.optimizer, rows);
    const x = Float32Array.from({ length: rows * inputs }, normals(9));
    const { output } = prepared.call('reconstruct', { x }, rows);
    const map = linearMapOf(experiment.model, program, parameters)!;
    const codes = multiply(Float64Array.from(x), Float64Array.from(map.encoder), { rows, inner: inputs, columns: latent });
    const wanted = multiply(codes, Float64Array.from(map.decoder), { rows, inner: latent, columns: inputs }).map(
      (value, at) => value + map.bias[at % inputs]!,
    );
    expect(relativeError(output!, wanted)).toBeLessThan(1e-5);
  });

  test('of an orthonormal B and step size 1 ends after one step at the soft threshold of B^T x', () => {
    const identity = Float64Array.from({ length: latent * inputs }, (_, at) => Number(Math.floor(at / inputs) === at % inputs));
    const model = modelOf({ steps: 1, stepSize: 1, threshold: 0.4 });
    expect(descend(model, { weights: identity }, [1, -0.3, -2, 0, 0, 0, 0], null)).toEqual([0.6, -0, -1.6]);
  });
});

test('the largest singular value is that of either Gram matrix, and NaN where a number is not finite', () => {
  expect(largestSingularValue([3, 0, 0, 4], 2)).toBeCloseTo(4, 12);
  const tall = Float64Array.from({ length: 12 }, normals(1));
  expect(largestSingularValue(tall, 3)).toBeCloseTo(largestSingularValue(transposed(tall, 4, 3), 4), 12);
  expect(largestSingularValue([Number.NaN, 1], 1)).toBeNaN();
});

/** E over the noise of |x - W (x + n)|^2 for a map W of rows: tr((I - W)^T S (I - W)) + sigma^2 |W|^2. */
function expectedLoss(map: ReturnType<typeof unrolledMap>, s: Float64Array, variance: number): number {
  const n = map.inputs;
  const square = { rows: n, inner: n, columns: n };
  const w = multiply(Float64Array.from(map.encoder), Float64Array.from(map.decoder), { ...square, inner: map.latent });
  const left = w.map((value, at) => Number(at % (n + 1) === 0) - value);
  const product = multiply(s, left, square);
  return left.reduce((sum, value, at) => sum + value * product[at]! + variance * w[at]! ** 2, 0);
}

describe('the best unrolled autoencoder', () => {
  const n = 6;
  const k = 2;
  const rowsOf = Float64Array.from({ length: n * n }, normals(4));
  const s = multiply(transposed(rowsOf, n, n), rowsOf, { rows: n, inner: n, columns: n }).map((value) => value / n);
  const { values } = symmetricEigen(s, n);

  test.each([
    [1, 0.2],
    [2, 0.2],
    [5, 0.2],
    [10, 0.2],
    [1, 0],
    [10, 0],
  ])('of %i steps has the loss of the best two matrices, with noise of variance %d', (steps, variance) => {
    const model = modelOf({ steps, latent: k });
    const objective = (x: Float64Array, gradient: Float64Array) => {
      const h = 1e-6;
      const at = (i: number, by: number) =>
        expectedLoss(
          unrolledMap(
            model,
            x.map((value, j) => (i === j ? value + by : value)),
          ),
          s,
          variance,
        );
      for (let i = 0; i < x.length; i++) gradient[i] = (at(i, h) - at(i, -h)) / (2 * h);
      return expectedLoss(unrolledMap(model, x), s, variance);
    };
    const start = Float64Array.from({ length: k * n }, normals(6)).map((value) => 0.3 * value);
    const search = minimise(objective, start, 1e-8, 500);
    let next = search.next();
    while (!next.done) next = search.next();
    const wanted = values.reduce((sum, value, i) => sum + value - (i < k ? value ** 2 / (value + variance) : 0), 0);
    expect(next.value.value / wanted).toBeCloseTo(1, 6);
  });
});
