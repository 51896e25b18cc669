import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { createCompiledEngine } from '../../../../src/engine/compiled/compiledEngine.ts';
import type { Engine, OptimizerRule, PreparedProgram } from '../../../../src/engine/engine.ts';
import { createWasmEngine } from '../../../../src/engine/wasmEngine.ts';
import { languageProgram } from '../../../../src/science/language/languageProgram.ts';
import { namedParameters } from '../../../../src/science/linearMap.ts';
import { parameterSize } from '../../../../src/science/program.ts';
import { relativeError } from '../referenceModel.ts';
import { engineFolder } from '../trainToOptimum.ts';
import { fullPass, largestDifference } from './fullPass.ts';
import { feedsOf, type LanguageCase, languageCases, rowsOf, subjectOf } from './languageCases.ts';
import type { LanguageRow } from './languageReference.ts';

const rule: OptimizerRule = { kind: 'sgd', momentum: 0, nesterov: false, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 };
const still = { step: 1, learningRate: 0 };

/** Written by networkFixture.py, which says what the parameters are. */
const fixture = JSON.parse(readFileSync(new URL('networkFixture.json', import.meta.url), 'utf8')) as {
  vocabulary: number;
  cases: Record<string, Omit<LanguageCase, 'vocabulary'> & { rows: LanguageRow[]; loss: number; gradient: number[] }>;
};

let compiled: Engine;
let wasm: Engine;
beforeAll(async () => {
  compiled = await createCompiledEngine(engineFolder);
  wasm = await createWasmEngine(engineFolder);
});

/** A case on the eager engine, which needs no time to compile; the engines are held against each other in engine/languageParity.test.ts. */
async function setUp(one: LanguageCase, seed = 1) {
  const subject = subjectOf(one, seed);
  return { ...subject, prepared: await wasm.prepare(subject.program, subject.parameters, rule) };
}

/** The place of row that a token belongs to: where its line begins. */
const lineOf = ({ positions }: LanguageRow, t: number) => (positions ? t - positions[t]! : 0);
const withToken = (row: LanguageRow, at: number, token: number): LanguageRow => ({
  ...row,
  tokens: row.tokens.map((given, t) => (t === at ? token : given)),
});

describe.each(['compiled', 'wasm'])('loss and gradient agree with PyTorch’s modules in float64, engine %s', (name) => {
  test.each(Object.entries(fixture.cases))('%s', async (_, { model, objective, unit, rows, loss, gradient }) => {
    const program = languageProgram({ model, objective: { kind: objective }, unit }, fixture.vocabulary);
    const count = program.parameters.reduce((sum, one) => sum + parameterSize(one), 0);
    expect(count).toBe(gradient.length);
    const parameters = Float32Array.from({ length: count }, (_each, k) => 1.5 * (((40503 * (k + 1)) % 65536) / 65536 - 0.5));
    const prepared = await { compiled, wasm }[name]!.prepare(program, parameters, rule, rows.length);
    expect(Math.abs(prepared.step(feedsOf(rows), rows.length, still) - loss)).toBeLessThan(1e-6 * loss);
    const found = namedParameters(program, prepared.gradients);
    const wanted = namedParameters(program, Float32Array.from(gradient));
    expect(relativeError(prepared.gradients, gradient)).toBeLessThan(2e-6);
    for (const { name: array } of program.parameters) {
      const size = Math.hypot(...wanted[array]!);
      // a bias of all keys changes nothing: its gradient is rounding
      if (size > 1e-6) expect(relativeError(found[array]!, wanted[array]!), array).toBeLessThan(1e-4);
      else expect(Math.hypot(...found[array]!), array).toBeLessThan(1e-6);
    }
    prepared.dispose();
  });
});

describe('what a language model says at every place agrees with plain loops in float64', () => {
  const small = Object.entries(languageCases).filter(([, { vocabulary }]) => vocabulary < 100);
  test.each(small)('%s', async (_, one) => {
    const { prepared, reference, parameters } = await setUp(one);
    for (const row of rowsOf(one, 3)) {
      const wanted = reference.logProbabilities(parameters, row);
      expect(largestDifference(fullPass(prepared, row, one.vocabulary), wanted)).toBeLessThan(1e-5);
    }
    prepared.dispose();
  });

  test.each(small.filter(([, { model }]) => model.kind === 'transformer'))('by its function for whole windows: %s', async (_, one) => {
    const { prepared, reference, parameters } = await setUp(one);
    const rows = rowsOf(one, 3);
    const places = rows[0]!.targets.length;
    const positions = Float32Array.from({ length: rows.length * places }, (_each, i) => i % places);
    const name = one.objective === 'maskedToken' ? 'fill' : 'window';
    const all = prepared.call(name, { positions, ...feedsOf(rows) }, rows.length).logProbabilities!;
    const wanted = rows.flatMap((row) => reference.logProbabilities(parameters, row)).flat();
    expect(largestDifference([all], [wanted])).toBeLessThan(1e-5);
    prepared.dispose();
  });
});

describe('a changed token', () => {
  const ofPlaces = Object.entries(languageCases).filter(([, { model, vocabulary }]) => model.kind !== 'mlp' && vocabulary < 100);
  test.each(ofPlaces)('changes what is said in its line, from there on or everywhere, and nothing else: %s', async (_, one) => {
    const { prepared } = await setUp(one);
    const row = rowsOf(one, 2)[1]!;
    const before = fullPass(prepared, row, one.vocabulary);
    row.tokens.forEach((token, at) => {
      const after = fullPass(prepared, withToken(row, at, (token + 1) % one.vocabulary), one.vocabulary);
      before.forEach((said, t) => {
        const change = largestDifference([after[t]!], [said]);
        const isHeard = lineOf(row, t) === lineOf(row, at) && (one.objective === 'maskedToken' || t >= at);
        if (isHeard) expect(change, `place ${t}, token ${at}`).toBeGreaterThan(1e-4);
        else expect(change, `place ${t}, token ${at}`).toBeLessThan(row.weights ? 1e-12 : 1e-5);
      });
    });
    prepared.dispose();
  });
});

describe.each(['compiled', 'wasm'])('places that do not count, engine %s', (name) => {
  const names = ['gru over lines', 'transformer over lines', 'transformer of hidden tokens in a stream'];
  const learn = (prepared: PreparedProgram, rows: readonly LanguageRow[]) => ({
    loss: prepared.step(feedsOf(rows), rows.length, still),
    gradient: prepared.gradients.slice(),
  });

  test.each(names)('have no say: %s', async (which) => {
    const one = languageCases[which]!;
    const { program, parameters } = subjectOf(one);
    const prepared = await { compiled, wasm }[name]!.prepare(program, parameters, rule, 4);
    const rows = rowsOf(one, 4);
    const isCounted = rows.some(({ weights }) => weights!.includes(0)) && rows.some(({ weights }) => weights!.includes(1));
    expect(isCounted).toBe(true);
    const others = rows.map((row) => ({
      ...row,
      targets: row.targets.map((target, t) => (row.weights![t] === 0 ? (target + 1) % one.vocabulary : target)),
    }));
    expect(learn(prepared, others)).toEqual(learn(prepared, rows));
    // a row of which none counts leaves the mean as it is
    const first = learn(prepared, [rows[0]!]);
    const second = learn(prepared, [rows[0]!, { ...rows[1]!, weights: rows[1]!.weights!.map(() => 0) }]);
    expect(Math.abs(second.loss - first.loss)).toBeLessThan(1e-6);
    expect(relativeError(second.gradient, first.gradient)).toBeLessThan(1e-5);
    prepared.dispose();
  });

  test.each(names)('make a loss of 0 without a gradient where they are all: %s', async (which) => {
    const one = languageCases[which]!;
    const { program, parameters } = subjectOf(one);
    const prepared = await { compiled, wasm }[name]!.prepare(program, parameters, rule, 4);
    const { loss, gradient } = learn(
      prepared,
      rowsOf(one, 4).map((row) => ({ ...row, weights: row.targets.map(() => 0) })),
    );
    expect(loss).toBe(0);
    expect(gradient.every((value) => value === 0)).toBe(true);
    prepared.dispose();
  });
});

test.each(['mlp over lines', 'gru over lines', 'transformer with output weights of its own'])(
  'logits of thousands leave loss and gradient finite: %s',
  async (which) => {
    const one = languageCases[which]!;
    const { program, parameters } = subjectOf(one);
    let at = 0;
    for (const shape of program.parameters) {
      const size = parameterSize(shape);
      if (shape.name === 'output.weights') for (let i = at; i < at + size; i++) parameters[i]! *= 1e4;
      at += size;
    }
    const rows = rowsOf(one, 3);
    for (const engine of [compiled, wasm]) {
      const prepared = await engine.prepare(program, parameters, rule, 3);
      const loss = prepared.step(feedsOf(rows), 3, still);
      expect(loss).toBeGreaterThan(100);
      expect(prepared.gradients.every(Number.isFinite)).toBe(true);
      prepared.dispose();
    }
  },
);
