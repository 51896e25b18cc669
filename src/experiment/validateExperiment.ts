import { type Experiment, experimentSchema } from './experiment.ts';
import { explainIssue, valueAt } from './explainIssue.ts';
import type { Fault } from './fault.ts';
import type { JsonPath } from './jsonText.ts';
import { leadsTo } from './overrides.ts';

/** What the schema says of an experiment. */
export interface Validation {
  /** The experiment with defaults; where it has faults, with the faulty parts left out, so that the rest can be judged. Null where nothing is left. */
  experiment: Experiment | null;
  faults: Fault[];
}

/** Each round mends what the round before found; more than this many layers of faults no experiment has. */
const ROUNDS = 20;

/**
 * Holds plain data against the schema. One fault is told once: after each round the faulty values are taken out (a misspelt kind is
 * put right) and only faults elsewhere are added.
 */
export function validateExperiment(written: unknown): Validation {
  let value = written;
  const faults: Fault[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const parsed = experimentSchema.safeParse(value);
    if (parsed.success) return { experiment: parsed.data, faults };
    const found = parsed.error.issues.flatMap((issue) => explainIssue(issue, value));
    for (const fault of found) if (!faults.some((known) => overlap(known.path, fault.path))) faults.push(fault);
    const copy = structuredClone(value);
    for (const fault of found) if (!mend(copy, fault)) return { experiment: null, faults };
    value = copy;
  }
  return { experiment: null, faults };
}

/** Whether one of the paths leads to the other. */
export function overlap(a: JsonPath, b: JsonPath): boolean {
  return leadsTo(a, b) || leadsTo(b, a);
}

/** Takes a faulty value out, or puts a close one in; false where nothing would be left to judge. */
function mend(experiment: unknown, fault: Fault): boolean {
  const key = fault.path.at(-1);
  if (key === undefined || typeof experiment !== 'object' || experiment === null) return false;
  const name = fault.path.join('.');
  if (name === 'version') return put(experiment, ['version'], 1);
  if (name === 'task') return fault.fix !== undefined && put(experiment, ['task'], taskMeant(experiment, fault));
  if (name === 'data') return put(experiment, ['data'], { source: 'digits' });
  if (name === 'data.source') return put(experiment, ['data', 'source'], 'digits');
  if (fault.at === 'value' && fault.fix !== undefined) return put(experiment, fault.path, JSON.parse(fault.fix));
  // A list goes as a whole; so does a section whose form cannot be told or that lacks what it needs
  const isWhole = fault.at !== 'key' && (key === 'kind' || key === 'generator' || fault.at === 'missing');
  const firstIndex = fault.path.findIndex((_, i) => i > 0 && Array.isArray(valueAt(experiment, fault.path.slice(0, i))));
  const out = firstIndex > 0 ? fault.path.slice(0, firstIndex) : isWhole ? fault.path.slice(0, -1) : fault.path;
  if (out.join('.') === 'data.source') return put(experiment, ['data', 'source'], 'digits');
  return remove(experiment, out);
}

function taskMeant(experiment: object, fault: Fault): string {
  if (fault.at === 'value') return JSON.parse(fault.fix!);
  return 'objective' in experiment || 'decoding' in experiment ? 'languageModel' : 'autoencoder';
}

function put(experiment: object, path: JsonPath, value: unknown): boolean {
  const holder = valueAt(experiment, path.slice(0, -1));
  if (typeof holder !== 'object' || holder === null) return false;
  (holder as Record<string | number, unknown>)[path.at(-1)!] = value;
  return true;
}

function remove(experiment: object, path: JsonPath): boolean {
  const holder = valueAt(experiment, path.slice(0, -1));
  if (path.length === 0 || typeof holder !== 'object' || holder === null) return false;
  // Already out with a part that held it
  delete (holder as Record<string | number, unknown>)[path.at(-1)!];
  return true;
}
