import { contradiction } from './contradiction.ts';
import type { Fault } from './fault.ts';
import type { LanguageModelExperiment } from './languageModel.ts';

/** Settings of a language model that contradict each other. */
export function findTextContradictions(experiment: LanguageModelExperiment): Fault[] {
  const { data, model, objective, decoding } = experiment;
  const faults: Fault[] = [];
  if (data === undefined && model.kind !== 'table')
    faults.push({
      ...contradiction('data', 'data is missing: add "data": { "source": "names" }', ['model.kind'], '"data": { "source": "names" }'),
      at: 'missing',
    });
  if (data !== undefined && model.kind === 'table')
    faults.push({
      ...contradiction('data', 'data has no place beside a model of kind "table", which is written by hand: remove it', ['model.kind']),
      at: 'key',
    });
  if (model.kind === 'transformer' && model.width % model.heads !== 0)
    faults.push(
      contradiction('model.heads', `model.heads must divide model.width: ${model.width} into ${model.heads} leaves a rest`, [
        'model.width',
      ]),
    );
  if (model.kind === 'table') faults.push(...findSumFaults('model.next', model.next, { most: true }));
  if (objective.kind === 'maskedToken') {
    const { mask, random, keep } = objective.replace;
    if (!isOne(mask + random + keep))
      faults.push(
        contradiction(
          'objective.replace',
          `objective.replace must sum to 1: mask ${mask}, random ${random} and keep ${keep} sum to ${round(mask + random + keep)}`,
        ),
      );
    if (model.kind === 'ngram' || model.kind === 'table')
      faults.push(
        contradiction('objective.kind', `objective.kind "maskedToken" needs a trained model, not "${model.kind}": use "nextToken"`, [
          'model.kind',
        ]),
      );
    if (model.kind === 'gru')
      faults.push(
        contradiction(
          'model.kind',
          'model.kind "gru" reads from left to right and cannot fill in hidden tokens: use "mlp" or "transformer"',
          ['objective.kind'],
        ),
      );
  }
  const { strategy } = decoding;
  if ((strategy.kind === 'beam' || strategy.kind === 'bestFirst') && strategy.returned > strategy.beams)
    faults.push(
      contradiction(
        'decoding.strategy.returned',
        `decoding.strategy.returned must be at most decoding.strategy.beams ${strategy.beams}, got ${strategy.returned}`,
        ['decoding.strategy.beams'],
      ),
    );
  return [...faults, ...findTextGeneratorFaults(data?.source)];
}

function findTextGeneratorFaults(source: string | { generator: string } | undefined): Fault[] {
  if (source === undefined || typeof source === 'string') return [];
  const generator = source as Exclude<NonNullable<LanguageModelExperiment['data']>['source'], string>;
  if (generator.generator === 'grammar') {
    const { rules, start } = generator;
    const sums = findSumFaults('data.source.rules', rules, { most: false });
    if (Object.hasOwn(rules, start)) return sums;
    const missing = `data.source.start is "${start}", for which data.source.rules has no rule`;
    return [...sums, contradiction('data.source.start', missing, ['data.source.rules'])];
  }
  const { transitions } = generator;
  const faults = findSumFaults('data.source.transitions', transitions, { most: false });
  for (const [token, row] of Object.entries(transitions))
    for (const next of Object.keys(row))
      if (!Object.hasOwn(transitions, next))
        faults.push(rowFault('data.source.transitions', token, `leads to ${JSON.stringify(next)}, which has no row of its own`));
  return faults;
}

/** Rows of chances that do not sum to 1, or, with `most`, that sum to more. */
function findSumFaults(
  path: string,
  rows: Readonly<Record<string, Readonly<Record<string, number>>>>,
  allowed: { most: boolean },
): Fault[] {
  const faults: Fault[] = [];
  for (const [key, row] of Object.entries(rows)) {
    const sum = Object.values(row).reduce((a, b) => a + b, 0);
    if (isOne(sum) || (allowed.most && sum < 1)) continue;
    faults.push(rowFault(path, key, `must sum to ${allowed.most ? 'at most ' : ''}1, sums to ${round(sum)}`));
  }
  return faults;
}

function rowFault(path: string, key: string, words: string): Fault {
  return { path: [...path.split('.'), key], message: `${path}: the row ${JSON.stringify(key)} ${words}`, severity: 'error', at: 'value' };
}

function isOne(sum: number): boolean {
  return Math.abs(sum - 1) < 1e-6;
}

function round(value: number): number {
  return Number(value.toPrecision(6));
}
