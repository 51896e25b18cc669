// Language models in float64 and plain loops, written from their definitions: what the engines' losses and gradients are held against.
import type { NeuralModel } from '../../../../src/science/language/languageProgram.ts';
import type { ParameterShape } from '../../../../src/science/program.ts';
import { activations } from '../referenceModel.ts';

/** What a reference needs to know beside the model. */
export interface ReferencePlace {
  vocabulary: number;
  isMasked: boolean;
}

/** One row as the program is fed with it. */
export interface LanguageRow {
  tokens: readonly number[];
  targets: readonly number[];
  positions?: readonly number[];
  weights?: readonly number[];
}

type Vector = readonly number[];
/** A named parameter, row after row. */
type Parameters = (name: string) => ArrayLike<number>;

const sigmoid = (z: number) => 1 / (1 + Math.exp(-z));
const add = (a: Vector, b: ArrayLike<number>) => a.map((value, i) => value + b[i]!);
const dot = (a: Vector, b: Vector) => a.reduce((sum, value, i) => sum + value * b[i]!, 0);
const rowOf = (table: ArrayLike<number>, row: number, width: number) => Array.from({ length: width }, (_, i) => table[row * width + i]!);

/** x W, W [x.length, to]. */
function times(x: Vector, weights: ArrayLike<number>): number[] {
  const to = weights.length / x.length;
  return Array.from({ length: to }, (_, o) => x.reduce((sum, value, i) => sum + value * weights[i * to + o]!, 0));
}

const dense = (p: Parameters, name: string, x: Vector) => add(times(x, p(`${name}.weights`)), p(`${name}.bias`));

function softmax(scores: Vector): number[] {
  const largest = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - largest));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}

function norm(p: Parameters, name: string, x: Vector): number[] {
  const mean = x.reduce((a, b) => a + b, 0) / x.length;
  const variance = x.reduce((sum, value) => sum + (value - mean) ** 2, 0) / x.length;
  return x.map((value, i) => ((value - mean) / Math.sqrt(variance + 1e-5)) * p(`${name}.gain`)[i]! + p(`${name}.bias`)[i]!);
}

/** Bengio et al. 2003, without direct connections. */
function contextLogits(model: Extract<NeuralModel, { kind: 'mlp' }>, p: Parameters, { tokens }: LanguageRow): number[][] {
  let x = tokens.flatMap((token) => rowOf(p('embedding'), token, model.embedding));
  model.hidden.forEach((_, i) => {
    x = dense(p, `hidden.${i}`, x).map(Math.tanh);
  });
  return [dense(p, 'output', x)];
}

/** torch.nn.GRU, with gates in the order reset, update, new. */
function gatedLogits(model: Extract<NeuralModel, { kind: 'gru' }>, p: Parameters, { tokens, positions }: LanguageRow): number[][] {
  const { hidden, embedding } = model;
  let state = new Array<number>(hidden).fill(0);
  return tokens.map((token, t) => {
    if (positions?.[t] === 0) state = new Array<number>(hidden).fill(0);
    const seen = dense(p, 'input', rowOf(p('embedding'), token, embedding));
    const own = dense(p, 'state', state);
    state = state.map((before, j) => {
      const reset = sigmoid(seen[j]! + own[j]!);
      const update = sigmoid(seen[hidden + j]! + own[hidden + j]!);
      const candidate = Math.tanh(seen[2 * hidden + j]! + reset * own[2 * hidden + j]!);
      return (1 - update) * candidate + update * before;
    });
    return dense(p, 'output', state);
  });
}

/** One layer of a pre-norm transformer on the states of all places; `sees(t, s)`: whether place t may look at place s. */
function block(p: Parameters, name: string, states: readonly Vector[], heads: number, sees: (t: number, s: number) => boolean): number[][] {
  const normed = states.map((x) => norm(p, `${name}.norm.0`, x));
  const [queries, keys, values] = ['query', 'key', 'value'].map((part) => normed.map((x) => dense(p, `${name}.${part}`, x)));
  const size = states[0]!.length / heads;
  return states.map((x, t) => {
    const others = [...states.keys()].filter((s) => sees(t, s));
    const taken = Array.from({ length: heads }, (_, head) => {
      const cut = (all: Vector) => all.slice(head * size, (head + 1) * size);
      const chances = softmax(others.map((s) => dot(cut(queries![t]!), cut(keys![s]!)) / Math.sqrt(size)));
      return Array.from({ length: size }, (_each, i) =>
        dot(
          chances,
          others.map((s) => values![s]![head * size + i]!),
        ),
      );
    }).flat();
    const between = add(x, dense(p, `${name}.attended`, taken));
    const wide = dense(p, `${name}.wide`, norm(p, `${name}.norm.1`, between)).map(activations.gelu.of);
    return add(between, dense(p, `${name}.narrow`, wide));
  });
}

function transformerLogits(
  model: Extract<NeuralModel, { kind: 'transformer' }>,
  p: Parameters,
  { tokens, positions }: LanguageRow,
  { vocabulary, isMasked }: ReferencePlace,
): number[][] {
  const { width, layers, heads, tiedEmbeddings } = model;
  const place = (t: number) => positions?.[t] ?? t;
  const sees = (t: number, s: number) => (isMasked || s <= t) && t - place(t) === s - place(s);
  let states: Vector[] = tokens.map((token, t) => add(rowOf(p('embedding'), token, width), rowOf(p('positionEmbedding'), place(t), width)));
  for (let l = 0; l < layers; l++) states = block(p, `layer.${l}`, states, heads, sees);
  return states.map((state) => {
    const normed = norm(p, 'norm', state);
    if (!tiedEmbeddings) return times(normed, p('output.weights'));
    return Array.from({ length: vocabulary }, (_, token) => dot(normed, rowOf(p('embedding'), token, width)));
  });
}

/** A language model in plain loops, on parameters one after the other. */
export class LanguageReference {
  constructor(
    private readonly model: NeuralModel,
    private readonly place: ReferencePlace,
    private readonly shapes: readonly ParameterShape[],
  ) {}

  /** Log-probabilities of every place of a row, [places][V]. */
  logProbabilities(parameters: ArrayLike<number>, row: LanguageRow): number[][] {
    return this.logits(this.named(parameters), row).map((logits) => softmax(logits).map(Math.log));
  }

  /** Of every row: the sum of -ln p of the targets that count, how many count, and how many are the most probable token. */
  sums(parameters: ArrayLike<number>, rows: readonly LanguageRow[]): { nats: number; counted: number; correct: number }[] {
    return rows.map((row) => {
      const all = this.logProbabilities(parameters, row);
      const weight = (t: number) => row.weights?.[t] ?? 1;
      const total = (of: (t: number) => number) => row.targets.reduce((sum, _, t) => sum + weight(t) * of(t), 0);
      return {
        nats: total((t) => -all[t]![row.targets[t]!]!),
        counted: total(() => 1),
        correct: total((t) => Number(all[t]![row.targets[t]!] === Math.max(...all[t]!))),
      };
    });
  }

  /** Mean of -ln p over the targets that count. */
  loss(parameters: ArrayLike<number>, rows: readonly LanguageRow[]): number {
    const sums = this.sums(parameters, rows);
    const total = (of: 'nats' | 'counted') => sums.reduce((sum, one) => sum + one[of], 0);
    return total('nats') / Math.max(1, total('counted'));
  }

  /** Derivatives of the loss by some parameters, by central differences. */
  differences(parameters: ArrayLike<number>, chosen: readonly number[], rows: readonly LanguageRow[], step = 1e-5): number[] {
    const at = Float64Array.from(parameters);
    return chosen.map((i) => {
      const value = at[i]!;
      at[i] = value + step;
      const above = this.loss(at, rows);
      at[i] = value - step;
      const below = this.loss(at, rows);
      at[i] = value;
      return (above - below) / (2 * step);
    });
  }

  private logits(p: Parameters, row: LanguageRow): number[][] {
    if (this.model.kind === 'mlp') return contextLogits(this.model, p, row);
    if (this.model.kind === 'gru') return gatedLogits(this.model, p, row);
    return transformerLogits(this.model, p, row, this.place);
  }

  private named(parameters: ArrayLike<number>): Parameters {
    const all = parameters instanceof Float64Array ? parameters : Float64Array.from(parameters);
    const places = new Map<string, Float64Array>();
    let from = 0;
    for (const { name, shape } of this.shapes) {
      const size = shape.reduce((product, side) => product * side, 1);
      places.set(name, all.subarray(from, from + size));
      from += size;
    }
    return (name) => {
      const found = places.get(name);
      if (found === undefined) throw new Error(`there is no parameter ${name}`);
      return found;
    };
  }
}
