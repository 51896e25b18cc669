import '@tensorflow/tfjs-backend-cpu';
import { expect } from 'vitest';
import { prepareEagerly } from '../../src/engine/eagerProgram.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { autoencoderProgram } from '../../src/science/autoencoder.ts';
import { initialParameters } from '../../src/science/initialise.ts';
import { relativeError } from '../unit/science/referenceModel.ts';
import { experimentWith } from '../unit/science/trainToOptimum.ts';
import { engineFolder } from './installedEngine.ts';

const rows = 16;

/**
 * Takes one step on libtensorflow and one on TensorFlow.js's plain backend, and expects loss and gradients to agree to 1e-5.
 * @param dropped numbers at the start of the draw that are 0
 * @param imageShape [height, width] of rows that are images
 */
export async function expectEqualSteps(
  engine: Engine,
  sections: object,
  { inputs, dropped = 0, imageShape }: { inputs: number; dropped?: number; imageShape?: readonly [number, number] },
) {
  const experiment = experimentWith(sections);
  const program = autoencoderProgram(experiment, inputs, imageShape);
  const initial = initialParameters(program, 1);
  const rule = experiment.optimizer;
  const ways = [
    await engine.prepare(program, initial, rule),
    await prepareEagerly(program, initial, { rule, backend: 'cpu', threads: 1, engineFolder, batchRows: rows }),
  ];
  const x = Float32Array.from({ length: rows * inputs }, (_, i) => 0.5 + 0.5 * Math.sin(i * 1.3));
  const draw = x.map((value) => Number(value > 0.3));
  draw.fill(0, 0, dropped);
  const [native, plain] = ways.map((prepared) => prepared.step({ x, draw }, rows, { step: 1, learningRate: 0.01 }));
  expect(Math.abs(native! / plain! - 1)).toBeLessThan(1e-5);
  expect(relativeError(ways[0]!.gradients, ways[1]!.gradients)).toBeLessThan(1e-5);
}
