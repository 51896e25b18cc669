import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, describe, expect, test } from 'vitest';
import { createCompiledEngine } from '../../../src/engine/compiled/compiledEngine.ts';
import { prepareEagerly } from '../../../src/engine/eagerProgram.ts';
import type { Engine, PreparedProgram } from '../../../src/engine/engine.ts';
import { createWasmEngine } from '../../../src/engine/wasmEngine.ts';
import { autoencoderProgram } from '../../../src/science/autoencoder.ts';
import { initialParameters } from '../../../src/science/initialise.ts';
import { normals, relativeError } from '../science/referenceModel.ts';
import { experimentWith } from '../science/trainToOptimum.ts';
import { cases, deficientCases } from './leastSquaresCases.ts';
import { engineFolder } from './runGraph.ts';

const inputs = 7;
const rows = 9;

let compiled: Engine;
let wasm: Engine;
beforeAll(async () => {
  compiled = await createCompiledEngine(engineFolder);
  wasm = await createWasmEngine(engineFolder);
});

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
  const prepare = async (): Promise<[plain: PreparedProgram, others: Record<string, PreparedProgram>]> => [
    await prepareEagerly(program, initial, { rule, backend: 'cpu', threads: 1, engineFolder, batchRows: rows }),
    { compiled: await compiled.prepare(program, initial, rule, rows), wasm: await wasm.prepare(program, initial, rule, rows) },
  ];
  return { feeds, prepare, program };
}

describe('one step of a least-squares autoencoder agrees to 1e-5 on every engine', () => {
  test.each(Object.entries({ ...cases, ...deficientCases }))('%s', async (_, sections) => {
    const { feeds, prepare } = setUp(sections, 1);
    const [plain, others] = await prepare();
    const loss = plain.step(feeds, rows, { step: 1, learningRate: 0.01 });
    for (const [name, prepared] of Object.entries(others)) {
      const found = prepared.step(feeds, rows, { step: 1, learningRate: 0.01 });
      expect(Math.abs(found - loss), name).toBeLessThan(1e-5 * loss);
      expect(relativeError(prepared.gradients, plain.gradients), name).toBeLessThan(1e-5);
      prepared.dispose();
    }
  });
});

describe('200 steps agree to 1e-3 of the loss', () => {
  test.each(Object.entries(cases))('%s', async (_, sections) => {
    const { feeds, prepare } = setUp(sections, 200);
    const [plain, others] = await prepare();
    const updates = Array.from({ length: 200 }, (_each, i) => ({ step: i + 1, learningRate: 0.005 }));
    const losses = plain.steps(feeds, rows, updates);
    for (const [name, prepared] of Object.entries(others)) {
      const found = prepared.steps(feeds, rows, updates);
      losses.forEach((loss, i) => {
        expect(Math.abs(found[i]! - loss), `${name}, step ${i + 1}`).toBeLessThan(1e-3 * loss);
      });
      prepared.dispose();
    }
  });
});

test('the functions of the compiled engine are graphs for any number of rows', async () => {
  const { feeds, prepare, program } = setUp(cases['under masks, with a bias']!, 1);
  const [plain, others] = await prepare();
  for (const count of [1, 4, rows])
    for (const name of Object.keys(program.functions).filter((one) => one !== 'decode')) {
      const wanted = plain.call(name, feeds, count);
      const found = others.compiled!.call(name, feeds, count);
      for (const output of Object.keys(wanted))
        expect(relativeError(found[output]!, wanted[output]!), `${name}, ${output}`).toBeLessThan(1e-5);
    }
});
