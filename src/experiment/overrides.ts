import type { JsonPath } from './jsonText.ts';
import { UserError } from './problem.ts';

/** A change of the experiment from outside its text. */
export interface Override {
  /** Dotted path: "model.latent". */
  path: string;
  value: unknown;
  /** How it was asked for, as problems name it: "--set model.latent=4". */
  option: string;
}

/** What an override could not do. */
export interface OverrideFault {
  override: Override;
  message: string;
}

/**
 * Reads "path=value"; the value is JSON where it parses as JSON, else a text.
 * @throws UserError when there is no "=" or no path before it
 */
export function parseOverride(text: string): Override {
  const at = text.indexOf('=');
  const path = text.slice(0, Math.max(at, 0)).trim();
  if (path === '') throw new UserError(`--set ${text}: write it as path=value, for example --set model.latent=4`);
  const written = text.slice(at + 1);
  let value: unknown = written;
  try {
    value = JSON.parse(written);
  } catch {
    // Not JSON: the text itself
  }
  return { path, value, option: `--set ${text}` };
}

/** Keys and indices of a dotted path. Keys below "sweep.over" are dotted paths themselves. */
export function pathSegments(path: string): string[] {
  const segments = path.split('.');
  if (segments[0] === 'sweep' && segments[1] === 'over' && segments.length > 2) return ['sweep', 'over', segments.slice(2).join('.')];
  return segments;
}

/** Whether one path is the other or leads to it. */
export function leadsTo(above: JsonPath, path: JsonPath): boolean {
  return above.length <= path.length && above.every((segment, i) => String(segment) === String(path[i]));
}

/** Applies the overrides in order to a copy; objects (and lists, for an index of 0) on the way are made, other values on the way are faults. */
export function applyOverrides(value: unknown, overrides: readonly Override[]): { value: unknown; faults: OverrideFault[] } {
  const faults: OverrideFault[] = [];
  const copy = { experiment: structuredClone(value) };
  for (const override of overrides) {
    const message = setAt(copy, ['experiment', ...pathSegments(override.path)], override.value);
    if (message !== null) faults.push({ override, message });
  }
  return { value: copy.experiment, faults };
}

function setAt(root: object, path: readonly string[], value: unknown): string | null {
  let place = root as Record<string, unknown>;
  for (const [i, key] of path.entries()) {
    const name = path.slice(1, i).join('.') || 'the experiment';
    if (Array.isArray(place) && !(/^\d+$/.test(key) && Number(key) <= place.length))
      return `${name} is a list of ${place.length}, which has no "${key}"`;
    const isLast = i === path.length - 1;
    const inner = Object.hasOwn(place, key) ? place[key] : undefined;
    const next = isLast ? structuredClone(value) : (inner ?? (path[i + 1] === '0' ? [] : {}));
    if (!isLast && typeof next !== 'object')
      return `${path.slice(1, i + 1).join('.')} is ${JSON.stringify(next)}, which has no "${path[i + 1]}"`;
    Object.defineProperty(place, key, { value: next, enumerable: true, configurable: true, writable: true });
    place = next as Record<string, unknown>;
  }
  return null;
}
