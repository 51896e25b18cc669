import { availableParallelism } from 'node:os';
import { beforeAll, describe, expect, it } from 'vitest';
import { chooseEngine } from '../../src/engine/chooseEngine.ts';
import { type Engine, NonFiniteError } from '../../src/engine/engine.ts';
import { testEngine } from '../../src/engine/testEngine.ts';
import { autoencoderSchema } from '../../src/experiment/autoencoder.ts';
import { autoencoderProgram } from '../../src/science/autoencoder.ts';
import { drawCorruption } from '../../src/science/corruption.ts';
import { initialParameters } from '../../src/science/initialise.ts';
import { tf } from '../../src/science/tensorflow.ts';
import { engineFolder, installedEngine } from './installedEngine.ts';

const inputs = 64;
const experiment = autoencoderSchema.parse({
  version: 1,
  task: 'autoencoder',
  data: { source: 'digits' },
  model: { kind: 'mlp', hidden: [32], latent: 8 },
  corruption: { kind: 'gaussian', sigma: 0.2 },
});
const program = autoencoderProgram(experiment, inputs);

function batch(rows: number, step: number) {
  const draw = new Float32Array(rows * inputs);
  drawCorruption(experiment.corruption, draw, { seed: 0, step });
  return { x: Float32Array.from({ length: rows * inputs }, (_, i) => Math.sin(i * 1.3)), draw };
}

let engine: Engine;
const prepare = () => engine.prepare(program, initialParameters(program, 0), experiment.optimizer);

describe('the native engine', () => {
  beforeAll(async () => {
    engine = await installedEngine();
  });

  it('passes its self-test and says what it is', async () => {
    await testEngine(engine);
    expect(engine.kind).toBe('tensorflow');
    expect(engine.description).toMatch(/^TensorFlow\.js 4\.22\.0 on libtensorflow 2\.\d+\.\d+$/);
    expect((await prepare()).threads).toBe(availableParallelism());
  });

  it('computes on its own backend, with our TensorFlow.js', () => {
    expect(tf.getBackend()).toBe('tensorflow');
    expect(tf.add(1, 2)).toBeInstanceOf(tf.Tensor);
  });

  it('is chosen when asked for, once it is installed', async () => {
    const { engine, reason } = await chooseEngine('tensorflow', { engineFolder });
    expect({ kind: engine.kind, reason }).toEqual({ kind: 'tensorflow', reason: 'as asked' });
  });

  it('computes equal runs to the bit', async () => {
    const [one, other] = [await prepare(), await prepare()];
    for (let step = 1; step <= 50; step++) {
      const update = { step, learningRate: 0.01 };
      expect(one.step(batch(64, step), 64, update)).toBe(other.step(batch(64, step), 64, update));
    }
    expect(one.parameters).toEqual(other.parameters);
  });

  it('leaves no tensor and no data behind, also after errors', async () => {
    const prepared = await prepare();
    const broken = { ...batch(4, 1), x: new Float32Array(4 * inputs).fill(Number.NaN) };
    const before = tf.memory();
    for (let step = 1; step <= 20; step++) {
      prepared.step(batch(16, step), 16, { step, learningRate: 0.01 });
      prepared.call('encode', batch(5, step), 5);
      expect(() => prepared.step(broken, 4, { step, learningRate: 0.01 })).toThrow(NonFiniteError);
    }
    const after = tf.memory();
    expect([after.numTensors, after.numDataBuffers]).toEqual([before.numTensors, before.numDataBuffers]);
  });

  it('is loaded once a process, however often it is made', async () => {
    const again = await installedEngine();
    expect(again.description).toBe(engine.description);
  });
});
