import { describe, expect, test } from 'vitest';
import { autoencoderProgram } from '../../../src/science/autoencoder.ts';
import { initialParameters } from '../../../src/science/initialise.ts';
import { normals, relativeError } from '../science/referenceModel.ts';
import { experimentWith } from '../science/trainToOptimum.ts';
import { cases, deficientCases } from './leastSquaresCases.ts';
import { expectSameStep, expectSameSteps, prepareOnEvery } from './onEveryEngine.ts';

const inputs = 7;
const rows = 9;

function setUp(sections: object, steps: number) {
  const experiment = experimentWith({ optimizer: { kind: 'adam', learningRate: 0.01 }, ...sections });
  const normal = normals(3);
  const count = steps * rows * inputs;
  const isMasked = experiment.corruption.kind === 'mask';
  const feeds = {
    x: Float32Array.from({ length: count }, () => normal()),
    draw: Float32Array.from({ length: count }, () => (isMasked ? Number(normal() > -0.25) : normal())),
  };
  // nothing visible, and less than a code
  if (isMasked) feeds.draw.fill(0, 0, inputs + 5);
  const program = autoencoderProgram(experiment, inputs);
  const initial = initialParameters(program, 2);
  const rule = experiment.optimizer;
  const prepare = () => prepareOnEvery(program, initial, { rule, rows });
  return { feeds, prepare, program };
}

describe('one step of a least-squares autoencoder agrees to 1e-5 on every engine', () => {
  test.each(Object.entries({ ...cases, ...deficientCases }))('%s', async (_, sections) => {
    const { feeds, prepare } = setUp(sections, 1);
    expectSameStep(await prepare(), feeds, rows);
  });
});

describe('200 steps agree to 1e-3 of the loss', () => {
  test.each(Object.entries(cases))('%s', async (_, sections) => {
    const { feeds, prepare } = setUp(sections, 200);
    expectSameSteps(await prepare(), feeds, { rows, steps: 200, learningRate: 0.005 });
  });
});

test('the functions of the compiled engine are graphs for any number of rows', async () => {
  const { feeds, prepare, program } = setUp(cases['under masks, with a bias']!, 1);
  const { plain, others } = await prepare();
  for (const count of [1, 4, rows])
    for (const name of Object.keys(program.functions).filter((one) => one !== 'decode')) {
      const wanted = plain.call(name, feeds, count);
      const found = others.compiled!.call(name, feeds, count);
      for (const output of Object.keys(wanted))
        expect(relativeError(found[output]!, wanted[output]!), `${name}, ${output}`).toBeLessThan(1e-5);
    }
});
