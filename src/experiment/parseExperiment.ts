import { findContradictions } from './contradictions.ts';
import type { Experiment } from './experiment.ts';
import { dotted, type Fault } from './fault.ts';
import { type JsonPath, type JsonText, lineAndColumn, readJsonText } from './jsonText.ts';
import { applyOverrides, leadsTo, type Override, pathSegments } from './overrides.ts';
import type { Problem } from './problem.ts';
import { unbuiltParts } from './unbuilt.ts';
import { overlap, validateExperiment } from './validateExperiment.ts';

/** An experiment with warnings at most, or what is wrong with it. */
export type ParsedExperiment = { experiment: Experiment; problems: Problem[] } | { experiment: null; problems: Problem[] };

/**
 * Reads an experiment file: comments and trailing commas are allowed, unknown keys are not. Never throws.
 * @param overrides changes applied before validation; problems with them name their option and stand at the start of the text
 * @param options allowUnbuilt: take what the trainer cannot run yet as well (it is an error otherwise)
 */
export function parseExperiment(
  text: string,
  overrides: readonly Override[] = [],
  options: { allowUnbuilt?: boolean } = {},
): ParsedExperiment {
  const json = readJsonText(text);
  if (json.problems.some((problem) => problem.severity === 'error')) return { experiment: null, problems: json.problems };
  const changed = applyOverrides(json.value, overrides);
  const problems = [...json.problems, ...changed.faults.map(({ override, message }) => optionProblem(override, message))];
  const { experiment, faults } = validateExperiment(changed.value);
  if (experiment !== null) {
    const unbuilt = options.allowUnbuilt ? [] : unbuiltParts(experiment).map(unbuiltFault);
    for (const fault of [...unbuilt, ...findContradictions(experiment, changed.value)]) {
      const read = [fault.path, ...(fault.reads ?? [])];
      if (!faults.some((known) => read.some((path) => overlap(known.path, path)))) faults.push(fault);
    }
  }
  problems.push(...faults.map((fault) => placeFault({ text, json, overrides }, fault)));
  problems.sort((a, b) => a.offset - b.offset);
  if (experiment === null || problems.some((problem) => problem.severity === 'error')) return { experiment: null, problems };
  return { experiment, problems };
}

/**
 * Gives a problem found elsewhere (in the data, say) its place in the text: the value at its path, or the nearest part that holds it.
 * @param found path dotted, "data.label"
 */
export function locateProblem(text: string, found: Pick<Problem, 'path' | 'message' | 'severity'>): Problem {
  const path = found.path === '' ? [] : pathSegments(found.path);
  return placeFault({ text, json: readJsonText(text), overrides: [] }, { ...found, path, at: 'value' });
}

function unbuiltFault(part: { path: string; message: string }): Fault {
  return { path: part.path.split('.'), message: part.message, severity: 'error', at: 'value' };
}

function optionProblem(override: Override, message: string): Problem {
  return { path: override.path, message: `${override.option}: ${message}`, severity: 'error', offset: 0, length: 0, line: 1, column: 1 };
}

function placeFault(source: { text: string; json: JsonText; overrides: readonly Override[] }, fault: Fault): Problem {
  const { text, json, overrides } = source;
  const isIn = (path: JsonPath) => overrides.findLast((override) => leadsTo(pathSegments(override.path), path));
  const own = isIn(fault.path);
  if (own !== undefined) return { ...optionProblem(own, fault.message), path: dotted(fault.path), severity: fault.severity };
  const cause = [...(fault.reads ?? []), [...fault.path.slice(0, -1), 'kind']].map(isIn).find((override) => override !== undefined);
  const range = rangeOf(json, fault);
  const message = cause === undefined ? fault.message : `${fault.message} (with ${cause.option})`;
  const { fix } = fault;
  const mended = fix === undefined ? {} : { fix: fault.at === 'missing' ? `{ ${fix},` : fix };
  const { severity } = fault;
  return { path: dotted(fault.path), message, severity, ...mended, ...range, ...lineAndColumn(text, range.offset) };
}

/** Where a fault stands; what is not in the text stands at the key of the nearest part that is, or at the first character. */
function rangeOf(json: JsonText, fault: Fault): { offset: number; length: number } {
  const exact = fault.at === 'missing' || fault.path.length === 0 ? null : json.rangeOf(fault.path, fault.at);
  if (exact !== null) return exact;
  for (let depth = fault.path.length - 1; depth > 0; depth--) {
    const key = json.rangeOf(fault.path.slice(0, depth), 'key');
    if (key !== null) return key;
  }
  const whole = json.rangeOf([], 'value');
  return whole === null ? { offset: 0, length: 0 } : { offset: whole.offset, length: Math.min(1, whole.length) };
}
