import type * as z from 'zod';
import { describeForm, inOrder, quote } from './describeForm.ts';
import { didYouMean } from './didYouMean.ts';
import { dotted, type Fault } from './fault.ts';
import type { JsonPath } from './jsonText.ts';
import { allowedWords, alternatives, chosenForm, propertyOf, type SchemaNode, schemaAt, schemaTree, tagOf } from './schemaTree.ts';

type Issue = z.core.$ZodIssue;

/** The value at a path of plain data; undefined where there is none. */
export function valueAt(value: unknown, path: JsonPath): unknown {
  let inner = value;
  for (const segment of path) {
    if (typeof inner !== 'object' || inner === null || !Object.hasOwn(inner, segment)) return undefined;
    inner = (inner as Record<string | number, unknown>)[segment];
  }
  return inner;
}

/** Faults in plain words for an issue of the schema. A union speaks for the one form that was meant, never for all. */
export function explainIssue(issue: Issue, experiment: unknown): Fault[] {
  const path = issue.path as JsonPath;
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => explainKey(path, key, experiment));
  if (issue.code === 'invalid_key')
    return [{ path, message: `${dotted(path.slice(0, -1))} has an empty key: give it a name`, severity: 'error', at: 'key' }];
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const meant = meantForm(issue.errors, valueAt(experiment, path));
    if (meant !== null)
      return meant.flatMap((inner) => explainIssue({ ...inner, path: [...issue.path, ...inner.path] } as Issue, experiment));
  }
  return [explainValue(path, experiment)];
}

/** Issues of the only form of a union whose type the value has; null where no form has it, or several. */
function meantForm(forms: readonly Issue[][], value: unknown): Issue[] | null {
  const fitting = forms.filter((issues) => issues.every((issue) => issue.path.length > 0 || issue.code === 'unrecognized_keys'));
  if (typeof value !== 'object' || value === null || fitting.length !== 1) return null;
  return fitting[0]!;
}

function explainValue(path: JsonPath, experiment: unknown): Fault {
  const value = valueAt(experiment, path);
  const key = path.at(-1);
  const holder = path.length === 0 ? null : schemaAt(path.slice(0, -1), experiment);
  const isTag = holder !== null && tagOf(holder) === key;
  const node = isTag ? tagNode(holder, String(key)) : schemaAt(path, experiment);
  const name = dotted(path) || 'the experiment';
  if (value === undefined) return explainMissing(path, node);
  if (node === null) return { path, message: `${name} has a value that does not fit: ${quote(value)}`, severity: 'error', at: 'value' };
  const suggestion = suggestValue(node, value);
  const isNewer = name === 'version' && typeof value === 'number' && value > 1;
  const hint = isNewer ? ': the file was written for a newer Latent Lab' : suggestion === null ? '' : ` (did you mean ${suggestion}?)`;
  return {
    path,
    message: `${name} must be ${describeForm(node, value)}, got ${quote(value)}${hint}`,
    severity: 'error',
    at: 'value',
    ...(suggestion === null ? {} : { fix: suggestion }),
  };
}

/** A word close to the one written, or the value without the quotes that make it a text, as JSON. */
function suggestValue(node: SchemaNode, value: unknown): string | null {
  if (typeof value !== 'string') return null;
  const word = didYouMean(value, allowedWords(node));
  if (word !== null) return JSON.stringify(word);
  const types = alternatives(node).map((form) => form.type);
  const bare = value.trim();
  if ((bare === 'true' || bare === 'false') && types.includes('boolean')) return bare;
  if (bare === 'null' && types.includes('null')) return bare;
  if (/^-?\d+$/.test(bare) && types.includes('integer')) return String(Number(bare));
  if (/^-?\d+(\.\d+)?(e-?\d+)?$/i.test(bare) && types.includes('number')) return String(Number(bare));
  return null;
}

/** All values that a tag may have, as one node. */
function tagNode(holder: SchemaNode, tag: string): SchemaNode {
  return {
    enum: alternatives(holder)
      .map((form) => form.properties?.[tag]?.const)
      .filter((word) => word !== undefined),
  };
}

/** What a missing key of the experiment itself may be mended with. */
const MISSING: Record<string, string> = {
  version: '"version": 1',
  task: '"task": "autoencoder"',
  data: '"data": { "source": "digits" }',
};

function explainMissing(path: JsonPath, node: SchemaNode | null): Fault {
  const name = dotted(path);
  const entry = path.length === 1 ? MISSING[name] : undefined;
  if (entry !== undefined) return { path, message: `${name} is missing: add ${entry}`, severity: 'error', at: 'missing', fix: entry };
  const expected = name === 'data.source' ? '"digits", a file or a generator' : node === null ? '' : describeForm(node);
  return { path, message: `${name} is missing: it must be ${expected}`, severity: 'error', at: 'missing' };
}

function explainKey(section: JsonPath, key: string, experiment: unknown): Fault {
  const path = [...section, key];
  const node = schemaAt(section, experiment);
  const written = valueAt(experiment, section);
  const form = node === null ? null : chosenForm(node, written);
  const known = Object.keys(form?.properties ?? {}).filter((other) => other !== '$schema');
  const free = known.filter((other) => !Object.hasOwn((written ?? {}) as object, other));
  const tag = node === null ? null : tagOf(node);
  const owner = ownerOf(section, form, tag);
  const elsewhere = otherForms(node, form, { tag, key });
  const suggestion = elsewhere === '' ? didYouMean(key, free) : null;
  const fault = { path, severity: 'error', at: 'key' } as const;
  const start = `unknown key ${JSON.stringify(key)} in ${owner}`;
  if (suggestion !== null)
    return { ...fault, message: `${start} (did you mean ${JSON.stringify(suggestion)}?)`, fix: JSON.stringify(suggestion) };
  if (elsewhere !== '') return { ...fault, message: `${start}: it belongs to ${elsewhere}` };
  const home = sectionWith(key, experiment, section);
  if (home !== null) return { ...fault, message: `${start}: it belongs in ${home}` };
  const list =
    known.length > 12 ? '' : known.length === 0 ? ': it has no keys' : `: it knows ${inOrder(known).replace(/ or (?=[^ ]*$)/, ' and ')}`;
  return { ...fault, message: `${start}${list}` };
}

function ownerOf(section: JsonPath, form: SchemaNode | null, tag: string | null): string {
  const kind = tag === null ? undefined : form?.properties?.[tag]?.const;
  if (section.length === 0) return kind === undefined ? 'the experiment' : `an experiment of ${tag} ${JSON.stringify(kind)}`;
  return kind === undefined ? dotted(section) : `${dotted(section)} of ${tag} ${JSON.stringify(kind)}`;
}

/** `kind "mask"`: the forms of the same union that do know the key. */
function otherForms(node: SchemaNode | null, form: SchemaNode | null, at: { tag: string | null; key: string }): string {
  const { tag, key } = at;
  if (node === null || tag === null) return '';
  const owners = alternatives(node).filter((other) => other !== form && propertyOf(other, key) !== null);
  if (owners.length === 0) return '';
  return `${tag} ${inOrder(owners.map((other) => JSON.stringify(other.properties?.[tag]?.const)))}`;
}

/** The section of the same experiment that knows a key which stands in the wrong one. */
function sectionWith(key: string, experiment: unknown, wrong: JsonPath): string | null {
  const form = chosenForm(schemaTree(), experiment);
  if (propertyOf(form, key) !== null && wrong.length > 0) return 'the experiment itself';
  for (const [name, section] of Object.entries(form?.properties ?? {})) {
    if (name === wrong[0] && wrong.length === 1) continue;
    const inner = chosenForm(section, valueAt(experiment, [name]) ?? {}) ?? alternatives(section).find((one) => one.properties);
    if (propertyOf(inner ?? null, key) !== null && key !== 'kind') return `"${name}"`;
  }
  return null;
}
