import { hostname } from 'node:os';
import type { RunSetup } from './prepareRun.ts';
import type { TrainingSetup } from './trainingSetup.ts';
import { versions } from './versions.ts';

/** What resolved.json says of a run: every default, the data's hash, versions, engine, threads, host. */
export function resolvedOf(setup: RunSetup): object {
  return {
    version: 1,
    experiment: setup.experiment,
    data: setup.kind === 'autoencoder' ? tableFacts(setup) : textFacts(setup),
    engine: engineFacts(setup),
    theory: setup.kind === 'autoencoder' ? setup.theory && { optimum: setup.theory.optimum } : setup.references,
    versions: versions(),
    host: hostname(),
  };
}

function tableFacts({ dataset, data }: TrainingSetup): object {
  return {
    hash: dataset.hash,
    rows: dataset.rows,
    inputs: dataset.inputs,
    scale: data.scale,
    train: data.train.rows.length,
    validation: data.validation.rows.length,
    test: data.test.rows.length,
  };
}

function textFacts({ corpus, splits }: Exclude<RunSetup, TrainingSetup>): object {
  const tokens = { train: splits.train.tokens.length, validation: splits.validation.tokens.length, test: splits.test.tokens.length };
  return { hash: corpus.hash, unit: corpus.unit, vocabulary: corpus.tokenizer.tokens.length, end: corpus.tokenizer.end, tokens };
}

function engineFacts(setup: RunSetup): object {
  if (setup.kind === 'counted') return { kind: 'counting', description: 'counts, without an engine' };
  const { engine, prepared, engineReason } = setup;
  return { kind: engine.kind, description: engine.description, threads: prepared.threads, reason: engineReason };
}
