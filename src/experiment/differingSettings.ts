/** A setting in which runs differ. */
export interface DifferingSetting {
  /** Dotted path: "model.latent". */
  path: string;
  /** Its value in each run; undefined where the run has no such setting, or its settings are not known. */
  values: unknown[];
}

/** What does not decide what a run computes, or follows from what does. */
const told = new Set(['$schema', 'version', 'name', 'expect', 'plan', 'sweep', 'view']);

/**
 * The settings in which resolved experiments differ, by their dotted paths, in the order in which they first stand; lists count as one value.
 * Left out are the name, the claims, the view and the plan, which follows from the others.
 * @param experiments with every default; null where one is not known: it then differs from none
 */
export function differingSettings(experiments: readonly (Readonly<Record<string, unknown>> | null)[]): DifferingSetting[] {
  const settings = experiments.map((experiment) => experiment && new Map(leavesOf(experiment, '')));
  const known = settings.filter((one) => one !== null);
  const paths = new Set(known.flatMap((one) => [...one.keys()]));
  return [...paths]
    .filter((path) => !told.has(path.split('.')[0]!) && new Set(known.map((one) => JSON.stringify(one.get(path)))).size > 1)
    .map((path) => ({ path, values: settings.map((one) => one?.get(path)) }));
}

function leavesOf(value: Readonly<Record<string, unknown>>, above: string): [path: string, value: unknown][] {
  return Object.entries(value).flatMap(([key, inner]): [string, unknown][] => {
    const path = above === '' ? key : `${above}.${key}`;
    const isBranch = typeof inner === 'object' && inner !== null && !Array.isArray(inner);
    return isBranch ? leavesOf(inner as Record<string, unknown>, path) : [[path, inner]];
  });
}
