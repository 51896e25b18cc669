import { alternatives, type SchemaNode } from './schemaTree.ts';

/** What a value must be, in plain words that follow "must be": "a whole number of at least 1". */
export function describeForm(node: SchemaNode, got?: unknown): string {
  const words = [...new Set(alternatives(node).map((form) => describeOne(form, got)))];
  return inOrder(words);
}

/** A value as it is quoted in a message: at most 40 characters. */
export function quote(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'number') return String(value);
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}

/** "a, b or c". */
export function inOrder(words: readonly string[]): string {
  if (words.length < 2) return words[0] ?? '';
  return `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}

function describeOne(form: SchemaNode, got: unknown): string {
  if (form.const !== undefined) return quote(form.const);
  if (form.enum !== undefined) return inOrder(form.enum.map(quote));
  switch (form.type) {
    case 'integer':
      return `a whole number${bounds(form, true)}`;
    case 'number': {
      const limits = bounds(form, false);
      return typeof got === 'number' && limits !== '' ? limits.replace(/^ (of )?/, '') : `a number${limits}`;
    }
    case 'string':
      return form.minLength ? 'a text that is not empty' : 'a text';
    case 'boolean':
      return 'true or false';
    case 'null':
      return 'null';
    case 'array':
      return `a list${form.minItems ? ` of at least ${form.minItems}` : ''}${form.items?.type ? ` of ${plural(form.items)}` : ''}`;
    case 'object':
      return 'an object { ... }';
    default:
      return 'another value';
  }
}

function bounds(form: SchemaNode, isWhole: boolean): string {
  const above = form.exclusiveMinimum;
  const below = form.exclusiveMaximum;
  let least = form.minimum;
  let most = form.maximum;
  if (isWhole && above !== undefined) least = above + 1;
  if (isWhole && below !== undefined) most = below - 1;
  if (least === -Number.MAX_SAFE_INTEGER) least = undefined;
  if (most === Number.MAX_SAFE_INTEGER) most = undefined;
  if (least !== undefined && most !== undefined) return ` from ${least} to ${most}`;
  const low = least !== undefined ? `of at least ${least}` : !isWhole && above !== undefined ? `above ${above}` : '';
  const high = most !== undefined ? `at most ${most}` : !isWhole && below !== undefined ? `below ${below}` : '';
  const both = [low, high].filter((words) => words !== '').join(' and ');
  return both === '' ? '' : ` ${both}`;
}

function plural(form: SchemaNode): string {
  if (form.type === 'integer') return `whole numbers${bounds(form, true)}`;
  if (form.type === 'number') return `numbers${bounds(form, false)}`;
  if (form.type === 'array') return `lists${form.items?.type ? ` of ${plural(form.items)}` : ''}`;
  if (form.enum !== undefined) return `words out of ${inOrder(form.enum.map(quote))}`;
  return 'texts';
}
