import * as z from 'zod';
import { experimentSchema } from './experiment.ts';
import type { JsonPath } from './jsonText.ts';

/** A part of the experiment's schema as a JSON Schema, bounds included: what messages are worded from. */
export interface SchemaNode {
  type?: 'object' | 'array' | 'string' | 'number' | 'integer' | 'boolean' | 'null';
  description?: string;
  /** Why the default is what it is. */
  why?: string;
  default?: unknown;
  const?: unknown;
  enum?: unknown[];
  /** What each value of the enum means. */
  meanings?: Record<string, string>;
  properties?: Record<string, SchemaNode>;
  required?: string[];
  additionalProperties?: boolean | SchemaNode;
  items?: SchemaNode;
  anyOf?: SchemaNode[];
  oneOf?: SchemaNode[];
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  minLength?: number;
  minItems?: number;
  propertyNames?: SchemaNode;
}

let tree: SchemaNode | undefined;

/** The whole schema, as what people write (before defaults). */
export function schemaTree(): SchemaNode {
  tree ??= z.toJSONSchema(experimentSchema, { io: 'input', unrepresentable: 'any' }) as unknown as SchemaNode;
  return tree;
}

/** The forms a value may take: the union's members, or the node alone. */
export function alternatives(node: SchemaNode): SchemaNode[] {
  const members = node.oneOf ?? node.anyOf;
  return members === undefined ? [node] : members.flatMap(alternatives);
}

/** Key by whose value the objects of a union tell each other apart ("kind"), or null where there is only one form. */
export function tagOf(node: SchemaNode): string | null {
  const objects = alternatives(node).filter((form) => form.properties !== undefined);
  if (objects.length < 2) return null;
  const tags = (key: string) => new Set(objects.map((form) => propertyOf(form, key)?.const).filter((tag) => tag !== undefined));
  return Object.keys(objects[0]!.properties!).find((key) => tags(key).size === objects.length) ?? null;
}

/** The part of an object's schema for a key; null where it knows no such key ("toString" is none). */
export function propertyOf(form: SchemaNode | null, key: string | number): SchemaNode | null {
  return form?.properties !== undefined && Object.hasOwn(form.properties, key) ? form.properties[key]! : null;
}

/** The form of a union that a value was meant to be, by its type and its tag; null where that cannot be told. */
export function chosenForm(node: SchemaNode, value: unknown): SchemaNode | null {
  const forms = alternatives(node);
  if (Array.isArray(value)) return forms.find((form) => form.type === 'array') ?? null;
  if (typeof value !== 'object' || value === null) return forms.find((form) => form.properties === undefined) ?? null;
  const objects = forms.filter((form) => form.type === 'object');
  const tag = tagOf(node);
  // forms without a tag tell each other apart by their keys
  if (tag === null) return objects.find((form) => Object.keys(value).some((key) => propertyOf(form, key) !== null)) ?? objects[0] ?? null;
  const written = (value as Record<string, unknown>)[tag];
  if (written === undefined) return objects.find((form) => form.properties?.[tag]?.default !== undefined) ?? null;
  return objects.find((form) => form.properties?.[tag]?.const === written) ?? null;
}

/** The part of the schema that a path of an experiment leads to, choosing forms by what the experiment says; null where there is none. */
export function schemaAt(path: JsonPath, experiment: unknown): SchemaNode | null {
  let node = schemaTree();
  let value = experiment;
  for (const segment of path) {
    const form = chosenForm(node, value);
    const inner: SchemaNode | boolean | undefined =
      form?.type === 'array' ? form.items : (propertyOf(form, segment) ?? form?.additionalProperties);
    if (inner === undefined || typeof inner === 'boolean') return null;
    node = inner;
    value = typeof value === 'object' && value !== null ? (value as Record<string | number, unknown>)[segment] : undefined;
  }
  return node;
}

/** Words and texts that are allowed as such, over all forms. */
export function allowedWords(node: SchemaNode): string[] {
  return alternatives(node).flatMap((form) => [form.const, ...(form.enum ?? [])].filter((word) => typeof word === 'string'));
}
