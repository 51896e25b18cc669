import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, describe, expect, test } from 'vitest';
import { createCompiledEngine } from '../../../src/engine/compiled/compiledEngine.ts';
import { prepareEagerly } from '../../../src/engine/eagerProgram.ts';
import type { Engine, OptimizerRule, PreparedProgram } from '../../../src/engine/engine.ts';
import { traceFunction } from '../../../src/engine/trace/traceProgram.ts';
import { createWasmEngine } from '../../../src/engine/wasmEngine.ts';
import { feedsOf, type LanguageCase, languageCases, rowsOf, subjectOf } from '../science/language/languageCases.ts';
import { relativeError } from '../science/referenceModel.ts';
import { engineFolder } from './runGraph.ts';

const rule: OptimizerRule = { kind: 'adam', momentum: 0, nesterov: false, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 };
const rows = 6;
const cases = Object.entries(languageCases);

let compiled: Engine;
let wasm: Engine;
beforeAll(async () => {
  compiled = await createCompiledEngine(engineFolder);
  wasm = await createWasmEngine(engineFolder);
});

function setUp(one: LanguageCase, steps: number) {
  const { program, parameters } = subjectOf(one);
  const prepare = async (): Promise<[plain: PreparedProgram, others: Record<string, PreparedProgram>]> => [
    await prepareEagerly(program, parameters, { rule, backend: 'cpu', threads: 1, engineFolder, batchRows: rows }),
    { compiled: await compiled.prepare(program, parameters, rule, rows), wasm: await wasm.prepare(program, parameters, rule, rows) },
  ];
  return { program, prepare, feeds: feedsOf(rowsOf(one, steps * rows)) };
}

describe('one step of a language model agrees to 1e-5 on every engine', () => {
  test.each(cases)('%s', async (_, one) => {
    const { feeds, prepare } = setUp(one, 1);
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

describe('100 steps agree to 1e-3 of the loss', () => {
  test.each(['mlp over lines', 'gru over lines', 'transformer over a stream', 'transformer of hidden tokens in lines'])(
    '%s',
    async (name) => {
      const steps = 100;
      const { feeds, prepare } = setUp(languageCases[name]!, steps);
      const [plain, others] = await prepare();
      const updates = Array.from({ length: steps }, (_, i) => ({ step: i + 1, learningRate: 0.003 }));
      const losses = plain.steps(feeds, rows, updates);
      for (const [engine, prepared] of Object.entries(others)) {
        const found = prepared.steps(feeds, rows, updates);
        losses.forEach((loss, i) => {
          expect(Math.abs(found[i]! - loss), `${engine}, step ${i + 1}`).toBeLessThan(1e-3 * loss);
        });
        prepared.dispose();
      }
    },
  );
});

/** Numbers for every input of every function of a case: ids and places where it wants them, else waves. */
function feedsOfFunctions(one: LanguageCase, called: string): Record<string, Float32Array> {
  const inputs = subjectOf(one).program.functions[called]!.inputs;
  const numbersFor: Record<string, (i: number) => number> = {
    tokens: (i) => (5 * i + (i % 3)) % one.vocabulary,
    targets: (i) => (3 * i) % one.vocabulary,
    positions: (i) => i % 2,
    position: (i) => i % 4,
    weights: (i) => Number(i % 3 > 0),
  };
  return Object.fromEntries(
    inputs.map(({ name, width }) => [
      name,
      Float32Array.from({ length: rows * width }, (_, i) => (numbersFor[name] ?? ((place: number) => Math.sin(1.3 * place)))(i)),
    ]),
  );
}

test.each(cases)('the functions agree on every engine for any number of rows: %s', async (_, one) => {
  const { prepare, program } = setUp(one, 1);
  const [plain, others] = await prepare();
  for (const called of Object.keys(program.functions)) {
    const feeds = feedsOfFunctions(one, called);
    for (const count of [1, 4, rows]) {
      const wanted = plain.call(called, feeds, count);
      for (const [engine, prepared] of Object.entries(others)) {
        const found = prepared.call(called, feeds, count);
        for (const output of Object.keys(wanted))
          expect(relativeError(found[output]!, wanted[output]!), `${engine}, ${called}, ${output}`).toBeLessThan(1e-5);
      }
    }
  }
});

test.each(cases)('a compiled function is one graph for any number of rows: %s', (_, one) => {
  const { program } = subjectOf(one);
  for (const name of Object.keys(program.functions)) expect(traceFunction(program, name, 4).isForAnyRows, name).toBe(true);
});

test.each(['gru over lines', 'transformer over a stream'])(
  'equal runs are equal to the bit, however the steps are divided into calls: %s',
  async (name) => {
    const { program, feeds, prepare } = setUp(languageCases[name]!, 6);
    const updates = Array.from({ length: 6 }, (_, i) => ({ step: i + 1, learningRate: 0.01 }));
    const part = (from: number, to: number) =>
      Object.fromEntries(
        program.inputs.map(({ name: input, width }) => [input, feeds[input]!.subarray(from * rows * width, to * rows * width)]),
      );
    const [[, whole], [, parted]] = [await prepare(), await prepare()];
    for (const engine of Object.keys(whole)) {
      const losses = whole[engine]!.steps(feeds, rows, updates);
      const first = parted[engine]!.steps(part(0, 2), rows, updates.slice(0, 2));
      const second = parted[engine]!.steps(part(2, 6), rows, updates.slice(2));
      expect([...first, ...second], engine).toEqual([...losses]);
      expect(parted[engine]!.parameters, engine).toEqual(whole[engine]!.parameters);
    }
  },
);
