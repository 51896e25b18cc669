import type { AutoencoderExperiment, AutoencoderModel, Corruption, DataSection } from './autoencoder.ts';

/** What the data turned out to be, as far as settings depend on it. */
export interface DataFormat {
  format: 'image' | 'table' | 'generator';
  /** Rows in all, and those of the training split. */
  rows: number;
  trainRows: number;
  /** Width of an input row. */
  inputs: number;
}

/** The run in steps: everything that the training section says in epochs, or leaves to the data. */
export interface TrainingPlan {
  /** Rows a step, at most all training rows. */
  batchSize: number;
  stepsPerEpoch: number;
  totalSteps: number;
  /** totalSteps / stepsPerEpoch; not whole when the experiment counts steps. */
  totalEpochs: number;
  /** Steps between evaluations, checkpoints and logged losses. */
  evaluateEverySteps: number;
  checkpointEverySteps: number;
  logEvery: number;
}

/** An autoencoder experiment with everything filled in that depends on its data. */
export interface ResolvedExperiment extends Omit<AutoencoderExperiment, 'data'> {
  data: DataSection & { scale: 'none' | 'unit' | 'standardize' };
  plan: TrainingPlan;
}

/** At most this many losses are logged in a run unless `logEvery` says otherwise. */
const LOGGED_LOSSES = 10_000;

/** Fills in what depends on the data: scale, ridge, and the training section counted in steps. */
export function resolveExperiment(experiment: AutoencoderExperiment, facts: DataFormat): ResolvedExperiment {
  const scale = experiment.data.scale ?? (facts.format === 'image' ? 'unit' : 'none');
  return {
    ...experiment,
    data: { ...experiment.data, scale },
    model: withRidge(experiment.model, experiment.corruption),
    plan: planTraining(experiment.training, facts.trainRows),
  };
}

/** Counts a training section in steps. `trainRows` is taken as at least 1. */
export function planTraining(training: AutoencoderExperiment['training'], trainRows: number): TrainingPlan {
  const rows = Math.max(1, trainRows);
  const batchSize = training.batchSize === 'full' ? rows : Math.min(training.batchSize, rows);
  const stepsPerEpoch = Math.ceil(rows / batchSize);
  const countsSteps = training.steps !== undefined;
  const totalSteps = training.steps ?? (training.epochs ?? 1) * stepsPerEpoch;
  const unit = countsSteps ? 1 : stepsPerEpoch;
  const fiftieth = Math.max(1, Math.ceil(totalSteps / 50));
  return {
    batchSize,
    stepsPerEpoch,
    totalSteps,
    totalEpochs: totalSteps / stepsPerEpoch,
    evaluateEverySteps: (training.evaluateEvery ?? (countsSteps ? fiftieth : 1)) * unit,
    checkpointEverySteps: (training.checkpointEvery ?? (countsSteps ? fiftieth : 10)) * unit,
    logEvery: training.logEvery ?? Math.max(1, Math.ceil(totalSteps / LOGGED_LOSSES)),
  };
}

/** The ridge of a `leastSquares` model, relative to tr(B^T B)/latent: its own, else by whether coordinates are dropped. */
export function ridgeOf(model: { ridge?: number }, corruption: Pick<Corruption, 'kind'>): number {
  return model.ridge ?? (corruption.kind === 'mask' ? 0.01 : 1e-6);
}

function withRidge(model: AutoencoderModel, corruption: Corruption): AutoencoderModel {
  if (model.kind !== 'linear' || model.parameterization !== 'leastSquares') return model;
  return { ...model, ridge: ridgeOf(model, corruption) };
}
