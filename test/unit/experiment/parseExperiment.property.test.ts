import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseOverride } from '../../../src/experiment/overrides.ts';
import { type ParsedExperiment, parseExperiment } from '../../../src/experiment/parseExperiment.ts';
import { alternatives, type SchemaNode, schemaTree } from '../../../src/experiment/schemaTree.ts';

/** Values that the schema allows, made from the schema itself; optional keys come and go. */
function valid(node: SchemaNode): fc.Arbitrary<unknown> {
  return fc.oneof(...alternatives(node).map(validForm));
}

function validForm(form: SchemaNode): fc.Arbitrary<unknown> {
  if (form.const !== undefined) return fc.constant(form.const);
  if (form.enum !== undefined) return fc.constantFrom(...form.enum);
  switch (form.type) {
    case 'object': {
      if (form.properties === undefined) {
        const of = typeof form.additionalProperties === 'object' ? form.additionalProperties : {};
        return fc.dictionary(fc.string({ minLength: 1 }), valid(of), { maxKeys: 3 });
      }
      const values = Object.fromEntries(Object.entries(form.properties).map(([key, inner]) => [key, valid(inner)]));
      const tags = Object.entries(form.properties).filter(([, inner]) => inner.const !== undefined);
      return fc.record(values, { requiredKeys: [...(form.required ?? []), ...tags.map(([key]) => key)] });
    }
    case 'array':
      return fc.array(valid(form.items ?? {}), { minLength: form.minItems ?? 0, maxLength: 3 });
    case 'integer':
      return fc.integer({ min: Math.max(form.minimum ?? 0, (form.exclusiveMinimum ?? -1) + 1), max: Math.min(form.maximum ?? 1e6, 1e6) });
    case 'number':
      return fc.constantFrom(0.25, 0.5, 0.75);
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    default:
      return fc.constantFrom('a', 'digits', 'names', 'table.csv');
  }
}

const experiment = valid(schemaTree());

function expectPlaced(text: string, parsed: ParsedExperiment): void {
  for (const { offset, length, line, column, message, fix } of parsed.problems) {
    expect(offset).toBeGreaterThanOrEqual(0);
    expect(length).toBeGreaterThanOrEqual(0);
    expect(offset + length).toBeLessThanOrEqual(text.length);
    const before = text.slice(0, offset).split(/\r\n|\r|\n/);
    expect([line, column]).toEqual([before.length, before.at(-1)!.length + 1]);
    expect(message).not.toMatch(/\[object|undefined|Invalid input|NaN|\n/);
    if (fix !== undefined) expect(fix).not.toBe('');
  }
  if (parsed.experiment === null) expect(parsed.problems.some((p) => p.severity === 'error')).toBe(true);
  else expect(parsed.problems.every((p) => p.severity === 'warning')).toBe(true);
}

test('no text makes it throw, and every problem lies inside the text', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.json(),
        fc.json().map((json) => `\uFEFF// c\r\n${json},`),
      ),
      (text) => {
        expectPlaced(text, parseExperiment(text));
      },
    ),
    { numRuns: 500 },
  );
});

test('no cut, insertion or deletion in a good file makes it throw', () => {
  const pieces = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"',
    '0',
    '-1',
    'null',
    '"kind"',
    '"__proto__": 1,',
    '/*',
    '//',
    '\\',
    '\n',
    '1e999',
  );
  fc.assert(
    fc.property(experiment, fc.nat(), fc.nat(10), pieces, (good, at, cut, piece) => {
      const text = JSON.stringify(good, null, 1);
      const from = at % text.length;
      const changed = text.slice(0, from) + piece + text.slice(from + cut);
      expectPlaced(changed, parseExperiment(changed, [], { allowUnbuilt: true }));
    }),
    { numRuns: 500 },
  );
});

test('no value in a wrong place makes it throw, and paths of problems lead to it', () => {
  const anything = fc.oneof(fc.jsonValue(), fc.constantFrom(-1, 0, 1.5, '', 'maks', [], {}, null, true));
  fc.assert(
    fc.property(experiment, fc.nat(), anything, (good, at, value) => {
      const places: [object, string][] = [];
      const collect = (inner: unknown) => {
        if (typeof inner !== 'object' || inner === null) return;
        for (const key of Object.keys(inner)) {
          places.push([inner, key]);
          collect((inner as Record<string, unknown>)[key]);
        }
      };
      const copy = structuredClone(good);
      collect(copy);
      const [holder, key] = places[at % places.length]!;
      (holder as Record<string, unknown>)[key] = value;
      const text = JSON.stringify(copy);
      expectPlaced(text, parseExperiment(text));
    }),
    { numRuns: 500 },
  );
});

test('no override makes it throw', () => {
  const path = fc.array(fc.constantFrom('model', 'data', 'source', 'kind', 'latent', '__proto__', '0', '', 'sweep', 'over'), {
    minLength: 1,
  });
  fc.assert(
    fc.property(path, fc.oneof(fc.json(), fc.string()), (segments, value) => {
      const text = '{ "version": 1, "task": "autoencoder", "data": { "source": "digits" } }';
      const dotted = segments.join('.');
      if (dotted.trim() === '') return;
      expectPlaced(text, parseExperiment(text, [parseOverride(`${dotted}=${value}`)]));
    }),
    { numRuns: 500 },
  );
});

/** Takes out the sections that contradict others until nothing is left to refuse. */
function withoutContradictions(written: unknown): string {
  const copy = structuredClone(written) as Record<string, unknown>;
  for (;;) {
    const errors = parseExperiment(JSON.stringify(copy), [], { allowUnbuilt: true }).problems.filter((p) => p.severity === 'error');
    if (errors.length === 0) return JSON.stringify(copy);
    for (const { path, message } of errors) {
      const section = path.split('.')[0]!;
      // to the schema the settings of a sweep are words: only holding them against the experiment shows which there are
      if (section !== 'sweep') expect(message).not.toMatch(/unknown key|must be a |must be one/);
      if (section === 'data' && copy.task === 'languageModel') delete copy.model;
      if (section === 'data') copy.data = { source: copy.task === 'autoencoder' ? 'digits' : 'names' };
      else delete copy[section];
    }
  }
}

test('what the schema allows can only contradict itself, and a good experiment survives being written out with its defaults', () => {
  fc.assert(
    fc.property(experiment, (written) => {
      const { experiment: first } = parseExperiment(withoutContradictions(written), [], { allowUnbuilt: true });
      expect(first).not.toBeNull();
      expect(parseExperiment(JSON.stringify(first), [], { allowUnbuilt: true }).experiment).toEqual(first);
    }),
    { numRuns: 500 },
  );
});
