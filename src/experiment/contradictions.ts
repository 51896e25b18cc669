import type { AutoencoderExperiment } from './autoencoder.ts';
import { contradiction } from './contradiction.ts';
import { findConvolutionFaults } from './convolutionContradictions.ts';
import { inOrder } from './describeForm.ts';
import { didYouMean } from './didYouMean.ts';
import { findDownstreamFaults } from './downstreamContradictions.ts';
import { findExpectationFaults } from './expectationFaults.ts';
import type { Experiment } from './experiment.ts';
import { valueAt } from './explainIssue.ts';
import type { Fault } from './fault.ts';
import { findPenaltyFaults } from './penaltyContradictions.ts';
import { BUILT_IN, sourceKind } from './sourceKind.ts';
import { findSweepFaults } from './sweepFaults.ts';
import { findTextContradictions } from './textContradictions.ts';

/** What the schema cannot say: settings that are fine alone and contradict each other, or have no effect. */
export function findContradictions(experiment: Experiment, written: unknown): Fault[] {
  const own = experiment.task === 'autoencoder' ? findAutoencoderContradictions(experiment) : findTextContradictions(experiment);
  return [
    ...findSourceFaults(experiment),
    ...findTrainingFaults(experiment, written),
    ...own,
    ...findExpectationFaults(experiment),
    ...findIdleSettings(experiment, written),
    ...findSweepFaults(experiment, written),
  ];
}

function findSourceFaults({ data, task }: Experiment): Fault[] {
  const faults = data === undefined ? [] : findSplitFaults(data.split);
  if (data === undefined || typeof data.source !== 'string') return faults;
  const kind = sourceKind(data.source, task);
  const isText = kind === 'txt';
  if (kind !== 'unknown' && (kind === 'builtIn' || isText === (task === 'languageModel'))) return faults;
  const names = BUILT_IN[task].map((name) => JSON.stringify(name));
  const meant = didYouMean(data.source, BUILT_IN[task]);
  const hint = meant === null ? '' : ` (did you mean ${JSON.stringify(meant)}?)`;
  const files = task === 'languageModel' ? 'a .txt file' : 'a .csv, .tsv, .npy, .npz, .idx or .parquet file, a folder with a / at its end';
  const message = `data.source must be ${inOrder([...names, files, 'a generator'])}, got ${JSON.stringify(data.source)}${hint}`;
  return [...faults, contradiction('data.source', message, [], meant === null ? undefined : JSON.stringify(meant))];
}

function findSplitFaults(split: AutoencoderExperiment['data']['split']): Fault[] {
  if (split === 'none') return [];
  const faults: Fault[] = [];
  for (const name of ['validation', 'test'] as const)
    if (split[name] >= 1 && !Number.isInteger(split[name]))
      faults.push(
        contradiction(`data.split.${name}`, `data.split.${name} must be a fraction below 1 or a whole count, got ${split[name]}`),
      );
  const fractions = [split.validation, split.test].filter((size) => size < 1);
  const sum = fractions.reduce((a, b) => a + b, 0);
  if (sum >= 1) {
    const message = `data.split leaves no training rows: validation ${split.validation} and test ${split.test} must sum to less than 1`;
    faults.push(contradiction('data.split', message, ['data.split.validation', 'data.split.test']));
  }
  return faults;
}

function findTrainingFaults(experiment: Experiment, written: unknown): Fault[] {
  const faults: Fault[] = [];
  const has = (path: string) => valueAt(written, path.split('.')) !== undefined;
  if (has('training.epochs') && has('training.steps'))
    faults.push(
      contradiction('training.steps', 'training.steps stands instead of training.epochs: remove one of the two', ['training.epochs']),
    );
  const split = experiment.data?.split;
  if (experiment.training.patience !== null && (split === 'none' || split?.validation === 0)) {
    const message = 'training.patience waits for a better training loss: data.split holds out no validation rows';
    faults.push({ ...contradiction('training.patience', message, ['data.split']), severity: 'warning' });
  }
  return faults;
}

/** What has no meaning where one matrix is both decoder and, by a rule, encoder. */
function findSingleMatrixFaults({ corruption, loss }: AutoencoderExperiment, parameterization: string): Fault[] {
  const faults: Fault[] = [];
  if (corruption.kind === 'mask' && corruption.flags) {
    const message = `corruption.flags has nowhere to go: the encoder of "${parameterization}" knows the mask and has no weights for flags; set it to false`;
    faults.push(contradiction('corruption.flags', message, ['model.parameterization'], 'false'));
  }
  if (loss.kind === 'binaryCrossEntropy') {
    const message = `loss.kind "binaryCrossEntropy" does not fit "${parameterization}", whose encoder fits squared errors: use "squared"`;
    faults.push(contradiction('loss.kind', message, ['model.parameterization'], '"squared"'));
  }
  return faults;
}

function findAutoencoderContradictions(experiment: AutoencoderExperiment): Fault[] {
  const { loss, corruption, data, model } = experiment;
  const faults: Fault[] = [];
  if (loss.over !== 'all' && corruption.kind !== 'mask')
    faults.push(
      contradiction('loss.over', `loss.over "${loss.over}" needs a mask: set corruption.kind to "mask", or loss.over to "all"`, [
        'corruption.kind',
      ]),
    );
  if (loss.kind === 'binaryCrossEntropy') {
    if (data.center)
      faults.push(
        contradiction('loss.kind', 'loss.kind "binaryCrossEntropy" needs inputs from 0 to 1: set data.center to false', ['data.center']),
      );
    if (data.scale === 'standardize')
      faults.push(
        contradiction(
          'data.scale',
          'loss.kind "binaryCrossEntropy" needs inputs from 0 to 1: data.scale "standardize" leaves them, use "unit"',
          ['loss.kind'],
          '"unit"',
        ),
      );
  }
  if (model.kind === 'linear' && model.parameterization !== 'separate')
    faults.push(...findSingleMatrixFaults(experiment, model.parameterization));
  return [
    ...faults,
    ...findConvolutionFaults(experiment),
    ...findPenaltyFaults(experiment),
    ...findDownstreamFaults(experiment),
    ...findGeneratorFaults(data.source),
  ];
}

function findGeneratorFaults(source: AutoencoderExperiment['data']['source']): Fault[] {
  if (typeof source === 'string') return [];
  const within = (key: string, value: number, limit: string, most: number) =>
    value <= most
      ? []
      : [
          contradiction(`data.source.${key}`, `data.source.${key} must be at most ${limit} ${most}, got ${value}`, [
            `data.source.${limit}`,
          ]),
        ];
  switch (source.generator) {
    case 'lowRankGaussian':
    case 'subspaces':
      return within('rank', source.rank, 'dimensions', source.dimensions);
    case 'sparseDictionary':
      return within('active', source.active, 'atoms', source.atoms);
    case 'gaussian':
      return findCovarianceFaults(source.covariance);
    default:
      return [];
  }
}

/** The first reason why a matrix is no covariance; the last word, on tiny negative eigenvalues, is the generator's. */
function findCovarianceFaults(covariance: readonly (readonly number[])[]): Fault[] {
  const size = covariance.length;
  const at = (message: string) => [contradiction('data.source.covariance', `data.source.covariance ${message}`)];
  const ragged = covariance.findIndex((row) => row.length !== size);
  if (ragged >= 0) return at(`must be square: it has ${size} rows, and row ${ragged + 1} has ${covariance[ragged]!.length} numbers`);
  for (let i = 0; i < size; i++) {
    const variance = covariance[i]![i]!;
    if (variance < 0) return at(`must not have negative variances: row ${i + 1}, column ${i + 1} is ${variance}`);
    for (let j = 0; j < i; j++) {
      const [a, b] = [covariance[i]![j]!, covariance[j]![i]!];
      if (Math.abs(a - b) > 1e-12 * Math.max(Math.abs(a), Math.abs(b)))
        return at(`must be symmetric: row ${i + 1}, column ${j + 1} is ${a}, and row ${j + 1}, column ${i + 1} is ${b}`);
      if (a * a > variance * covariance[j]![j]! * (1 + 1e-12))
        return at(
          `must be positive semidefinite: ${a} in row ${i + 1}, column ${j + 1} is more than the variances ${variance} and ${covariance[j]![j]} allow`,
        );
    }
  }
  return [];
}

/** Settings that only some kinds read: path of the key, path of what decides, the values under which it is read. */
const READ_ONLY_UNDER: readonly (readonly [key: string, decides: string, readUnder: readonly string[]])[] = [
  ['optimizer.momentum', 'optimizer.kind', ['momentum']],
  ['optimizer.nesterov', 'optimizer.kind', ['momentum']],
  ['optimizer.beta1', 'optimizer.kind', ['adam', 'adamw']],
  ['optimizer.beta2', 'optimizer.kind', ['adam', 'adamw']],
  ['optimizer.epsilon', 'optimizer.kind', ['adam', 'adamw']],
  ['optimizer.weightDecay', 'optimizer.kind', ['adamw']],
  ['model.ridge', 'model.parameterization', ['leastSquares']],
  ['model.steps', 'model.parameterization', ['unrolled']],
  ['model.stepSize', 'model.parameterization', ['unrolled']],
  ['model.threshold', 'model.parameterization', ['unrolled']],
  ['model.initialStrength', 'model.parameterization', ['separate']],
  ['corruption.blockSize', 'corruption.shape', ['blocks']],
];

function findIdleSettings(experiment: Experiment, written: unknown): Fault[] {
  const faults: Fault[] = [];
  for (const [key, decides, readUnder] of READ_ONLY_UNDER) {
    const kind = valueAt(experiment, decides.split('.'));
    if (valueAt(written, key.split('.')) === undefined || typeof kind !== 'string' || readUnder.includes(kind)) continue;
    const needed = inOrder(readUnder.map((one) => JSON.stringify(one)));
    const message = `${key} has no effect: ${decides} is ${JSON.stringify(kind)}, and only ${needed} reads it`;
    faults.push({ ...contradiction(key, message, [decides]), severity: 'warning', at: 'key' });
  }
  return faults;
}
