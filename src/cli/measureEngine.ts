import { chooseEngine, type EnginePlace } from '../engine/chooseEngine.ts';
import type { EngineKind, PreparedProgram } from '../engine/engine.ts';
import { parseExperiment } from '../experiment/parseExperiment.ts';
import { fillUniform } from '../math/random.ts';
import { autoencoderProgram } from '../science/autoencoder.ts';
import { initialParameters } from '../science/initialise.ts';

/** A figure for a small and for a large model. */
export interface SmallAndLarge {
  small: number;
  large: number;
}

/** An engine that works here, and how fast it is. */
export interface MeasuredEngine {
  description: string;
  threads: SmallAndLarge;
  stepsPerSecond: SmallAndLarge;
}

/** The models that are measured: that of the digits template, and one as for 28x28 pictures. */
export const measuredModels = {
  small: { inputs: 64, hidden: 64, latent: 16, rows: 64 },
  large: { inputs: 784, hidden: 256, latent: 32, rows: 256 },
} as const;

/** Milliseconds of measuring a model, and before it of warming up: the first calls trace and pack, and JavaScript compiles the rest as it runs. */
const MEASURED_MS = 200;
const WARMING_MS = 130;
const LEARNING_RATE = 0.001;

/**
 * Starts an engine in this process and takes optimizer steps on random numbers as a run would take them.
 * @throws UserError when it does not work here
 */
export async function measureEngine(kind: EngineKind, where: EnginePlace): Promise<MeasuredEngine> {
  const { engine } = await chooseEngine(kind, where);
  const measure = async (size: keyof typeof measuredModels) => {
    const { inputs, hidden, latent, rows } = measuredModels[size];
    const model = { kind: 'mlp', hidden: [hidden], latent };
    const { experiment } = parseExperiment(JSON.stringify({ version: 1, task: 'autoencoder', data: { source: 'digits' }, model }));
    if (experiment?.task !== 'autoencoder') throw new Error('the measured experiment is wrong');
    const program = autoencoderProgram(experiment, inputs);
    const prepared = await engine.prepare(program, initialParameters(program, 0), experiment.optimizer, rows);
    try {
      return { threads: prepared.threads, rate: stepsPerSecond(prepared, inputs, rows) };
    } finally {
      prepared.dispose();
    }
  };
  const [small, large] = [await measure('small'), await measure('large')];
  return {
    description: engine.description,
    threads: { small: small.threads, large: large.threads },
    stepsPerSecond: { small: small.rate, large: large.rate },
  };
}

function stepsPerSecond(prepared: PreparedProgram, inputs: number, rows: number): number {
  const x = new Float32Array(prepared.stepsAtOnce * rows * inputs);
  fillUniform(x, { seed: 0, stream: 'data', step: 0 });
  let step = 0;
  const call = () => {
    const updates = Array.from({ length: prepared.stepsAtOnce }, () => ({ step: ++step, learningRate: LEARNING_RATE }));
    prepared.steps({ x }, rows, updates);
  };
  /** Calls for so long, at least once; the steps a second. */
  const callFor = (ms: number) => {
    const [startMs, before] = [performance.now(), step];
    do call();
    while (performance.now() - startMs < ms);
    return ((step - before) / (performance.now() - startMs)) * 1000;
  };
  callFor(WARMING_MS);
  return callFor(MEASURED_MS);
}
