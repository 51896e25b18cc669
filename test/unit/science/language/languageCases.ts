// Every language model that is trained by gradients, small, by a name that says it, and batches to train it on.
import type { Feeds } from '../../../../src/engine/engine.ts';
import { languageProgram, type NeuralModel } from '../../../../src/science/language/languageProgram.ts';
import { parameterSize } from '../../../../src/science/program.ts';
import { normals } from '../referenceModel.ts';
import { LanguageReference, type LanguageRow } from './languageReference.ts';

/** A model, what it predicts, and how its text is cut. */
export interface LanguageCase {
  model: NeuralModel;
  objective: 'nextToken' | 'maskedToken';
  unit: 'lines' | 'stream';
  vocabulary: number;
}

const mlp: NeuralModel = { kind: 'mlp', context: 3, embedding: 4, hidden: [6] };
const gru: NeuralModel = { kind: 'gru', embedding: 3, hidden: 4, context: 6 };
const transformer: NeuralModel = { kind: 'transformer', layers: 2, heads: 2, width: 4, context: 5, tiedEmbeddings: true };
const next = { objective: 'nextToken', unit: 'lines', vocabulary: 5 } as const;
const masked = { ...next, objective: 'maskedToken' } as const;

export const languageCases: Readonly<Record<string, LanguageCase>> = {
  'mlp over lines': { ...next, model: mlp },
  'mlp of two hidden layers over a stream': { ...next, model: { ...mlp, hidden: [6, 5] }, unit: 'stream' },
  'mlp of hidden tokens': { ...masked, model: mlp },
  'gru over lines': { ...next, model: gru },
  'gru over a stream': { ...next, model: gru, unit: 'stream' },
  'gru of one step': { ...next, model: { ...gru, context: 1 } },
  'gru over a large vocabulary': { ...next, model: { ...gru, embedding: 1, hidden: 2, context: 4 }, vocabulary: 600 },
  'transformer over lines': { ...next, model: transformer },
  'transformer over a stream': { ...next, model: transformer, unit: 'stream' },
  'transformer with output weights of its own': { ...next, model: { ...transformer, tiedEmbeddings: false } },
  'transformer of one head and one layer': { ...next, model: { ...transformer, heads: 1, layers: 1 }, unit: 'stream' },
  'transformer of hidden tokens in lines': { ...masked, model: transformer },
  'transformer of hidden tokens in a stream': { ...masked, model: transformer, unit: 'stream' },
};

/** Whole numbers from 0 to `size` - 1, always the same. */
function drawing(seed: number): (size: number) => number {
  const normal = normals(seed);
  return (size) => Math.floor((Math.abs(normal()) * 1000) % size);
}

/** Rows as data/text/ makes them: lines packed one after the other, their ends filled up with lines of one start symbol. */
export function rowsOf({ model, objective, unit, vocabulary }: LanguageCase, rows: number, seed = 1): LanguageRow[] {
  const draw = drawing(seed);
  const start = vocabulary;
  const isMasked = objective === 'maskedToken';
  const token = () => (isMasked && draw(4) === 0 ? vocabulary + 1 : draw(vocabulary));
  return Array.from({ length: rows }, (_, row): LanguageRow => {
    const places = model.kind === 'mlp' ? 1 : model.context;
    const targets = Array.from({ length: places }, () => draw(vocabulary));
    if (model.kind === 'mlp') {
      const width = (isMasked ? 2 : 1) * model.context;
      return { tokens: Array.from({ length: width }, (_each, i) => (i < row % width ? start : token())), targets };
    }
    const filled = unit === 'lines' ? row % 2 : 0;
    const isFilling = (t: number) => t >= places - filled && t > 0;
    // lines of 1, 2, 3, ... tokens
    const positions: number[] = [];
    for (let length = 1 + (row % 3); positions.length < places; length++) for (let t = 0; t < length; t++) positions.push(t);
    const place = (t: number) => (isFilling(t) ? 0 : positions[t]!);
    const begins = (t: number) => !isMasked && unit === 'lines' && place(t) === 0;
    return {
      tokens: targets.map((_each, t) => (isFilling(t) || begins(t) ? start : token())),
      targets,
      ...(unit === 'lines' && { positions: targets.map((_each, t) => place(t)) }),
      ...((unit === 'lines' || isMasked) && { weights: targets.map((_each, t) => Number(!isFilling(t) && (!isMasked || draw(2) === 0))) }),
    };
  });
}

/** Rows as the inputs of a program. */
export function feedsOf(rows: readonly LanguageRow[]): Feeds {
  const names = Object.keys(rows[0]!) as (keyof LanguageRow)[];
  return Object.fromEntries(names.map((name) => [name, Float32Array.from(rows.flatMap((row) => row[name]!))]));
}

/** A case as a program with its reference, parameters in float32 that are neither small nor the initial ones. */
export function subjectOf({ model, objective, unit, vocabulary }: LanguageCase, seed = 1) {
  const program = languageProgram({ model, objective: { kind: objective }, unit }, vocabulary);
  const normal = normals(seed + 100);
  const count = program.parameters.reduce((sum, one) => sum + parameterSize(one), 0);
  return {
    program,
    reference: new LanguageReference(model, { vocabulary, isMasked: objective === 'maskedToken' }, program.parameters),
    parameters: Float32Array.from({ length: count }, () => 0.4 * normal()),
  };
}
