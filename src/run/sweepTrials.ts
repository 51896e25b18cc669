import type { Experiment } from '../experiment/experiment.ts';
import { permutation } from '../math/random.ts';

/** One run of a sweep. */
export interface SweepTrial {
  /** From 1 on. */
  number: number;
  /** Dotted path -> value, in the order of the file. */
  settings: Record<string, unknown>;
}

/** Combinations that are drawn where the file does not say how many. */
const usualDraws = 9;
/** Combinations that are counted out; of more, the first so many take part in the draw. */
const mostCombinations = 1_000_000;

/**
 * The runs that a sweep asks for. A grid has every combination, the last setting varying fastest, and at most `trials` of them. Otherwise
 * `trials` different combinations are drawn by the experiment's seed; all of them where there are no more.
 */
export function sweepTrials({ sweep, seed }: Pick<Experiment, 'sweep' | 'seed'>): SweepTrial[] {
  if (sweep === undefined) return [];
  const entries = Object.entries(sweep.over);
  const all = Math.min(
    mostCombinations,
    entries.reduce((product, [, values]) => product * values.length, 1),
  );
  const isGrid = sweep.how === 'grid';
  const count = Math.min(all, sweep.trials ?? (isGrid ? all : usualDraws));
  const chosen =
    isGrid || count === all ? Array.from({ length: count }, (_, i) => i) : [...permutation(all, { seed, stream: 'sweep', step: 0 })];
  return chosen.slice(0, count).map((index, i) => ({ number: i + 1, settings: combination(entries, index) }));
}

/** Combination number `index`, read as a number whose digits are the positions of the values. */
function combination(entries: readonly (readonly [string, readonly unknown[]])[], index: number): Record<string, unknown> {
  const settings: Record<string, unknown> = {};
  let rest = index;
  for (const [path, values] of [...entries].reverse()) {
    settings[path] = values[rest % values.length];
    rest = Math.floor(rest / values.length);
  }
  return Object.fromEntries(entries.map(([path]) => [path, settings[path]]));
}

/** The settings of a trial in words: "latent 8, seed 1"; by the whole path where two end alike. */
export function trialWords(settings: Readonly<Record<string, unknown>>): string {
  const paths = Object.keys(settings);
  const last = (path: string) => path.slice(path.lastIndexOf('.') + 1);
  return paths
    .map((path) => {
      const isAlone = paths.filter((other) => last(other) === last(path)).length === 1;
      const value = settings[path];
      return `${isAlone ? last(path) : path} ${typeof value === 'string' ? value : JSON.stringify(value)}`;
    })
    .join(', ');
}

/**
 * Rungs of successive halving (Jamieson and Talwalkar 2016, with eta 2): after a share of the training the better half goes on, rounded
 * up, until one is left, which is trained to its end.
 * @returns how many runs train on each rung, and to which share of their steps
 */
export function halvingRungs(trials: number): { runs: number; share: number }[] {
  const runs = [trials];
  while (runs.at(-1)! > 1) runs.push(Math.ceil(runs.at(-1)! / 2));
  return runs.map((count, rung) => ({ runs: count, share: 2 ** (rung + 1 - runs.length) }));
}
