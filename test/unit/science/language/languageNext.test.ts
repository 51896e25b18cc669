import { beforeAll, describe, expect, test } from 'vitest';
import { createCompiledEngine } from '../../../../src/engine/compiled/compiledEngine.ts';
import type { Engine, OptimizerRule } from '../../../../src/engine/engine.ts';
import { fillMasked } from '../../../../src/science/language/fillMasked.ts';
import { type LanguageSubject, languageNext } from '../../../../src/science/language/languageNext.ts';
import type { CallableProgram } from '../../../../src/science/runInBatches.ts';
import { finish } from '../../../../src/search/finish.ts';
import { search } from '../../../../src/search/search.ts';
import { engineFolder } from '../trainToOptimum.ts';
import { type LanguageCase, languageCases, subjectOf } from './languageCases.ts';
import type { LanguageReference } from './languageReference.ts';

const rule: OptimizerRule = { kind: 'sgd', momentum: 0, nesterov: false, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 };

let engine: Engine;
beforeAll(async () => {
  engine = await createCompiledEngine(engineFolder);
});

/** A program that counts what it is asked. */
class Counted implements CallableProgram {
  readonly calls: { name: string; rows: number }[] = [];

  constructor(private readonly program: CallableProgram) {}

  get parameters(): Float32Array {
    return this.program.parameters;
  }

  call(name: string, feeds: Readonly<Record<string, Float32Array>>, rows: number): Record<string, Float32Array> {
    this.calls.push({ name, rows });
    return this.program.call(name, feeds, rows);
  }
}

async function setUp(one: LanguageCase) {
  const { program, reference, parameters } = subjectOf(one);
  const counted = new Counted(await engine.prepare(program, parameters, rule));
  const { model, vocabulary, unit } = one;
  const subject: LanguageSubject = { model, vocabulary, end: unit === 'lines' ? vocabulary - 1 : null, unit };
  return { counted, subject, model: languageNext(subject, counted), reference, parameters };
}

/** What a model says after a prefix, by the plain loops over all of it. */
function wanted({ model, vocabulary }: LanguageCase, reference: LanguageReference, parameters: Float32Array, prefix: readonly number[]) {
  const start = vocabulary;
  const whole = [start, ...prefix];
  if (model.kind === 'mlp') {
    const tokens = [...new Array<number>(model.context).fill(start), ...prefix].slice(-model.context);
    return reference.logProbabilities(parameters, { tokens, targets: [] })[0]!;
  }
  // states are carried on and on; attention reaches as far as the context
  const tokens = model.kind === 'gru' ? whole : whole.slice(-model.context);
  return reference.logProbabilities(parameters, { tokens, targets: [] }).at(-1)!;
}

const searched = Object.entries(languageCases).filter(([, { objective }]) => objective === 'nextToken');
const prefixes = [[], [0], [3, 1], [3, 2], [3, 1, 4], [3, 1, 4, 1, 0, 2, 2, 3, 1], [2, 2, 2, 2, 2, 2, 2, 2], [0, 1, 2, 3]];

describe('what a model says of the next token', () => {
  test.each(searched)('is what it says over the whole text at once: %s', async (_, one) => {
    const { model, reference, parameters, subject } = await setUp(one);
    expect(model.size).toBe(one.vocabulary);
    expect(model.end).toBe(subject.end);
    // one call after the other, so that beginnings are met again in another order
    for (const asked of [prefixes.slice(3), prefixes, [...prefixes].reverse()])
      model.next(asked).forEach((row, i) => {
        wanted(one, reference, parameters, asked[i]!).forEach((exact, token) => {
          expect(Math.abs(row[token]! - exact), `${asked[i]}, ${token}`).toBeLessThan(1e-4);
        });
        const sum = row.reduce((total, value) => total + Math.exp(value), 0);
        expect(Math.abs(sum - 1)).toBeLessThan(1e-12);
      });
  });

  test.each(['gru over a stream', 'transformer over a stream'])('reads one token a call once a prefix is known: %s', async (name) => {
    const { model, counted } = await setUp(languageCases[name]!);
    model.next([[0, 1, 2]]);
    // the start symbol and three tokens
    expect(counted.calls).toEqual(new Array(4).fill({ name: 'next', rows: 1 }));
    counted.calls.length = 0;
    model.next([
      [0, 1, 2, 3],
      [0, 1, 2, 4],
      [0, 1, 2],
    ]);
    expect(counted.calls).toEqual([{ name: 'next', rows: 2 }]);
    counted.calls.length = 0;
    model.next([[0, 1, 2, 4], [0, 1], []]);
    expect(counted.calls).toEqual([]);
  });

  test('of an mlp is decided by its last few tokens', async () => {
    const { model } = await setUp(languageCases['mlp over lines']!);
    expect(model.state!([4, 3, 2, 1])).toBe(model.state!([0, 3, 2, 1]));
    expect(model.state!([3, 2])).not.toBe(model.state!([3, 3, 2]));
    expect(model.next([[4, 3, 2, 1]])).toEqual(model.next([[0, 3, 2, 1]]));
  });

  test('of a transformer is read anew, all prefixes in one call, where a text is longer than its context', async () => {
    const one = languageCases['transformer over lines']!;
    const { model, counted } = await setUp(one);
    const long = [0, 1, 2, 3, 4, 0, 1];
    model.next([long, [...long, 1]]);
    expect(counted.calls).toEqual([{ name: 'window', rows: 2 }]);
  });

  test.each(searched)('can be searched: %s', async (_, one) => {
    const { model } = await setUp(one);
    const strategy = {
      kind: 'beam',
      beams: 3,
      returned: 2,
      lengthPenalty: { kind: 'none' },
      stopping: 'optimal',
      finished: 'replenish',
      forceEnd: false,
    };
    const request = { model, prompt: [1], maxNewTokens: 9, strategy, seed: 1, mostNodes: 0 } as unknown as Parameters<typeof search>[0];
    const { hypotheses } = finish(search(request));
    expect(hypotheses).toHaveLength(2);
    for (const { tokens, logProbability } of hypotheses) {
      const total = tokens.reduce((sum, token, i) => sum + model.next([[1, ...tokens.slice(0, i)]])[0]![token]!, 0);
      expect(Math.abs(total - logProbability)).toBeLessThan(1e-6);
    }
  });
});

describe('what a model of hidden tokens takes them for', () => {
  const cases = Object.entries(languageCases).filter(([, { objective }]) => objective === 'maskedToken');
  const mask = 6;

  test.each(cases)('is what it says of the whole text: %s', async (_, one) => {
    const { subject, counted, reference, parameters } = await setUp(one);
    const { model, vocabulary } = one;
    const seen = [0, mask, 2];
    const found = fillMasked(subject, counted, seen);
    expect([...found.keys()]).toEqual([1]);
    const start = vocabulary;
    const line = subject.end === null ? seen : [...seen, subject.end];
    const tokens =
      model.kind === 'mlp' ? [start, start, 0, 2, start, start] : Array.from({ length: model.context }, (_each, t) => line[t] ?? start);
    const positions = tokens.map((_each, t) => (t < line.length ? t : 0));
    const exact = reference.logProbabilities(parameters, { tokens, targets: [], positions })[model.kind === 'mlp' ? 0 : 1]!;
    exact.forEach((value, token) => {
      expect(Math.abs(found.get(1)![token]! - value), `token ${token}`).toBeLessThan(1e-4);
    });
  });

  test.each(cases)('is said of every mask of a text of any length: %s', async (_, one) => {
    const { subject, counted } = await setUp(one);
    for (const length of [1, 2, 5, 6, 14]) {
      const seen = Array.from({ length }, (_each, i) => (i % 3 === 0 ? mask : i % 5));
      const found = fillMasked(subject, counted, seen);
      expect([...found.keys()]).toEqual(seen.flatMap((token, place) => (token === mask ? [place] : [])));
      for (const row of found.values()) expect(row.reduce((sum, value) => sum + Math.exp(value), 0)).toBeCloseTo(1, 10);
    }
    expect(fillMasked(subject, counted, [1, 2, 3]).size).toBe(0);
  });
});
