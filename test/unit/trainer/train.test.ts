import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { NonFiniteError } from '../../../src/engine/engine.ts';
import { parseExperiment } from '../../../src/experiment/parseExperiment.ts';
import type { UntimedRunEvent } from '../../../src/run/runEvent.ts';
import { OrderDesk } from '../../../src/trainer/orderDesk.ts';
import type { RunKeeper } from '../../../src/trainer/runKeeper.ts';
import { train } from '../../../src/trainer/train.ts';
import { prepareTraining, type TrainingSetup } from '../../../src/trainer/trainingSetup.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Digits, small: 4 epochs of 5 steps. */
const base = {
  version: 1,
  task: 'autoencoder',
  data: { source: 'digits', label: 'digit' },
  model: { kind: 'mlp', hidden: [16], latent: 4 },
  corruption: { kind: 'gaussian', sigma: 0.25 },
  training: { batchSize: 256, epochs: 4 },
  view: { points: 200 },
};

async function setUp(changes: object = {}): Promise<TrainingSetup> {
  const { experiment, problems } = parseExperiment(JSON.stringify({ ...base, ...changes }));
  if (experiment === null) throw new Error(problems.map((p) => p.message).join('; '));
  return prepareTraining({
    experiment,
    name: 'test',
    experimentPath: `${root}test.latent.jsonc`,
    media: `${root}media`,
    engineFolder: `${root}dist`,
  });
}

class MemoryKeeper implements RunKeeper {
  readonly arrays = new Map<string, Float32Array>();
  readonly checkpoints = new Map<number, Readonly<Record<string, Uint8Array>>>();

  writeArray(name: string, data: Float32Array): string {
    this.arrays.set(name, data.slice());
    return `arrays/${name}.npy`;
  }
  removeArray(name: string): void {
    this.arrays.delete(name);
  }
  async saveCheckpoint(step: number, files: Readonly<Record<string, Uint8Array>>) {
    this.checkpoints.set(step, files);
    return { folder: `checkpoints/${step}` };
  }
}

async function runAll(changes: object = {}, onEvent: (event: UntimedRunEvent, desk: OrderDesk, setup: TrainingSetup) => void = () => {}) {
  const setup = await setUp(changes);
  const keeper = new MemoryKeeper();
  const desk = new OrderDesk(1, { poll: () => [] });
  const events: UntimedRunEvent[] = [];
  const initial = setup.prepared.parameters.slice();
  for await (const event of train(setup, 1, { desk, keeper })) {
    events.push(event);
    onEvent(event, desk, setup);
  }
  return { setup, keeper, events, initial };
}

const kinds = (events: UntimedRunEvent[]) => events.map((event) => event.kind);

describe('the training loop', () => {
  it('tells a run from its start to its final metrics, and learns', async () => {
    const { events, keeper } = await runAll();
    expect(kinds(events).slice(0, 4)).toEqual(['runStarted', 'sampleSaved', 'evaluated', 'frameSaved']);
    expect(events.at(-1)?.kind).toBe('runFinished');
    expect(events.filter((event) => event.kind === 'stepFinished')).toHaveLength(20);
    const losses = events.flatMap((event) => (event.kind === 'evaluated' ? [event.metrics['validation.loss']!] : []));
    expect(losses).toHaveLength(5);
    expect(losses.at(-1)).toBeLessThan(losses[0]!);
    expect([...keeper.checkpoints.keys()]).toEqual([20]);
    expect(keeper.arrays.get('inputs')).toHaveLength(64 * 64);
  });

  it('gives equal events and arrays for the same seed and file', async () => {
    const [first, second] = [await runAll(), await runAll()];
    expect(JSON.stringify(second.events)).toBe(JSON.stringify(first.events));
    expect([...second.keeper.arrays]).toEqual([...first.keeper.arrays]);
  });

  it('leaves initial weights and split untouched by another corruption', async () => {
    const gaussian = await setUp();
    const masked = await setUp({ corruption: { kind: 'mask', ratio: 0.5 } });
    expect(masked.prepared.parameters).toEqual(gaussian.prepared.parameters);
    expect(masked.data.train.rows).toEqual(gaussian.data.train.rows);
    expect(masked.data.test.rows).toEqual(gaussian.data.test.rows);
  });

  it('stops at the next step with a checkpoint and the reason', async () => {
    const { events, keeper } = await runAll({}, (event, desk) => {
      if (event.kind === 'stepFinished' && event.step === 7) desk.stop('enough');
    });
    expect(events.at(-1)).toMatchObject({ kind: 'runStopped', step: 7, reason: 'enough' });
    expect(keeper.checkpoints.has(7)).toBe(true);
  });

  it('pauses, takes a single step, and goes on', async () => {
    const setup = await setUp();
    const orders: unknown[] = [{ order: 'pause', session: 1 }];
    const desk = new OrderDesk(1, { poll: () => orders.splice(0) });
    const seen: string[] = [];
    for await (const event of train(setup, 1, { desk, keeper: new MemoryKeeper() })) {
      if (event.kind === 'paused' || event.kind === 'continued') seen.push(`${event.kind} ${event.step}`);
      if (event.kind === 'paused') orders.push({ order: event.step === 0 ? 'step' : 'resume', session: 1 });
    }
    expect(seen).toEqual(['paused 0', 'continued 0', 'paused 1', 'continued 1']);
  });

  it('takes over another learning rate as an event of the run', async () => {
    const { events } = await runAll({}, (event, desk) => {
      if (event.kind === 'stepFinished' && event.step === 5) desk.learningRate = 0.01;
    });
    const changed = events.findIndex((event) => event.kind === 'learningRateChanged');
    expect(events[changed]).toMatchObject({ step: 5, learningRate: 0.01 });
    expect(events.slice(changed).find((event) => event.kind === 'stepFinished')).toMatchObject({ metrics: { learningRate: 0.01 } });
  });

  it('logs the mean over the stride and always the last step', async () => {
    const every = await runAll();
    const seldom = await runAll({ training: { ...base.training, logEvery: 8 } });
    const losses = every.events.flatMap((event) => (event.kind === 'stepFinished' ? [event.metrics['batch.loss']!] : []));
    const logged = seldom.events.flatMap((event) => (event.kind === 'stepFinished' ? [event] : []));
    expect(logged.map((event) => event.step)).toEqual([8, 16, 20]);
    const mean = losses.slice(0, 8).reduce((a, b) => a + b, 0) / 8;
    expect(logged[0]!.metrics['batch.loss']).toBeCloseTo(mean, 10);
  });

  it('ends early with the best weights when patience runs out', async () => {
    const { events, setup } = await runAll({
      optimizer: { kind: 'sgd', learningRate: 1e-30 },
      training: { batchSize: 256, epochs: 30, patience: 2 },
    });
    const last = events.at(-1)!;
    expect(last).toMatchObject({ kind: 'runFinished', epoch: 2 });
    expect(events.some((event) => event.kind === 'warned')).toBe(true);
    expect(setup.experiment.training.patience).toBe(2);
  });

  it('throws before the optimizer applies a loss that is not finite', async () => {
    const run = runAll({ optimizer: { kind: 'sgd', learningRate: 1e20 } });
    await expect(run).rejects.toBeInstanceOf(NonFiniteError);
  });

  it('says once when the steps of an unrolled encoder have grown too long', async () => {
    const model = { kind: 'linear', parameterization: 'unrolled', latent: 4, steps: 3, stepSize: 0.9 };
    const { events } = await runAll({ model, corruption: { kind: 'none' }, optimizer: { kind: 'adam', learningRate: 0.3 } });
    const warned = events.flatMap((event) => (event.kind === 'warned' ? [event.message] : []));
    expect(warned).toEqual([
      expect.stringMatching(/stepSize times the largest squared singular value of B is \d+\.\d\d, and 2 is the limit/),
    ]);
    const loads = events.flatMap((event) => (event.kind === 'evaluated' ? [event.metrics['encoder.stepLoad']!] : []));
    expect(loads[0]).toBeLessThan(1.001);
    expect(Math.max(...loads)).toBeGreaterThan(2);
  });

  it('holds the unrolled encoder under masks against the best two matrices', async () => {
    const model = { kind: 'linear', parameterization: 'unrolled', latent: 4 };
    const { events, setup } = await runAll({ model, corruption: { kind: 'mask', ratio: 0.5 } });
    const evaluated = events.filter((event) => event.kind === 'evaluated');
    expect(setup.separateOptimum).toBeGreaterThan(0);
    expect(evaluated.every(({ metrics }) => metrics['theory.separateOptimum'] === setup.separateOptimum)).toBe(true);
    expect(evaluated[0]!.metrics).not.toHaveProperty('theory.optimum');
  });

  it('never stores a state that is not finite', async () => {
    const training = { batchSize: 256, steps: 3, checkpointEvery: 1 };
    const run = runAll({ optimizer: { kind: 'sgd', learningRate: 3e38 }, training });
    await expect(run).rejects.toMatchObject({ what: 'state', parameter: expect.stringMatching(/weights|bias/), step: 1 });
  });

  it('puts the lowest step first in its frames and reconstructs in the units of the file', async () => {
    const { keeper } = await runAll();
    const inputs = keeper.arrays.get('inputs')!;
    expect(Math.max(...inputs)).toBeCloseTo(16, 4);
    expect(Math.min(...inputs)).toBeCloseTo(0, 4);
    expect(keeper.arrays.get('projection-000000000')).toHaveLength(400);
  });

  it('shows dropped inputs as missing, not as zeros', async () => {
    const { keeper } = await runAll({ corruption: { kind: 'mask', ratio: 0.5 }, training: { batchSize: 256, epochs: 1 } });
    const dropped = keeper.arrays.get('corrupted')!.filter(Number.isNaN).length / (64 * 64);
    expect(dropped).toBeGreaterThan(0.45);
    expect(dropped).toBeLessThan(0.55);
  });
});
