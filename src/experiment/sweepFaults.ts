import type { Experiment } from './experiment.ts';
import type { Fault } from './fault.ts';
import { applyOverrides, type Override, pathSegments } from './overrides.ts';
import { overlap, validateExperiment } from './validateExperiment.ts';

/** Settings that every run of a sweep shares: with another task it would be another experiment, and a sweep of sweeps has no end. */
const fixed = ['version', 'task', 'name', 'expect', 'sweep', '$schema'];

/** One value of one path, as an override; without the sweep, so that only the value is judged. */
export function trialOverrides(settings: Readonly<Record<string, unknown>>): Override[] {
  const set = Object.entries(settings).map(([path, value]) => ({ path, value, option: `sweep.over ${path}=${JSON.stringify(value)}` }));
  return [...set, { path: 'sweep', value: undefined, option: 'sweep' }];
}

/** What is wrong with the values that a sweep tries: each is held against the schema in the place it is meant for. */
export function findSweepFaults({ sweep }: Experiment, written: unknown): Fault[] {
  if (sweep === undefined) return [];
  const entries = Object.entries(sweep.over);
  if (entries.length === 0) return [fault([], 'sweep.over names no setting; name one, { "model.latent": [2, 8, 32] }')];
  return entries.flatMap(([path, values]) => {
    if (fixed.includes(pathSegments(path)[0]!)) return [fault(['over', path], `a sweep varies settings, and ${path} is none`)];
    const twice = values.findIndex((value, i) => values.slice(0, i).some((earlier) => JSON.stringify(earlier) === JSON.stringify(value)));
    if (twice >= 0) return [fault(['over', path], `sweep.over.${path} has ${JSON.stringify(values[twice])} twice`)];
    return values.flatMap((value) => faultsOf({ path, value }, written)).slice(0, 1);
  });
}

function faultsOf({ path, value }: { path: string; value: unknown }, written: unknown): Fault[] {
  const { value: changed, faults } = applyOverrides(written, trialOverrides({ [path]: value }));
  if (faults.length > 0) return [fault(['over', path], `sweep.over.${path}: ${faults[0]!.message}`)];
  const segments = pathSegments(path);
  const before = validateExperiment(written).faults;
  const found = validateExperiment(changed).faults.find(
    (one) => overlap(one.path, segments) && !before.some((known) => overlap(known.path, one.path)),
  );
  return found === undefined ? [] : [fault(['over', path], `sweep.over.${path} = ${JSON.stringify(value)}: ${found.message}`)];
}

const fault = (path: readonly string[], message: string): Fault => ({ path: ['sweep', ...path], message, severity: 'error', at: 'value' });
