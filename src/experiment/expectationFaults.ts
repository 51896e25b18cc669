import type { AutoencoderExperiment } from './autoencoder.ts';
import { contradiction } from './contradiction.ts';
import { type Expectation, parseExpectation } from './expectation.ts';
import type { Experiment } from './experiment.ts';
import type { Fault } from './fault.ts';

/** What a metric needs that this experiment does not have, and the setting to blame; null where nothing is missing. */
function whatLacks(metric: string, experiment: AutoencoderExperiment): { what: string; path: string } | null {
  const { data, corruption, probe, model } = experiment;
  const [group, name] = metric.split('.');
  const isEmpty = (split: 'validation' | 'test') => data.split === 'none' || data.split[split] === 0;
  if ((group === 'validation' || group === 'test') && isEmpty(group))
    return { what: `data.split holds out no ${group} rows`, path: 'data.split' };
  if ((name === 'lossMasked' || name === 'lossVisible') && corruption.kind !== 'mask')
    return { what: 'corruption.kind is no mask', path: 'corruption.kind' };
  if ((name === 'lossCorrupted' || name === 'lossExpected') && corruption.kind === 'none')
    return { what: 'there is no corruption', path: 'corruption.kind' };
  if ((group === 'probe' || group === 'projection') && probe === false) return { what: 'probe is off', path: 'probe' };
  if ((group === 'theory' || group === 'modes') && model.kind !== 'linear')
    return { what: 'only linear models have closed forms', path: 'model.kind' };
  if (group === 'downstream' && !experiment.downstream) return { what: 'downstream is not run', path: 'downstream' };
  return null;
}

const metricsOf = ({ left, right }: Expectation): string[] => [...left.terms, ...right.terms].map(({ metric }) => metric);

/** Claims that cannot be read, and claims of metrics that the experiment will not have. */
export function findExpectationFaults(experiment: Experiment): Fault[] {
  return (experiment.expect ?? []).flatMap((text, i): Fault[] => {
    const at = (message: string, reads: string[] = []): Fault => {
      const fault = contradiction('expect', `expect ${i + 1}: ${message}`, reads);
      return { ...fault, path: ['expect', i] };
    };
    const claim = parseExpectation(text);
    if (typeof claim === 'string') return [at(claim)];
    if (experiment.task !== 'autoencoder') return [];
    for (const metric of metricsOf(claim)) {
      const lack = whatLacks(metric, experiment);
      if (lack) return [at(`this run will have no ${metric}: ${lack.what}`, [lack.path])];
    }
    return [];
  });
}
