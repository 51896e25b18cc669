import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { chooseEngine } from '../../../src/engine/chooseEngine.ts';
import { prepareProgram } from '../../../src/engine/prepareProgram.ts';
import { UserError } from '../../../src/experiment/problem.ts';
import type { Program, Tensors } from '../../../src/science/program.ts';
import { tf } from '../../../src/science/tensorflow.ts';
import { engineFolder } from './runGraph.ts';

// TensorFlow is not installed, whatever this user has
const cache = mkdtempSync(join(tmpdir(), 'latent-lab-prepare-'));
process.env.LATENT_LAB_CACHE = cache;
afterAll(() => rmSync(cache, { recursive: true, force: true }));

const programOf = (loss: Program['loss']): Program => ({
  parameters: [{ name: 'w', shape: [3], fanIn: 3, isBias: false }],
  inputs: [{ name: 'x', width: 3 }],
  loss,
  functions: {},
});
const request = (program: Program) => ({
  program,
  parameters: Float32Array.of(1, 2, 3),
  rule: { kind: 'sgd', momentum: 0, nesterov: false, beta1: 0, beta2: 0, epsilon: 0, weightDecay: 0 } as const,
  batchRows: 1,
});
const weighed = (p: Tensors, { x }: Tensors) => tf.mul(x!, p.w!);
const plain = programOf((p, i) => tf.sum(weighed(p, i)));
/** Has a kernel that cannot be traced. */
const cumulating = programOf((p, i) => tf.sum(tf.cumsum(weighed(p, i), 1)));

describe('putting a program into the memory of an engine', () => {
  test('takes the chosen engine where it can', async () => {
    const chosen = await chooseEngine('auto', { engineFolder });
    const { engine, reason, prepared } = await prepareProgram('auto', { engineFolder }, chosen, request(plain));
    expect([engine.kind, reason]).toEqual(['compiled', chosen.reason]);
    expect(prepared.step({ x: Float32Array.of(1, 1, 1) }, 1, { step: 1, learningRate: 0 })).toBe(6);
  });

  test('with "auto" goes to the next engine for a program that cannot be traced, and says why', async () => {
    const chosen = await chooseEngine('auto', { engineFolder });
    const { engine, passedOver, warning, prepared } = await prepareProgram('auto', { engineFolder }, chosen, request(cumulating));
    expect(engine.kind).toBe('wasm');
    expect(passedOver).toMatch(/^the compiled engine has no "Cumsum" yet;.*: this run is computed on "wasm"$/);
    expect(warning).toBe(passedOver);
    expect(prepared.step({ x: Float32Array.of(1, 1, 1) }, 1, { step: 1, learningRate: 0 })).toBe(1 + 3 + 6);
  });

  test('refuses such a program where this engine is asked for', async () => {
    const chosen = await chooseEngine('compiled', { engineFolder });
    const refused = prepareProgram('compiled', { engineFolder }, chosen, request(cumulating));
    await expect(refused).rejects.toBeInstanceOf(UserError);
    await expect(refused).rejects.toThrow('no "Cumsum" yet; use engine "wasm"');
  });

  test('hides no bug behind another engine', async () => {
    const chosen = await chooseEngine('auto', { engineFolder });
    const broken = programOf(() => {
      throw new TypeError('a bug');
    });
    await expect(prepareProgram('auto', { engineFolder }, chosen, request(broken))).rejects.toThrow('a bug');
  });
});
