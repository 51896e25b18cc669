import { quote } from './describeForm.ts';
import { type JsonSnippet, jsonSnippets } from './jsonSnippets.ts';
import { alternatives, type SchemaNode, schemaTree, tagOf } from './schemaTree.ts';

/** A JSON Schema that offers and explains, and refuses nothing. */
export interface EditorSchema {
  description?: string;
  /** VS Code's hover: what the key means, its default and why, what each value means. */
  markdownDescription?: string;
  default?: unknown;
  defaultSnippets?: JsonSnippet[];
  properties?: Record<string, EditorSchema>;
  items?: EditorSchema;
  allOf?: { if: object; then: EditorSchema }[];
}

/**
 * The JSON Schema that editors complete and explain experiments from, made of the schema that reads them.
 * It has no types, enums, bounds, required or closed keys: an editor would warn about each beside our own diagnostics. Values are
 * offered as snippets, and the keys of one kind by if/then, whose conditions are never reported.
 */
export function experimentJsonSchema(): object {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Latent Lab experiment',
    allowTrailingCommas: true,
    ...editorSchema(schemaTree(), ''),
  };
}

/** The text of `media/experiment.schema.json`. */
export function experimentJsonSchemaText(): string {
  return `${JSON.stringify(experimentJsonSchema(), null, 2)}\n`;
}

function editorSchema(node: SchemaNode, path: string): EditorSchema {
  const forms = alternatives(node);
  const objects = forms.filter((form) => form.properties !== undefined);
  const items = forms.find((form) => form.type === 'array')?.items;
  const own = jsonSnippets[path] ?? jsonSnippets[path.replace(/^\w+/, '*')] ?? [];
  const snippets = [...own, ...forms.flatMap((form) => valueSnippets(form, own.length > 0 || node.default !== undefined))];
  const isSection = JSON.stringify(node.default) === '{}';
  return {
    ...explained(node),
    ...(node.default === undefined || isSection ? {} : { default: node.default }),
    ...(snippets.length === 0 ? {} : { defaultSnippets: snippets }),
    ...objectSchema(node, objects, path),
    ...(items === undefined ? {} : { items: editorSchema(items, `${path}.items`) }),
  };
}

function objectSchema(node: SchemaNode, objects: readonly SchemaNode[], path: string): EditorSchema {
  const tag = tagOf(node);
  if (tag === null)
    return objects.length === 0 ? {} : { properties: Object.assign({}, ...objects.map((form) => propertySchemas(form, path, null))) };
  const tags = objects.map((form) => form.properties![tag]!);
  const fallback = tags.find((one) => one.default !== undefined);
  const name = tag === 'generator' ? 'generator makes the data' : `${path.split('.').at(-1) || 'kind of experiment'} it is`;
  const meanings = Object.fromEntries(tags.map((one) => [String(one.const), one.description ?? '']));
  const offered: EditorSchema = {
    ...explained({ description: `Which ${name}.`, default: fallback?.default, why: fallback?.why, meanings }),
    defaultSnippets: tags.map((one) => snippet(one.const, one.description)),
  };
  // An experiment without a task is completed as an autoencoder
  const meant = objects.find((form) => form.properties![tag]!.default !== undefined) ?? (path === '' ? objects[0] : undefined);
  return {
    properties: { [tag]: offered },
    allOf: inOrderOf(objects, meant).map((form) => ({
      if: isForm(tag, form, form === meant),
      // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
      then: { properties: propertySchemas(form, path, tag) },
    })),
  };
}

/** The form that is meant by default first: editors complete from the first that fits. */
function inOrderOf(forms: readonly SchemaNode[], first: SchemaNode | undefined): SchemaNode[] {
  return [...forms].sort((a, b) => Number(b === first) - Number(a === first));
}

/** Holds for objects of one form; where that form is meant by default, for objects without a tag too. */
function isForm(tag: string, form: SchemaNode, isMeant: boolean): object {
  const hasTag = { not: { propertyNames: { not: { const: tag } } } };
  return { properties: { [tag]: { const: form.properties![tag]!.const } }, ...(isMeant ? {} : hasTag) };
}

function propertySchemas(form: SchemaNode, path: string, tag: string | null): Record<string, EditorSchema> {
  const entries = Object.entries(form.properties!).filter(([key]) => key !== tag);
  const start = path === '' && tag !== null ? String(form.properties![tag]!.const) : path;
  return Object.fromEntries(entries.map(([key, inner]) => [key, editorSchema(inner, `${start}.${key}`)]));
}

function explained(node: SchemaNode): EditorSchema {
  const meanings = node.meanings ?? alternatives(node).find((form) => form.meanings !== undefined)?.meanings;
  const { description, why } = node;
  if (description === undefined) return {};
  const value = node.default === undefined || JSON.stringify(node.default) === '{}' ? '' : ` ${JSON.stringify(node.default)}`;
  const reason = why === undefined ? '' : `Default${value}: ${why}`;
  const markdownReason = why === undefined ? '' : `Default${value === '' ? '' : ` \`${value.trim()}\``}: ${why}`;
  const list = Object.entries(meanings ?? {}).map(([word, meaning]) => `- \`${word}\`: ${meaning}`);
  return {
    description: [description, reason].filter((part) => part !== '').join(' '),
    markdownDescription: [description, list.join('\n'), markdownReason].filter((part) => part !== '').join('\n\n'),
  };
}

/** The words that a form allows, each with its meaning; of a text or a number without any, the empty place for one. */
function valueSnippets(form: SchemaNode, hasProposals: boolean): JsonSnippet[] {
  const words = form.enum ?? (form.const === undefined ? [] : [form.const]);
  const values = form.type === 'boolean' && words.length === 0 ? [true, false] : form.type === 'null' ? [null] : words;
  if (values.length > 0 || hasProposals) return values.map((value) => snippet(value, form.meanings?.[String(value)]));
  if (form.type === 'string') return [{ label: '""', body: '$1' }];
  return form.type === 'integer' || form.type === 'number' ? [{ label: '0', description: 'A number.', body: '^$1' }] : [];
}

function snippet(value: unknown, description: string | undefined): JsonSnippet {
  return { label: quote(value), ...(description === undefined ? {} : { description }), body: value };
}
