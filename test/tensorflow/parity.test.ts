import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, describe, expect, it } from 'vitest';
import { prepareEagerly } from '../../src/engine/eagerProgram.ts';
import type { Engine, PreparedProgram } from '../../src/engine/engine.ts';
import { autoencoderProgram } from '../../src/science/autoencoder.ts';
import { drawCorruption } from '../../src/science/corruption.ts';
import { initialParameters } from '../../src/science/initialise.ts';
import { coveringCases, gradientCases, type ParityCase, parityCases } from '../unit/engine/parityCases.ts';
import { engineFolder, installedEngine } from './installedEngine.ts';

const inputs = 8;
const rows = 16;

let engine: Engine;
beforeAll(async () => {
  engine = await installedEngine();
});

type Case = ParityCase['experiment'];

/** The same program and state on libtensorflow and on TensorFlow.js's plain backend. */
async function prepareBoth(experiment: Case): Promise<[PreparedProgram, PreparedProgram]> {
  const program = autoencoderProgram(experiment, inputs);
  const initial = initialParameters(program, experiment.seed);
  const native = await engine.prepare(program, initial, experiment.optimizer);
  return [
    native,
    await prepareEagerly(program, initial, { rule: experiment.optimizer, backend: 'cpu', threads: 1, engineFolder, batchRows: rows }),
  ];
}

function takeStep(prepared: PreparedProgram, { corruption, optimizer }: Case, step: number): number {
  const draw = new Float32Array(rows * inputs);
  drawCorruption(corruption, draw, { seed: 0, step });
  const x = Float32Array.from({ length: rows * inputs }, (_, i) => 0.5 + 0.5 * Math.sin(i * 1.3 + step));
  return prepared.step({ x, draw }, rows, { step, learningRate: optimizer.learningRate });
}

/** |found - wanted| over the largest |wanted|, the greatest over an array. */
function distance(found: ArrayLike<number>, wanted: ArrayLike<number>): number {
  const scale = Math.max(...Array.from(wanted, Math.abs), 1e-12);
  return Math.max(...Array.from(wanted, (value, i) => Math.abs(found[i]! - value))) / scale;
}

describe('one step agrees with the plain backend to 1e-5', () => {
  it.each(gradientCases)('$name', async ({ experiment }) => {
    const [native, plain] = await prepareBoth(experiment);
    const losses = [native, plain].map((prepared) => takeStep(prepared, experiment, 1));
    expect(distance([losses[0]!], [losses[1]!])).toBeLessThan(1e-5);
    expect(distance(native.gradients, plain.gradients)).toBeLessThan(1e-5);
    expect(distance(native.parameters, plain.parameters)).toBeLessThan(1e-5);
  });
});

/** Each model, corruption, loss, penalty and optimizer comes up. */
const longCases = coveringCases(parityCases, 19);

describe('200 steps agree with the plain backend to 1e-3', () => {
  it.each(longCases)('$name', async ({ experiment }) => {
    const [native, plain] = await prepareBoth(experiment);
    const losses = [native, plain].map((prepared) => Array.from({ length: 200 }, (_, i) => takeStep(prepared, experiment, i + 1)));
    expect(distance(losses[0]!, losses[1]!)).toBeLessThan(1e-3);
    expect(distance(native.parameters, plain.parameters)).toBeLessThan(1e-3);
  });
});
