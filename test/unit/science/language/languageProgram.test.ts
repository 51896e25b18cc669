import { beforeAll, describe, expect, test } from 'vitest';
import { createCompiledEngine } from '../../../../src/engine/compiled/compiledEngine.ts';
import type { Engine, OptimizerRule } from '../../../../src/engine/engine.ts';
import { UserError } from '../../../../src/experiment/problem.ts';
import { initialParameters } from '../../../../src/science/initialise.ts';
import { languageProgram } from '../../../../src/science/language/languageProgram.ts';
import { namedParameters } from '../../../../src/science/linearMap.ts';
import { rowsPerCall } from '../../../../src/science/runInBatches.ts';
import { relativeError } from '../referenceModel.ts';
import { engineFolder } from '../trainToOptimum.ts';
import { feedsOf, type LanguageCase, languageCases, rowsOf, subjectOf } from './languageCases.ts';

const rule: OptimizerRule = { kind: 'sgd', momentum: 0, nesterov: false, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 };
const rows = 4;
/** Parameters whose derivatives are held against differences, in one case. */
const mostDifferences = 300;
const cases = Object.entries(languageCases);

let engine: Engine;
beforeAll(async () => {
  engine = await createCompiledEngine(engineFolder);
});

async function setUp(one: LanguageCase, seed = 1) {
  const subject = subjectOf(one, seed);
  const given = rowsOf(one, rows, seed);
  const prepared = await engine.prepare(subject.program, subject.parameters, rule, rows);
  return { ...subject, given, feeds: feedsOf(given), prepared };
}

describe('loss and gradient of a language model agree with plain loops in float64 and finite differences', () => {
  test.each(cases)('%s', async (_, one) => {
    const { reference, parameters, given, feeds, prepared } = await setUp(one);
    const loss = prepared.step(feeds, rows, { step: 1, learningRate: 0 });
    expect(Math.abs(loss - reference.loss(parameters, given))).toBeLessThan(2e-6 * loss);
    const every = Math.ceil(parameters.length / mostDifferences);
    const chosen = [...parameters.keys()].filter((i) => i % every === 0);
    const wanted = reference.differences(parameters, chosen, given);
    const largest = Math.max(...wanted.map(Math.abs));
    chosen.forEach((i, at) => {
      expect(Math.abs(prepared.gradients[i]! - wanted[at]!), `parameter ${i}`).toBeLessThan(1e-5 * largest);
    });
    prepared.dispose();
  });
});

describe('what evaluations ask of a language model', () => {
  test.each(cases)('nats, counted and correct of every row, in any number of rows: %s', async (_, one) => {
    const { reference, parameters, given, feeds, prepared } = await setUp(one);
    const wanted = reference.sums(parameters, given);
    for (const count of [1, 2, rows]) {
      const found = prepared.call('nats', feeds, count);
      for (const name of ['nats', 'counted', 'correct'] as const) {
        const exact = wanted.slice(0, count).map((sums) => sums[name]);
        expect(relativeError(found[name]!, exact), name).toBeLessThan(1e-6);
      }
    }
    prepared.dispose();
  });

  test.each(cases.filter(([, { model }]) => model.kind === 'transformer'))(
    'attention sums to 1 over what may be seen: %s',
    async (_, one) => {
      const { model, objective } = one;
      if (model.kind !== 'transformer') return;
      const { given, feeds, prepared } = await setUp(one);
      const { layers, heads, context } = model;
      const places = Float32Array.from({ length: rows * context }, (_each, i) => i % context);
      const all = prepared.call('attention', { positions: places, ...feeds }, rows).attention!;
      expect(all).toHaveLength(rows * layers * heads * context * context);
      const place = (row: number, t: number) => given[row]!.positions?.[t] ?? t;
      for (let i = 0; i < all.length; i += context) {
        const t = (i / context) % context;
        const row = Math.floor(i / (layers * heads * context * context));
        const seen = [...all.subarray(i, i + context)];
        expect(seen.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 5);
        seen.forEach((weight, s) => {
          const may = (objective === 'maskedToken' || s <= t) && t - place(row, t) === s - place(row, s);
          if (may) expect(weight).toBeGreaterThan(0);
          else expect(weight, `row ${row}, ${t} looks at ${s}`).toBeLessThan(1e-20);
        });
      }
      prepared.dispose();
    },
  );
});

describe('a language model', () => {
  test('has no say in rows of which no target counts, and no gradient', async () => {
    const { given, prepared } = await setUp(languageCases['transformer of hidden tokens in lines']!);
    const none = given.map((row) => ({ ...row, weights: row.targets.map(() => 0) }));
    expect(prepared.step(feedsOf(none), rows, { step: 1, learningRate: 0 })).toBe(0);
    expect(prepared.gradients.every((value) => value === 0)).toBe(true);
  });

  test.each(['gru', 'transformer'])('knows nothing of other lines in its row: %s', async (kind) => {
    const one = languageCases[`${kind} over lines`]!;
    const { given, prepared } = await setUp(one);
    const row = given[1]!;
    const inSecondLine = row.positions!.lastIndexOf(1);
    const changed = { ...row, tokens: row.tokens.map((token, t) => (t === inSecondLine ? (token + 1) % one.vocabulary : token)) };
    // only targets of the first line count
    const first = { ...row, weights: row.weights!.map((_, t) => Number(t < row.positions!.indexOf(0, 1))) };
    const nats = (of: object) => prepared.call('nats', feedsOf([{ ...first, ...of }]), 1).nats![0]!;
    expect(nats({ tokens: changed.tokens })).toBe(nats({}));
    const last = (of: object) => prepared.call('nats', feedsOf([{ ...row, ...of }]), 1).nats![0]!;
    expect(last({ tokens: changed.tokens })).not.toBe(last({}));
  });

  test('starts with gains of 1, biases of 0 and residual weights that are smaller by the root of twice the layers', () => {
    const model = { kind: 'transformer', layers: 8, heads: 2, width: 64, context: 16, tiedEmbeddings: false } as const;
    const program = languageProgram({ model, objective: { kind: 'nextToken' }, unit: 'lines' }, 27);
    const named = namedParameters(program, initialParameters(program, 1));
    expect(new Set(named['layer.0.norm.0.gain'])).toEqual(new Set([1]));
    expect(new Set(named['norm.bias'])).toEqual(new Set([0]));
    expect(new Set(named['layer.3.wide.bias'])).toEqual(new Set([0]));
    const deviation = (name: string) => Math.sqrt(named[name]!.reduce((sum, value) => sum + value * value, 0) / named[name]!.length);
    expect(deviation('layer.1.wide.weights')).toBeCloseTo(0.02, 3);
    expect(deviation('layer.1.narrow.weights')).toBeCloseTo(0.005, 3);
    expect(deviation('layer.7.attended.weights')).toBeCloseTo(0.005, 3);
  });

  test('takes the mask into its embedding only where tokens are hidden', () => {
    const rowsOfEmbedding = (one: LanguageCase) => subjectOf(one).program.parameters.find(({ name }) => name === 'embedding')!.shape[0];
    expect(rowsOfEmbedding(languageCases['transformer over lines']!)).toBe(6);
    expect(rowsOfEmbedding(languageCases['transformer of hidden tokens in lines']!)).toBe(7);
    expect(rowsOfEmbedding(languageCases['mlp over lines']!)).toBe(6);
  });

  test('asks for fewer rows a call than its parameters alone would where each is used at every place', () => {
    const model = { kind: 'transformer', layers: 4, heads: 4, width: 128, context: 64, tiedEmbeddings: true } as const;
    const program = languageProgram({ model, objective: { kind: 'nextToken' }, unit: 'stream' }, 65);
    expect(rowsPerCall({ parameters: initialParameters(program, 1), multiplications: program.multiplications })).toBe(16);
  });

  test('of recurrent units cannot see both sides', () => {
    const model = { kind: 'gru', embedding: 3, hidden: 4, context: 6 } as const;
    const make = () => languageProgram({ model, objective: { kind: 'maskedToken' }, unit: 'lines' }, 5);
    expect(make).toThrow(UserError);
    expect(make).toThrow('use "mlp" or "transformer"');
  });
});
