import { beforeAll, expect, test } from 'vitest';
import type { Engine, OptimizerRule } from '../../../../src/engine/engine.ts';
import { createWasmEngine } from '../../../../src/engine/wasmEngine.ts';
import { fillMasked } from '../../../../src/science/language/fillMasked.ts';
import type { CallableProgram } from '../../../../src/science/runInBatches.ts';
import { engineFolder } from '../trainToOptimum.ts';
import { largestDifference } from './fullPass.ts';
import { type LanguageCase, languageCases, subjectOf } from './languageCases.ts';

const rule: OptimizerRule = { kind: 'sgd', momentum: 0, nesterov: false, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 };
const cases = Object.entries(languageCases).filter(([, { objective }]) => objective === 'maskedToken');

let engine: Engine;
beforeAll(async () => {
  engine = await createWasmEngine(engineFolder);
});

/** What a model is to be fed with for one mask, and the place that is asked for. */
function seenOf({ model, vocabulary, unit }: LanguageCase, text: readonly number[], place: number) {
  const { context } = model;
  if (model.kind === 'mlp') {
    const at = (i: number) => text[i] ?? vocabulary;
    const steps = Array.from({ length: context }, (_, i) => i + 1);
    return { tokens: [...steps.toReversed().map((i) => at(place - i)), ...steps.map((i) => at(place + i))], at: 0 };
  }
  const whole = unit === 'lines' ? [...text, vocabulary - 1] : text;
  const from = Math.max(0, Math.min(place - Math.floor(context / 2), whole.length - context));
  return { tokens: whole.slice(from, from + context), at: place - from };
}

test.each(cases)('each hidden token of a short or long text is what a full pass says of its surroundings: %s', async (_, one) => {
  const { program, parameters, reference } = subjectOf(one);
  const prepared = await engine.prepare(program, parameters, rule);
  const calls: { name: string; rows: number }[] = [];
  const counted: CallableProgram = {
    parameters: prepared.parameters,
    call(name, feeds, rows) {
      calls.push({ name, rows });
      return prepared.call(name, feeds, rows);
    },
  };
  const { model, unit, vocabulary } = one;
  const subject = { model, unit, vocabulary, end: unit === 'lines' ? vocabulary - 1 : null };
  const mask = vocabulary + 1;
  const texts = [[mask], [mask, 0], [1, mask, mask], [0, 1, mask, 2], [0, mask, 1, 2, 3], [mask, 1, 2, mask, 0, 1, 2, 3, mask, 0, mask]];
  for (const text of texts) {
    const places = text.flatMap((token, i) => (token === mask ? [i] : []));
    calls.length = 0;
    const found = fillMasked(subject, counted, text);
    expect(calls).toEqual([{ name: 'fill', rows: places.length }]);
    for (const place of places) {
      const { tokens, at } = seenOf(one, text, place);
      const said = found.get(place)!;
      expect(largestDifference([said], [reference.logProbabilities(parameters, { tokens, targets: [] })[at]!])).toBeLessThan(1e-5);
      expect(Math.abs(said.reduce((sum, value) => sum + Math.exp(value), 0) - 1)).toBeLessThan(1e-12);
    }
  }
  prepared.dispose();
});
