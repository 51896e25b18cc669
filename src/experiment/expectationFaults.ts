import type { AutoencoderExperiment } from './autoencoder.ts';
import { contradiction } from './contradiction.ts';
import { type Expectation, parseExpectation } from './expectation.ts';
import type { Experiment } from './experiment.ts';
import type { Fault } from './fault.ts';

/** Metrics that only some experiments have: which, whether this one lacks them, why, and the setting to blame. */
type Lack = readonly [metrics: RegExp, isLacking: (e: AutoencoderExperiment) => boolean, why: string, path: string];

const isEmpty = ({ data }: AutoencoderExperiment, split: 'validation' | 'test') => data.split === 'none' || data.split[split] === 0;
const parameterizationOf = ({ model }: AutoencoderExperiment) => (model.kind === 'linear' ? model.parameterization : null);

const LACKS: readonly Lack[] = [
  [/^validation\./, (e) => isEmpty(e, 'validation'), 'data.split holds out no validation rows', 'data.split'],
  [/^test\./, (e) => isEmpty(e, 'test'), 'data.split holds out no test rows', 'data.split'],
  [
    /\.(nats|bitsPerCharacter|perplexity|maskedAccuracy|uniform|unigram|bigram|entropy)$/,
    () => true,
    'it is one of language models',
    'task',
  ],
  [/\.(lossMasked|lossVisible)$/, (e) => e.corruption.kind !== 'mask', 'corruption.kind is no mask', 'corruption.kind'],
  [/\.(lossCorrupted|lossExpected)$/, (e) => e.corruption.kind === 'none', 'there is no corruption', 'corruption.kind'],
  [/^(theory|modes)\./, (e) => e.model.kind !== 'linear', 'only linear models have closed forms', 'model.kind'],
  [
    /^theory\.separateOptimum$/,
    (e) => parameterizationOf(e) === 'separate' || e.corruption.kind !== 'mask',
    'it is what models of one matrix have to beat under a mask',
    'model.parameterization',
  ],
  [
    /^modes\.\d+\.predicted$/,
    ({ model }) => 'initialStrength' in model && model.initialStrength === 0,
    'it needs model.initialStrength',
    'model',
  ],
  [
    /^encoder\.(stepLoad|bestSteps)$/,
    (e) => parameterizationOf(e) !== 'unrolled',
    'only unrolled encoders take steps',
    'model.parameterization',
  ],
  [/^encoder\.bestSteps$/, (e) => e.corruption.kind !== 'gaussian', 'it needs Gaussian noise', 'corruption.kind'],
  [/^(probe|projection)\./, ({ probe }) => probe === false, 'probe is off', 'probe'],
  [/^downstream\./, ({ downstream }) => !downstream, 'downstream is not run', 'downstream'],
];

const metricsOf = ({ left, right }: Expectation): string[] => [...left.terms, ...right.terms].map(({ metric }) => metric);

/**
 * Claims that cannot be read, and, as warnings, claims of metrics that the experiment will not have: a file whose settings are tried out
 * still runs, and leaves them undecided.
 */
export function findExpectationFaults(experiment: Experiment): Fault[] {
  return (experiment.expect ?? []).flatMap((text, i): Fault[] => {
    const at = (message: string, severity: Fault['severity'], reads: string[] = []): Fault => {
      const fault = contradiction('expect', `expect ${i + 1}: ${message}`, reads);
      return { ...fault, path: ['expect', i], severity };
    };
    const claim = parseExpectation(text);
    if (typeof claim === 'string') return [at(claim, 'error')];
    if (experiment.task !== 'autoencoder') return [];
    for (const metric of metricsOf(claim)) {
      const lack = LACKS.find(([metrics, isLacking]) => metrics.test(metric) && isLacking(experiment));
      if (lack) return [at(`this run will have no ${metric}, so it stays undecided: ${lack[2]}`, 'warning', [lack[3]])];
    }
    return [];
  });
}
