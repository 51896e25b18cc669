import '@tensorflow/tfjs-backend-cpu';
import { expect } from 'vitest';
import { prepareEagerly } from '../../../src/engine/eagerProgram.ts';
import type { Engine, OptimizerRule } from '../../../src/engine/engine.ts';
import { feedsOf, type LanguageCase, rowsOf, subjectOf } from '../science/language/languageCases.ts';
import { relativeError } from '../science/referenceModel.ts';
import { engineFolder } from './runGraph.ts';

/** Not Adam, which makes steps of full length of what is nothing but rounding: the gradient of the biases of keys. */
const rule: OptimizerRule = { kind: 'momentum', momentum: 0.8, nesterov: true, beta1: 0, beta2: 0, epsilon: 0, weightDecay: 0 };
const rows = 6;

/**
 * Trains a language model on engines and on TensorFlow.js's plain backend, and expects losses, gradients of the last step, parameters
 * and moments to agree: to 1e-5 after one step, to 1e-3 after more.
 */
export async function expectEqualSteps(engines: Readonly<Record<string, Engine>>, one: LanguageCase, steps: number): Promise<void> {
  const { program, parameters } = subjectOf(one);
  const feeds = feedsOf(rowsOf(one, steps * rows));
  const updates = Array.from({ length: steps }, (_, i) => ({ step: i + 1, learningRate: 0.02 }));
  const most = steps === 1 ? 1e-5 : 1e-3;
  const plain = await prepareEagerly(program, parameters, { rule, backend: 'cpu', threads: 1, engineFolder, batchRows: rows });
  const losses = plain.steps(feeds, rows, updates);
  const moved = relativeError(plain.parameters, parameters);
  expect(moved).toBeGreaterThan(most);
  for (const [name, engine] of Object.entries(engines)) {
    const prepared = await engine.prepare(program, parameters, rule, rows);
    prepared.steps(feeds, rows, updates).forEach((loss, i) => {
      expect(Math.abs(loss - losses[i]!), `${name}, loss of step ${i + 1}`).toBeLessThan(most * losses[i]!);
    });
    for (const part of ['gradients', 'parameters', 'moments'] as const)
      expect(relativeError(prepared[part], plain[part]), `${name}, ${part}`).toBeLessThan(most);
    prepared.dispose();
  }
}
