import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { experimentJsonSchema, experimentJsonSchemaText } from '../../../src/experiment/jsonSchema.ts';
import { parseExperiment } from '../../../src/experiment/parseExperiment.ts';
import { alternatives, type SchemaNode, schemaTree } from '../../../src/experiment/schemaTree.ts';

interface Offered {
  description?: string;
  markdownDescription?: string;
  defaultSnippets?: { label: string; body: unknown }[];
  properties?: Record<string, Offered>;
  items?: Offered;
  allOf?: { if: unknown; then: Offered }[];
}

/** Every key that the parser knows, as "task:model.kind", whatever the kinds on the way. */
function parsedKeys(node: SchemaNode, path: string): string[] {
  return alternatives(node).flatMap((form) => [
    ...(form.items === undefined ? [] : parsedKeys(form.items, `${path}[]`)),
    ...Object.entries(form.properties ?? {}).flatMap(([key, inner]) => [`${path}.${key}`, ...parsedKeys(inner, `${path}.${key}`)]),
  ]);
}

function offeredKeys(node: Offered, path: string): string[] {
  return [
    ...(node.items === undefined ? [] : offeredKeys(node.items, `${path}[]`)),
    ...Object.entries(node.properties ?? {}).flatMap(([key, inner]) => [`${path}.${key}`, ...offeredKeys(inner, `${path}.${key}`)]),
    ...(node.allOf ?? []).flatMap((one) => offeredKeys(one.then, path)),
  ];
}

const sorted = (keys: string[]) => [...new Set(keys)].sort();

function visit(node: unknown, path: string, each: (key: string, value: unknown, path: string) => void): void {
  if (typeof node !== 'object' || node === null) return;
  for (const [key, value] of Object.entries(node)) {
    each(key, value, path);
    visit(value, `${path}/${key}`, each);
  }
}

test('the editor is offered exactly the keys that the parser knows', () => {
  expect(sorted(offeredKeys(experimentJsonSchema() as Offered, ''))).toEqual(sorted(parsedKeys(schemaTree(), '')));
});

test('the shipped file is up to date (node test/unit/experiment/writeSchema.mjs writes it)', () => {
  expect(readFileSync('media/experiment.schema.json', 'utf8')).toBe(experimentJsonSchemaText());
});

test('nothing in it can warn: no types, enums, bounds, required or closed keys outside of conditions and of what is offered', () => {
  const warning =
    /^(type|enum|const|required|additionalProperties|minimum|maximum|exclusive\w+|minLength|minItems|pattern|anyOf|oneOf|not)$/;
  const isKeyword = (path: string) => !/\/(if|body|default|properties)(\/|$)/.test(path.replace(/\/properties\/[^/]+/g, ''));
  visit(experimentJsonSchema(), '', (key, _, path) => {
    if (isKeyword(path)) expect(`${path}/${key}`).not.toMatch(new RegExp(`/(${warning.source.slice(1, -1)})$`));
  });
  expect(experimentJsonSchema()).toMatchObject({ allowTrailingCommas: true });
});

test('every default has a sentence of why, and every key a description', () => {
  const missing: string[] = [];
  const check = (node: SchemaNode, path: string) => {
    if (node.description === undefined) missing.push(`${path}: description`);
    const isSection = JSON.stringify(node.default) === '{}';
    if (node.default !== undefined && !isSection && !/^.+\.$/.test(node.why ?? '')) missing.push(`${path}: why`);
  };
  const walk = (node: SchemaNode, path: string) => {
    for (const form of alternatives(node))
      for (const [key, inner] of Object.entries(form.properties ?? {})) {
        check(inner, `${path}.${key}`);
        const isRequired = form.required?.includes(key) || inner.const !== undefined || ['task', 'data', 'source'].includes(key);
        if (!isRequired && inner.default === undefined && inner.why === undefined) missing.push(`${path}.${key}: default`);
        walk(inner, `${path}.${key}`);
      }
  };
  walk(schemaTree(), '');
  expect(missing).toEqual([]);
});

test('only version, task and the source of data have to be written', () => {
  const required: string[] = [];
  const walk = (node: SchemaNode, path: string) => {
    for (const form of alternatives(node)) {
      for (const key of form.required ?? []) if (form.properties?.[key]?.const === undefined) required.push(`${path}.${key}`);
      for (const [key, inner] of Object.entries(form.properties ?? {})) walk(inner, `${path}.${key}`);
    }
  };
  walk(schemaTree(), '');
  expect(sorted(required)).toEqual(['.data', '.data.source']);
});

test('a hover says what a key means, its default and why', () => {
  const root = experimentJsonSchema() as Offered;
  const optimizer = root.allOf![0]!.then.properties!.optimizer!;
  expect(optimizer.properties!.learningRate!.markdownDescription).toMatch(/^Step length\.\n\nDefault `0.001`: .+\.$/);
  expect(optimizer.properties!.kind!.markdownDescription).toContain('- `adamw`: Adam with decoupled weight decay.');
});

test('whole experiments that are offered have no problems', () => {
  const root = experimentJsonSchema() as Offered;
  expect(root.defaultSnippets!.length).toBeGreaterThan(1);
  for (const { body } of root.defaultSnippets!) {
    const text = JSON.stringify(body)
      .replace(/"\^\$\{\d:([^}]*)\}"/g, '$1')
      .replace(/\$\{\d:([^}]*)\}/g, '$1');
    expect(parseExperiment(text).problems).toEqual([]);
  }
});
