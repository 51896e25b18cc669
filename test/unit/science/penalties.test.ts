import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Engine } from '../../../src/engine/engine.ts';
import { gradientName, traceFunction, traceGradients } from '../../../src/engine/trace/traceProgram.ts';
import { createWasmEngine } from '../../../src/engine/wasmEngine.ts';
import type { AutoencoderExperiment } from '../../../src/experiment/autoencoder.ts';
import { autoencoderProgram } from '../../../src/science/autoencoder.ts';
import { jacobianSquares } from '../../../src/science/contractive.ts';
import { initialParameters } from '../../../src/science/initialise.ts';
import { largestMask } from '../../../src/science/largestCodes.ts';
import { namedParameters } from '../../../src/science/linearMap.ts';
import { tf } from '../../../src/science/tensorflow.ts';
import { plainSlope } from '../engine/referenceSteps.ts';
import { engineFolder, runGraph } from '../engine/runGraph.ts';
import { deep, kl, noise, penaltyCases, sigmoid } from './penaltyCases.ts';
import { lossAndGradient, normals, relativeError } from './referenceModel.ts';
import { halvesOf, numericJacobian, referenceGradient, referenceLoss, tiedPlaces, untie } from './referencePenalties.ts';
import { experimentWith } from './trainToOptimum.ts';

const inputs = 5;
const rows = 4;

let wasm: Engine;
beforeAll(async () => {
  wasm = await createWasmEngine(engineFolder);
});

/** A case with parameters of a size that bends every activation, and a batch. */
function setUp(sections: object) {
  const experiment = experimentWith(sections);
  const program = autoencoderProgram(experiment, inputs);
  const normal = normals(5);
  const value = () => (experiment.loss.kind === 'squared' ? normal() : 1 / (1 + Math.exp(-normal())));
  const drawn = () => (experiment.corruption.kind === 'mask' ? Number(normal() > -0.25) : normal());
  const filled = (of: () => number) => Array.from({ length: rows }, () => Array.from({ length: inputs }, () => Math.fround(of())));
  const parameters = initialParameters(program, 1).map((v) => 2 * v);
  return { experiment, program, parameters, batch: { x: filled(value), draws: filled(drawn) } };
}

/** Loss and gradient by every way to compute them. */
async function everyWay({ experiment, program, parameters, batch }: ReturnType<typeof setUp>) {
  const feeds = { x: Float32Array.from(batch.x.flat()), draw: Float32Array.from(batch.draws.flat()) };
  const traced = runGraph(traceGradients(program, rows).graph, { ...namedParameters(program, parameters), ...feeds });
  const gradient = program.parameters.flatMap(({ name }) => [...traced[gradientName(name)]!]);
  const prepared = await wasm.prepare(program, parameters, experiment.optimizer);
  const loss = prepared.step(feeds, rows, { step: 1, learningRate: 0 });
  const ways = {
    cpu: plainSlope(program)(Float64Array.from(parameters), batch),
    traced: { loss: traced.loss![0]!, gradient },
    wasm: { loss, gradient: [...prepared.gradients] },
  };
  prepared.dispose();
  return ways;
}

describe('loss and gradient are those of float64 differences, by the plain backend, traced and on WebAssembly', () => {
  test.each(Object.entries(penaltyCases))('%s', async (_, sections) => {
    const one = setUp(sections);
    const exact = Float64Array.from(one.parameters);
    const wanted = {
      loss: referenceLoss(one.experiment, inputs, exact, one.batch),
      gradient: referenceGradient(one.experiment, inputs, exact, one.batch),
    };
    for (const [way, { loss, gradient }] of Object.entries(await everyWay(one))) {
      expect(Math.abs(loss - wanted.loss), `loss, ${way}`).toBeLessThan(1e-5 * wanted.loss);
      expect(relativeError(gradient, wanted.gradient), `gradient, ${way}`).toBeLessThan(1e-5);
    }
  });
});

test('a tied weight has the gradients of both its places, summed', async () => {
  const one = setUp({ model: { ...deep('tanh', 'none'), tied: true }, corruption: noise });
  const { experiment, parameters, batch } = one;
  const halves = halvesOf(experiment, inputs);
  const places = tiedPlaces(halves);
  const { corruption, loss } = experiment;
  const untied = { layers: [...halves.encoder, ...halves.decoder], corruption, loss };
  const { gradient } = lossAndGradient(untied, untie(parameters, places), batch.x, batch.draws);
  const wanted = places.map((both) => both.reduce((sum, place) => sum + gradient[place]!, 0));
  expect(wanted).toHaveLength(parameters.length);
  for (const way of Object.values(await everyWay(one))) expect(relativeError(way.gradient, wanted)).toBeLessThan(1e-5);
});

test('tied models have weights of the encoder only, and all biases', () => {
  const { program } = setUp({ model: { ...deep('tanh', 'none'), tied: true } });
  const encoder = [0, 1, 2].flatMap((i) => [`encoder.${i}.weights`, `encoder.${i}.bias`]);
  expect(program.parameters.map(({ name }) => name)).toEqual([...encoder, 'decoder.0.bias', 'decoder.1.bias', 'decoder.2.bias']);
});

describe('the squared Jacobian', () => {
  const jacobianOf = (experiment: AutoencoderExperiment, seen: number[][]) => {
    void tf.setBackend('cpu');
    const program = autoencoderProgram(experiment, inputs);
    const parameters = initialParameters(program, 2);
    const named = namedParameters(program, parameters);
    const tensors = Object.fromEntries(program.parameters.map(({ name, shape }) => [name, tf.tensor(named[name]!, [...shape])]));
    const { encoder } = halvesOf(experiment, inputs);
    return { found: jacobianSquares(encoder, tensors, { seen: tf.tensor2d(seen), kept: 0 }).dataSync()[0]!, parameters };
  };
  const normal = normals(3);
  const seen = Array.from({ length: rows }, () => Array.from({ length: inputs }, () => normal()));

  test('of one sigmoid layer is the sum of (h_j (1 - h_j))^2 |W_j|^2', () => {
    const { found, parameters } = jacobianOf(experimentWith({ model: sigmoid }), seen);
    let wanted = 0;
    for (const row of seen)
      for (let j = 0; j < 4; j++) {
        const weights = row.map((_, i) => parameters[i * 4 + j]!);
        const z = row.reduce((sum, v, i) => sum + v * weights[i]!, parameters[inputs * 4 + j]!);
        const h = 1 / (1 + Math.exp(-z));
        wanted += (h * (1 - h)) ** 2 * weights.reduce((sum, w) => sum + w * w, 0);
      }
    expect(Math.abs(found / wanted - 1)).toBeLessThan(1e-6);
  });

  test('of two layers is that of differences', () => {
    const experiment = experimentWith({ model: { kind: 'mlp', hidden: [6], latent: 4, activation: 'tanh', latentActivation: 'sigmoid' } });
    const { found, parameters } = jacobianOf(experiment, seen);
    const halves = halvesOf(experiment, inputs);
    const exact = Float64Array.from(parameters);
    const wanted = seen.reduce((sum, row) => sum + numericJacobian(halves, exact, row, 4), 0);
    expect(Math.abs(found / wanted - 1)).toBeLessThan(1e-5);
  });
});

describe('top-k codes', () => {
  const maskOf = (values: number[][], k: number) => {
    void tf.setBackend('cpu');
    return [...largestMask(tf.tensor2d(values), k).dataSync()];
  };

  test('are the k largest by value of each row, and those that equal the last of them', () => {
    expect(maskOf([[3, -5, 1, 2], [-4, -1, -3, -2]], 2)).toEqual([1, 0, 0, 1, 0, 1, 0, 1]); // biome-ignore format: rows
    expect(maskOf([[1, 1, 1, 2]], 2)).toEqual([1, 1, 1, 1]);
    expect(maskOf([[0, 0, 0, 2]], 1)).toEqual([0, 0, 0, 1]);
  });

  test('are exactly k in what is encoded, and nothing reaches the others', () => {
    const { program, parameters, batch } = setUp({ model: { kind: 'linear', latent: 6 }, penalty: { latentTopK: 2 } });
    const { graph, isForAnyRows } = traceFunction(program, 'encode', rows);
    expect(isForAnyRows).toBe(true);
    const fixed = { ...graph, inputs: graph.inputs.map((one) => (one.name === 'x' ? { ...one, shape: [rows, inputs] } : one)) };
    const outputs = graph.outputs.map((one) => ({ ...one, shape: [rows, 6] }));
    const feeds = { ...namedParameters(program, parameters), x: batch.x.flat() };
    const codes = runGraph({ ...fixed, outputs }, feeds).latent!;
    for (let r = 0; r < rows; r++) expect(codes.subarray(6 * r, 6 * r + 6).filter((code) => code !== 0)).toHaveLength(2);
    // the gradient of a unit that no row keeps is 0, of the others not
    const { gradient } = plainSlope(program)(Float64Array.from(parameters), batch);
    for (let l = 0; l < 6; l++) {
      const isKept = batch.x.some((_, r) => codes[6 * r + l] !== 0);
      expect(batch.x[0]!.some((_, i) => gradient[i * 6 + l] !== 0)).toBe(isKept);
    }
  });
});

describe('the divergence of mean activities', () => {
  test('is 0 at the target, and stays finite at codes of exactly 0 and 1', async () => {
    const model = { kind: 'mlp', hidden: [], latent: 2, latentActivation: 'sigmoid' };
    const program = autoencoderProgram(experimentWith({ model, penalty: { latentKl: { target: 0.25, weight: 1 } } }), 1);
    const of = (bias: readonly [number, number]) => {
      // W = 0: the codes are the sigmoids of the biases, the output 0
      const { loss, gradient } = plainSlope(program)(Float64Array.of(0, 0, ...bias, 0, 0, 0), { x: [[0]], draws: [[0]] });
      return { loss, slopes: gradient[2]! + gradient[3]! };
    };
    const balanced = of([-Math.log(3), -Math.log(3)]);
    expect(balanced.loss).toBeCloseTo(0, 6);
    expect(balanced.slopes).toBeCloseTo(0, 6);
    expect(of([0, 0]).loss).toBeCloseTo(2 * (0.25 * Math.log(0.5) + 0.75 * Math.log(1.5)), 5);
    expect(Number.isFinite(of([-200, 200]).loss)).toBe(true);
  });
});

test('what has no meaning is refused by the program too', () => {
  const refused = (sections: object) => () => autoencoderProgram(experimentWith(sections), inputs);
  expect(refused({ penalty: kl })).toThrow('latentActivation');
});
