import { describe, expect, test } from 'vitest';
import type { OptimizerRule } from '../../../src/engine/engine.ts';
import { traceFunction } from '../../../src/engine/trace/traceProgram.ts';
import { feedsOf, type LanguageCase, languageCases, rowsOf, subjectOf } from '../science/language/languageCases.ts';
import { relativeError } from '../science/referenceModel.ts';
import { expectSameStep, expectSameSteps, prepareOnEvery } from './onEveryEngine.ts';

const rule: OptimizerRule = { kind: 'adam', momentum: 0, nesterov: false, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 };
const rows = 6;
const cases = Object.entries(languageCases);

function setUp(one: LanguageCase, steps: number) {
  const { program, parameters } = subjectOf(one);
  const prepare = () => prepareOnEvery(program, parameters, { rule, rows });
  return { program, prepare, feeds: feedsOf(rowsOf(one, steps * rows)) };
}

describe('one step of a language model agrees to 1e-5 on every engine', () => {
  test.each(cases)('%s', async (_, one) => {
    const { feeds, prepare } = setUp(one, 1);
    expectSameStep(await prepare(), feeds, rows);
  });
});

describe('100 steps agree to 1e-3 of the loss', () => {
  test.each(['mlp over lines', 'gru over lines', 'transformer over a stream', 'transformer of hidden tokens in lines'])(
    '%s',
    async (name) => {
      const steps = 100;
      const { feeds, prepare } = setUp(languageCases[name]!, steps);
      expectSameSteps(await prepare(), feeds, { rows, steps: steps, learningRate: 0.003 });
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
  const { plain, others } = await prepare();
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
    const [{ others: whole }, { others: parted }] = [await prepare(), await prepare()];
    for (const engine of Object.keys(whole)) {
      const losses = whole[engine]!.steps(feeds, rows, updates);
      const first = parted[engine]!.steps(part(0, 2), rows, updates.slice(0, 2));
      const second = parted[engine]!.steps(part(2, 6), rows, updates.slice(2));
      expect([...first, ...second], engine).toEqual([...losses]);
      expect(parted[engine]!.parameters, engine).toEqual(whole[engine]!.parameters);
    }
  },
);
