import type { AutoencoderExperiment } from './autoencoder.ts';
import type { Experiment } from './experiment.ts';
import { sourceKind } from './sourceKind.ts';

/** A part of an experiment that today's trainer cannot run. */
export interface UnbuiltPart {
  /** Dotted path: "model.tied". */
  path: string;
  /** "not built yet: ..." with what to write instead. */
  message: string;
}

/** The settings of an autoencoder that cannot run yet: where, whether this experiment asks for it, what it is, what to write instead. */
const UNBUILT: readonly (readonly [path: string, isAsked: (e: AutoencoderExperiment) => unknown, what: string, instead: string])[] = [
  ['model.kind', (e) => e.model.kind === 'custom', 'models of your own', 'use "mlp" or "linear"'],
  ['view.projection', (e) => e.view.projection !== 'pca', 'projections other than principal components', 'use "pca"'],
];

/** Sources that cannot be read yet. */
const UNBUILT_SOURCES: Readonly<Record<string, string>> = {
  npy: 'files of NumPy (.npy)',
  npz: 'files of NumPy (.npz)',
  parquet: 'Parquet files',
  folder: 'folders of pictures',
};

/** Generators that can run. */
const BUILT_GENERATORS = ['lowRankGaussian', 'gaussian'];

/** Parts of an experiment that today's trainer cannot run: refused by name, never ignored. */
export function unbuiltParts(experiment: Experiment): UnbuiltPart[] {
  if (experiment.task === 'languageModel') return [];
  const parts = UNBUILT.filter(([, isAsked]) => isAsked(experiment)).map(([path, , what, instead]) => ({
    path,
    message: `not built yet: ${what}; ${instead}`,
  }));
  const source = unbuiltSource(experiment.data.source);
  return source === null ? parts : [source, ...parts];
}

function unbuiltSource(source: AutoencoderExperiment['data']['source']): UnbuiltPart | null {
  if (typeof source !== 'string') {
    if (BUILT_GENERATORS.includes(source.generator)) return null;
    const message = `not built yet: the generator "${source.generator}"; use "lowRankGaussian" or "gaussian"`;
    return { path: 'data.source.generator', message };
  }
  const kind = sourceKind(source, 'autoencoder');
  const what = UNBUILT_SOURCES[kind === 'builtIn' ? source : kind];
  return what === undefined
    ? null
    : { path: 'data.source', message: `not built yet: ${what}; use "digits", "fashion", a .csv, .tsv or .idx file, or a generator` };
}
