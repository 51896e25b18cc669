import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, describe, expect, test } from 'vitest';
import { DirectSteps } from '../../../src/engine/compiled/directSteps.ts';
import { LoopedSteps } from '../../../src/engine/compiled/loopedSteps.ts';
import { loadOnnxRuntime, type OnnxRuntime } from '../../../src/engine/compiled/onnxRuntime.ts';
import type { Engine, Feeds, StepUpdate } from '../../../src/engine/engine.ts';
import { KernelMemory } from '../../../src/engine/kernelMemory.ts';
import { layOut, type ProgramMemory } from '../../../src/engine/programMemory.ts';
import { traceGradients } from '../../../src/engine/trace/traceProgram.ts';
import { createWasmEngine } from '../../../src/engine/wasmEngine.ts';
import { autoencoderProgram } from '../../../src/science/autoencoder.ts';
import { initialParameters } from '../../../src/science/initialise.ts';
import { normals, relativeError } from '../science/referenceModel.ts';
import { coveringCases, gradientCases, missingPairs, missingParts, type ParityCase, parityCases } from './parityCases.ts';
import { type Batch, exactSlope, plainSlope, ReferenceSteps, type Slope } from './referenceSteps.ts';
import { engineFolder } from './runGraph.ts';

const inputs = 7;
const rows = 5;

let runtime: OnnxRuntime;
let wasm: Engine;
/** State of all cases, one after the other: memories of their own would be thousands. */
let memory: KernelMemory;
beforeAll(async () => {
  runtime = loadOnnxRuntime(engineFolder);
  wasm = await createWasmEngine(engineFolder);
  memory = await KernelMemory.create(engineFolder, 6e6);
});

/** A way to train, with its state in the open. */
interface Way {
  name: string;
  state: Pick<ProgramMemory, 'parameters' | 'gradients' | 'moments'>;
  take(feeds: Feeds, updates: readonly StepUpdate[]): ArrayLike<number>;
  dispose(): void;
}

/** Every way that this machine has to train a case, all from the same parameters. */
async function waysOf({ experiment }: ParityCase): Promise<Way[]> {
  const program = autoencoderProgram(experiment, inputs);
  const rule = experiment.optimizer;
  const initial = initialParameters(program, 1);
  const first = { rows, traced: traceGradients(program, rows) };
  const compiled = (name: string, make: (parts: ConstructorParameters<typeof DirectSteps>[0]) => DirectSteps | LoopedSteps): Way => {
    const state = layOut(memory, initial, { program, rule, feedRows: 1 });
    const steps = make({ runtime, program, rule, state, first });
    return { name, state, take: (feeds, updates) => steps.take(feeds, rows, updates), dispose: () => steps.dispose() };
  };
  const prepared = await wasm.prepare(program, initial, rule);
  return [
    compiled('looped', (parts) => new LoopedSteps(parts, 32)),
    compiled('direct', (parts) => new DirectSteps(parts)),
    { name: 'wasm', state: prepared, take: (feeds, updates) => prepared.steps(feeds, rows, updates), dispose: () => prepared.dispose() },
  ];
}

/** Batches of a case, all from one seed; what a cross-entropy is taken of lies in [0, 1]. */
function batchesOf({ corruption, loss }: ParityCase['experiment'], count: number): Batch[] {
  const normal = normals(7);
  const value = () => (loss.kind === 'squared' ? normal() : 1 / (1 + Math.exp(-2 * normal())));
  const drawn = () => (corruption.kind === 'mask' ? Number(normal() > -0.25) : normal());
  const filled = (of: () => number) => Array.from({ length: rows }, () => Array.from({ length: inputs }, () => Math.fround(of())));
  return Array.from({ length: count }, () => ({ x: filled(value), draws: filled(drawn) }));
}

function feedsOf(batches: readonly Batch[]): Feeds {
  const flat = (of: (batch: Batch) => Batch['x']) => Float32Array.from(batches.flatMap((batch) => of(batch).flat()));
  return { x: flat(({ x }) => x), draw: flat(({ draws }) => draws) };
}

/** Moments of a run that has gone on for a while: second ones are above 0. */
function someMoments(count: number, parameters: number): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => (i < parameters ? 0.1 * Math.sin(i) : 0.02 + 0.01 * Math.cos(i)));
}

const difference = (after: ArrayLike<number>, before: ArrayLike<number>) => Array.from(before, (value, i) => after[i]! - value);

/** One step from the same state, in the middle of a run, by every way and by a reference. */
async function expectOneStep(one: ParityCase, slopeOf: (one: ParityCase) => Slope): Promise<void> {
  const update = { step: 3, learningRate: 0.05 };
  const batches = batchesOf(one.experiment, 1);
  const program = autoencoderProgram(one.experiment, inputs);
  for (const way of await waysOf(one)) {
    const { parameters, moments, gradients } = way.state;
    moments.set(someMoments(moments.length, parameters.length));
    const before = parameters.slice();
    const reference = new ReferenceSteps(program, one.experiment.optimizer, slopeOf(one), { parameters, moments });
    const wanted = reference.step(batches[0]!, update);
    const [loss] = Array.from(way.take(feedsOf(batches), [update]));
    const what = `${way.name}, ${one.name}`;
    expect(Math.abs(loss! - wanted), `loss, ${what}`).toBeLessThan(1e-5 * wanted);
    expect(relativeError(gradients, reference.gradient), `gradient, ${what}`).toBeLessThan(1e-5);
    const moved = relativeError(difference(parameters, before), difference(reference.parameters, before));
    expect(moved, `change, ${what}`).toBeLessThan(1e-5);
    if (moments.length > 0) expect(relativeError(moments, reference.moments), `moments, ${what}`).toBeLessThan(1e-5);
    way.dispose();
  }
}

const exact = (one: ParityCase) => exactSlope(one.experiment, inputs);
const plain = (one: ParityCase) => plainSlope(autoencoderProgram(one.experiment, inputs));

describe('the cases', () => {
  test('are all that go together, each once', () => {
    expect(parityCases).toHaveLength(12 * (2 * 2 + 4 * 6) * 2 * 5);
    expect(new Set(parityCases.map(({ name }) => name)).size).toBe(parityCases.length);
  });

  test('of one step hold every model with every corruption, loss and penalty, and every pair with an optimizer', () => {
    expect(gradientCases).toHaveLength(parityCases.length / 5);
    expect(missingPairs(gradientCases)).toEqual([]);
  });
});

describe('one step agrees to 1e-5 with the closed forms in float64', () => {
  test.each([...new Set(gradientCases.map(({ choice }) => choice.model))])('%s', async (model) => {
    for (const one of gradientCases.filter(({ choice }) => choice.model === model)) await expectOneStep(one, exact);
  });
});

describe('one step agrees to 1e-5 with TensorFlow.js’s plain backend and a textbook optimizer', () => {
  const cases = coveringCases(parityCases, 40);
  test('in cases that hold every part', () => {
    expect(missingParts(cases)).toEqual([]);
  });
  test.each(cases)('$name', (one) => expectOneStep(one, plain));
});

describe('200 steps agree to 1e-3 of the loss', () => {
  const steps = 200;
  const cases = coveringCases(parityCases, 12);
  test('in cases that hold every part', () => {
    expect(missingParts(cases)).toEqual([]);
  });

  test.each(cases.map((one, i) => ({ ...one, isPlain: i % 4 === 0 })))('$name', async ({ isPlain, ...one }) => {
    const batches = batchesOf(one.experiment, steps);
    const updates = batches.map((_, i) => ({ step: i + 1, learningRate: one.experiment.optimizer.learningRate }));
    const program = autoencoderProgram(one.experiment, inputs);
    const initial = { parameters: initialParameters(program, 1), moments: new Float64Array(2 * initialParameters(program, 1).length) };
    const slopes = isPlain ? [exact(one), plain(one)] : [exact(one)];
    const references = slopes.map((slope) => {
      const reference = new ReferenceSteps(program, one.experiment.optimizer, slope, initial);
      return batches.map((batch, i) => reference.step(batch, updates[i]!));
    });
    for (const way of await waysOf(one)) {
      const losses = way.take(feedsOf(batches), updates);
      for (const wanted of references)
        wanted.forEach((loss, i) => {
          expect(Math.abs(losses[i]! - loss), `${way.name}, step ${i + 1}: ${losses[i]} for ${loss}`).toBeLessThan(1e-3 * loss);
        });
      way.dispose();
    }
  });
});
