import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Dataset } from '../data/dataset.ts';
import { loadDataset } from '../data/loadDataset.ts';
import { type PreparedData, prepareData } from '../data/prepareData.ts';
import { requireFit } from '../data/requireFit.ts';
import { chooseEngine } from '../engine/chooseEngine.ts';
import type { Engine } from '../engine/engine.ts';
import { prepareProgram } from '../engine/prepareProgram.ts';
import type { Experiment } from '../experiment/experiment.ts';
import { type ResolvedExperiment, resolveExperiment } from '../experiment/resolveExperiment.ts';
import { autoencoderProgram } from '../science/autoencoder.ts';
import { columnMeans } from '../science/evaluate.ts';
import { initialParameters } from '../science/initialise.ts';
import { namedParameters } from '../science/linearMap.ts';
import { type LinearTheory, separateOptimum, theoryFor } from '../science/linearTheory.ts';
import { type Modes, modesOf, startAlongModes } from '../science/modes.ts';
import { Probe } from '../science/probe.ts';
import type { Program } from '../science/program.ts';
import type { RunBasis } from './trainee.ts';
import { drawViewSample, type ViewSample } from './viewSample.ts';

/** Everything the run of an autoencoder needs before its first step. */
export interface TrainingSetup extends RunBasis {
  kind: 'autoencoder';
  experiment: ResolvedExperiment;
  engine: Engine;
  dataset: Dataset;
  data: PreparedData;
  sample: ViewSample;
  /** [inputs] mean of the training rows as the model sees them. */
  trainMean: Float64Array;
  /** Closed form of the optimum, where there is one. */
  theory: LinearTheory | null;
  /** Principal directions of the training rows, for linear models; null for others and where they take too long. */
  modes: Modes | null;
  /** Under masks, for models of one matrix: the optimum of two. */
  separateOptimum: number | null;
  /** The bundled program of the threads that fit heads; null where there is none beside this code, and heads are fitted in this thread. */
  headProgram: string | null;
  /** What asks the codes for labels; null where it is off or there are no labels to ask for. */
  probe: Probe | null;
}

/** What to prepare: the experiment as parsed, where its file lies, and what the surroundings say. */
export interface SetupRequest {
  experiment: Experiment;
  name: string;
  experimentPath: string;
  media: string;
  engineFolder: string;
  /** Engine of the setting or the command line. */
  engine?: 'auto' | 'compiled' | 'tensorflow' | 'wasm';
  signal?: AbortSignal;
}

/**
 * Loads and prepares the data, chooses the engine and puts the initial model into its memory.
 * @throws UserError for everything that a user can mend
 */
export async function prepareTraining(request: SetupRequest): Promise<TrainingSetup> {
  const { experiment } = request;
  if (experiment.task !== 'autoencoder') throw new Error(`expected an autoencoder, got the task "${experiment.task}"`);
  const wanted = request.engine ?? experiment.engine;
  const engines = { engineFolder: request.engineFolder };
  const where = { folder: dirname(request.experimentPath), media: request.media, seed: experiment.seed, signal: request.signal };
  const [dataset, chosen] = await Promise.all([loadDataset(experiment.data, where), chooseEngine(wanted, engines)]);
  const data = prepareData(dataset, experiment.data, experiment.seed, { isTransductive: experiment.downstream?.transductive });
  requireFit(experiment, data, dataset);
  const resolved = resolveExperiment(experiment, {
    format: dataset.format,
    rows: dataset.rows,
    inputs: dataset.inputs,
    trainRows: data.train.rows.length,
  });
  const program = autoencoderProgram(resolved, data.inputs, dataset.imageShape);
  const theory = theoryFor(resolved, data.train.x, data.inputs);
  const modes = theory?.modes ?? modesFor(resolved, data);
  const ready = await prepareProgram(wanted, engines, chosen, {
    program,
    parameters: startOf(resolved, program, modes),
    rule: experiment.optimizer,
    batchRows: Math.min(resolved.plan.batchSize, data.train.rows.length),
  });
  return {
    kind: 'autoencoder',
    experiment: resolved,
    name: request.name,
    dataset,
    data,
    program,
    engine: ready.engine,
    engineReason: ready.reason,
    enginePassedOver: ready.passedOver,
    engineWarning: ready.warning,
    prepared: ready.prepared,
    sample: drawViewSample(data, experiment.view.points, experiment.seed),
    trainMean: columnMeans(data.train.x, data.inputs),
    theory,
    modes,
    headProgram: headProgramIn(request.engineFolder),
    separateOptimum: separateOptimum(resolved, data.train.x, data.inputs),
    probe: experiment.probe === false ? null : Probe.of(data, experiment.probe.labels, experiment.seed),
  };
}

function modesFor({ model }: ResolvedExperiment, data: PreparedData): Modes | null {
  return model.kind === 'linear' ? modesOf(data.train.x, data.inputs, model.bias) : null;
}

/** The parameters before the first step: random ones, or along the principal directions of the training rows. */
function startOf({ model, seed }: ResolvedExperiment, program: Program, modes: Modes | null): Float32Array {
  const parameters = initialParameters(program, seed);
  if (model.kind !== 'linear' || model.parameterization !== 'separate' || model.initialStrength === 0 || modes === null) return parameters;
  startAlongModes(modes, namedParameters(program, parameters), { latent: model.latent, strength: model.initialStrength });
  return parameters;
}

/** Only bundles have it beside them: code that runs from its sources would meet an older one. */
function headProgramIn(folder: string): string | null {
  const path = join(folder, 'headProgram.js');
  return typeof __dirname === 'string' && resolve(folder) === __dirname && existsSync(path) ? path : null;
}
