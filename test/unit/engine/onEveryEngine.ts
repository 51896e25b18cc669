import '@tensorflow/tfjs-backend-cpu';
import { expect } from 'vitest';
import { createCompiledEngine } from '../../../src/engine/compiled/compiledEngine.ts';
import { prepareEagerly } from '../../../src/engine/eagerProgram.ts';
import type { Feeds, OptimizerRule, PreparedProgram } from '../../../src/engine/engine.ts';
import { createWasmEngine } from '../../../src/engine/wasmEngine.ts';
import type { Program } from '../../../src/science/program.ts';
import { relativeError } from '../science/referenceModel.ts';
import { engineFolder } from './runGraph.ts';

/** A program on TensorFlow.js's own processor backend, and on each of our engines by name. */
export interface OnEveryEngine {
  plain: PreparedProgram;
  others: Record<string, PreparedProgram>;
}

let engines: Promise<[Awaited<ReturnType<typeof createCompiledEngine>>, Awaited<ReturnType<typeof createWasmEngine>>]> | undefined;

/** Prepares a program everywhere, with these initial parameters. */
export async function prepareOnEvery(
  program: Program,
  initial: Float32Array,
  { rule, rows }: { rule: OptimizerRule; rows: number },
): Promise<OnEveryEngine> {
  engines ??= Promise.all([createCompiledEngine(engineFolder), createWasmEngine(engineFolder)]);
  const [compiled, wasm] = await engines;
  return {
    plain: await prepareEagerly(program, initial, { rule, backend: 'cpu', threads: 1, engineFolder, batchRows: rows }),
    others: { compiled: await compiled.prepare(program, initial, rule, rows), wasm: await wasm.prepare(program, initial, rule, rows) },
  };
}

/** One step gives the same loss and gradients, to 1e-5. */
export function expectSameStep({ plain, others }: OnEveryEngine, feeds: Feeds, rows: number): void {
  const loss = plain.step(feeds, rows, { step: 1, learningRate: 0.01 });
  for (const [name, prepared] of Object.entries(others)) {
    const found = prepared.step(feeds, rows, { step: 1, learningRate: 0.01 });
    expect(Math.abs(found - loss), name).toBeLessThan(1e-5 * loss);
    expect(relativeError(prepared.gradients, plain.gradients), name).toBeLessThan(1e-5);
    prepared.dispose();
  }
}

/** Many steps give the same losses, to 1e-3. */
export function expectSameSteps(
  { plain, others }: OnEveryEngine,
  feeds: Feeds,
  run: { rows: number; steps: number; learningRate: number },
): void {
  const { rows, steps, learningRate } = run;
  const updates = Array.from({ length: steps }, (_, i) => ({ step: i + 1, learningRate }));
  const losses = plain.steps(feeds, rows, updates);
  for (const [name, prepared] of Object.entries(others)) {
    const found = prepared.steps(feeds, rows, updates);
    losses.forEach((loss, i) => {
      expect(Math.abs(found[i]! - loss), `${name}, step ${i + 1}`).toBeLessThan(1e-3 * loss);
    });
    prepared.dispose();
  }
}
