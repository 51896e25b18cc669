import { describe, expect, test } from 'vitest';
import { traceFunction, traceGradients } from '../../../src/engine/trace/traceProgram.ts';
import { autoencoderProgram } from '../../../src/science/autoencoder.ts';
import { initialParameters } from '../../../src/science/initialise.ts';
import { type ConvolutionalCase, convolutionalCases, penalisedCases } from '../science/convolutionalCases.ts';
import { normals, relativeError } from '../science/referenceModel.ts';
import { experimentWith } from '../science/trainToOptimum.ts';
import { expectSameStep, expectSameSteps, prepareOnEvery } from './onEveryEngine.ts';

const rows = 9;

function setUp({ sections, imageShape }: ConvolutionalCase, steps: number) {
  const experiment = experimentWith({ optimizer: { kind: 'adam', learningRate: 0.01 }, ...sections });
  const inputs = imageShape[0] * imageShape[1];
  const normal = normals(3);
  const isMasked = experiment.corruption.kind === 'mask';
  const isSquared = experiment.loss.kind === 'squared';
  const filled = (of: () => number) => Float32Array.from({ length: steps * rows * inputs }, () => of());
  const feeds = {
    x: filled(() => (isSquared ? normal() : 1 / (1 + Math.exp(-2 * normal())))),
    draw: filled(() => (isMasked ? Number(normal() > -0.25) : normal())),
  };
  const program = autoencoderProgram(experiment, inputs, imageShape);
  const initial = initialParameters(program, 2);
  const rule = experiment.optimizer;
  const prepare = () => prepareOnEvery(program, initial, { rule, rows });
  return { feeds, prepare, program };
}

describe('one step of a convolutional autoencoder agrees to 1e-5 on every engine', () => {
  test.each(Object.entries({ ...convolutionalCases, ...penalisedCases }))('%s', async (_, one) => {
    const { feeds, prepare } = setUp(one, 1);
    expectSameStep(await prepare(), feeds, rows);
  });
});

describe('200 steps agree to 1e-3 of the loss', () => {
  test.each(['odd sides', 'flags as a second channel', 'cross-entropy'])('%s', async (name) => {
    const { feeds, prepare } = setUp(convolutionalCases[name]!, 200);
    expectSameSteps(await prepare(), feeds, { rows, steps: 200, learningRate: 0.005 });
  });
});

test.each(['odd sides', 'cross-entropy of what is masked'])(
  'the functions agree on every engine for any number of rows: %s',
  async (name) => {
    const { feeds, prepare, program } = setUp(convolutionalCases[name]!, 1);
    const { plain, others } = await prepare();
    for (const count of [1, 4, rows])
      for (const called of Object.keys(program.functions).filter((one) => one !== 'decode')) {
        const wanted = plain.call(called, feeds, count);
        for (const [engine, prepared] of Object.entries(others)) {
          const found = prepared.call(called, feeds, count);
          for (const output of Object.keys(wanted))
            expect(relativeError(found[output]!, wanted[output]!), `${engine}, ${called}, ${output}`).toBeLessThan(1e-5);
        }
      }
  },
);

test('a compiled function is one graph for any number of rows', () => {
  const { program } = setUp(convolutionalCases['odd sides']!, 1);
  for (const name of Object.keys(program.functions)) expect(traceFunction(program, name, 4).isForAnyRows, name).toBe(true);
});

test('the flops of a step count every convolution, forward and backward', () => {
  const { program } = setUp({ sections: { model: { kind: 'convolutional', latent: 32 } }, imageShape: [28, 28] }, 1);
  const perRow = program.multiplications!;
  // the first layer has no gradient by its input
  expect(traceGradients(program, 64).flops).toBe(64 * 2 * (3 * perRow - 9 * 16 * 196));
});

test('equal runs are equal to the bit, however the steps are divided into calls', async () => {
  const { feeds, prepare, program } = setUp(convolutionalCases['odd sides']!, 8);
  const updates = Array.from({ length: 8 }, (_, i) => ({ step: i + 1, learningRate: 0.01 }));
  const part = (from: number, to: number) => {
    const width = rows * program.inputs[0]!.width;
    return { x: feeds.x.subarray(from * width, to * width), draw: feeds.draw.subarray(from * width, to * width) };
  };
  const [{ others: whole }, { others: parted }] = [await prepare(), await prepare()];
  for (const name of Object.keys(whole)) {
    const losses = whole[name]!.steps(feeds, rows, updates);
    const first = parted[name]!.steps(part(0, 3), rows, updates.slice(0, 3));
    const second = parted[name]!.steps(part(3, 8), rows, updates.slice(3));
    expect([...first, ...second], name).toEqual([...losses]);
    expect(parted[name]!.parameters, name).toEqual(whole[name]!.parameters);
  }
});
