import { beforeAll, describe, expect, test } from 'vitest';
import { createCompiledEngine } from '../../../../src/engine/compiled/compiledEngine.ts';
import type { Engine, OptimizerRule } from '../../../../src/engine/engine.ts';
import { createWasmEngine } from '../../../../src/engine/wasmEngine.ts';
import { languageNext } from '../../../../src/science/language/languageNext.ts';
import { normals } from '../referenceModel.ts';
import { engineFolder } from '../trainToOptimum.ts';
import { largestDifference } from './fullPass.ts';
import { type LanguageCase, languageCases, subjectOf } from './languageCases.ts';

const rule: OptimizerRule = { kind: 'sgd', momentum: 0, nesterov: false, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 };
const causal = Object.entries(languageCases).filter(([, { objective, vocabulary }]) => objective === 'nextToken' && vocabulary < 100);

let engines: Record<string, Engine>;
beforeAll(async () => {
  engines = { compiled: await createCompiledEngine(engineFolder), wasm: await createWasmEngine(engineFolder) };
});

async function setUp(one: LanguageCase, engine: Engine) {
  const { model, unit, vocabulary } = one;
  const { program, parameters, reference } = subjectOf(one);
  /** What plain loops say after a prefix: all of it is read at once, or of a transformer as much as its context holds. */
  const fullPass = (prefix: readonly number[]): number[] => {
    const read = [vocabulary, ...prefix];
    const seen = {
      mlp: () => [...Array.from({ length: model.context }, () => vocabulary), ...prefix].slice(-model.context),
      gru: () => read,
      transformer: () => (read.length <= model.context ? read : prefix.slice(-model.context)),
    }[model.kind]();
    return reference.logProbabilities(parameters, { tokens: seen, targets: [] }).at(-1)!;
  };
  const prepared = await engine.prepare(program, parameters, rule);
  const subject = { model, unit, vocabulary, end: unit === 'lines' ? vocabulary - 1 : null };
  return { prepared, fullPass, open: () => languageNext(subject, prepared) };
}

/** Distinct prefixes of up to `longest` tokens, many with a beginning in common; the first is empty. */
function somePrefixes(count: number, longest: number, tokens: number): number[][] {
  const normal = normals(5);
  const draw = (size: number) => Math.floor((Math.abs(normal()) * 1000) % size);
  const found = new Map<string, number[]>([['', []]]);
  while (found.size < count) {
    const earlier = [...found.values()][draw(found.size)]!;
    const prefix = [...earlier.slice(0, draw(longest)), ...Array.from({ length: 1 + draw(3) }, () => draw(tokens))].slice(0, longest);
    found.set(prefix.join(' '), prefix);
  }
  return [...found.values()];
}

describe.each(['compiled', 'wasm'])('what follows random prefixes agrees with a full pass in float64, engine %s', (name) => {
  test.each(causal)('%s', async (_, one) => {
    const { prepared, fullPass, open } = await setUp(one, engines[name]!);
    const longest = one.model.context + 4;
    const prefixes = [...somePrefixes(12, longest, one.vocabulary - 1), Array.from({ length: longest }, (_each, i) => i % 2)];
    const wanted = prefixes.map(fullPass);
    expect(largestDifference(open().next(prefixes), wanted)).toBeLessThan(1e-5);
    // one by one, the longest first: what is kept of one is read by others
    const model = open();
    const order = [...prefixes.keys()].sort((a, b) => prefixes[b]!.length - prefixes[a]!.length || a - b);
    for (const i of order) expect(largestDifference(model.next([prefixes[i]!]), [wanted[i]!])).toBeLessThan(1e-5);
    // and all again in another order, when everything is known
    expect(largestDifference(model.next(prefixes.toReversed()), wanted.toReversed())).toBeLessThan(1e-5);
    expect(model.next([])).toEqual([]);
    prepared.dispose();
  });
});
