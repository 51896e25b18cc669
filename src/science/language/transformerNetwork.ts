import type { LanguageModelExperiment } from '../../experiment/languageModel.ts';
import type { InputShape, ParameterShape, ProgramFunction, Tensors } from '../program.ts';
import { type Tensor, tf } from '../tensorflow.ts';
import { attend, attendToCache, attentionWeights, cacheMask, causalMask, type HeadShape, lineMask } from './attention.ts';
import { logSoftmax } from './crossEntropy.ts';
import { embed } from './embed.ts';
import { embeddingRows, type LanguageNetwork, type NetworkPlace, searchedRows } from './languageNetwork.ts';
import { layerNorm, normParameters } from './layerNorm.ts';
import { scaledDense } from './scaledDense.ts';
import { scaledGelu } from './scaledGelu.ts';

/** The model section of such a network. */
export type TransformerModel = Extract<LanguageModelExperiment['model'], { kind: 'transformer' }>;

/** Standard deviation of initial weights (Radford et al. 2019); of those that end a residual branch, over sqrt(2 layers). */
const deviation = 0.02;

function weight(name: string, shape: readonly number[], spread = deviation): ParameterShape {
  return { name, shape, fanIn: shape[0]!, deviation: spread, isBias: false };
}

function bias(name: string, width: number): ParameterShape {
  return { name, shape: [width], fanIn: width, initial: 0, isBias: true };
}

function parametersOf(model: TransformerModel, place: NetworkPlace): ParameterShape[] {
  const { layers, width, context, tiedEmbeddings } = model;
  const residual = deviation / Math.sqrt(2 * layers);
  const blocks = Array.from({ length: layers }, (_, l) => [
    ...normParameters(`layer.${l}.norm.0`, width),
    ...['query', 'key', 'value'].flatMap((part) => [
      weight(`layer.${l}.${part}.weights`, [width, width]),
      bias(`layer.${l}.${part}.bias`, width),
    ]),
    weight(`layer.${l}.attended.weights`, [width, width], residual),
    bias(`layer.${l}.attended.bias`, width),
    ...normParameters(`layer.${l}.norm.1`, width),
    weight(`layer.${l}.wide.weights`, [width, 4 * width]),
    bias(`layer.${l}.wide.bias`, 4 * width),
    weight(`layer.${l}.narrow.weights`, [4 * width, width], residual),
    bias(`layer.${l}.narrow.bias`, width),
  ]);
  return [
    weight('embedding', [embeddingRows(place), width]),
    weight('positionEmbedding', [context, width]),
    ...blocks.flat(),
    ...normParameters('norm', width),
    ...(tiedEmbeddings ? [] : [weight('output.weights', [width, place.vocabulary])]),
  ];
}

const dense = (p: Tensors, name: string, x: Tensor): Tensor => tf.add(tf.matMul(x, p[`${name}.weights`]!), p[`${name}.bias`]!);

/** The feed-forward half of a block, added to what goes in; the factors of GELU are taken in by the products before and after it. */
function feedForward(p: Tensors, l: number, x: Tensor): Tensor {
  const of = (name: string) => p[`layer.${l}.${name}`]!;
  const wide = scaledGelu(scaledDense(layerNorm(x, p, `layer.${l}.norm.1`), of('wide.weights'), of('wide.bias')));
  return tf.add(x, scaledDense(wide, of('narrow.weights'), tf.mul(of('narrow.bias'), Math.SQRT2)));
}

/** Queries, keys and values of normalised states [n, width]. */
function projections(p: Tensors, l: number, normed: Tensor) {
  const [query, key, value] = ['query', 'key', 'value'].map((part) => dense(p, `layer.${l}.${part}`, normed)) as [Tensor, Tensor, Tensor];
  return { query, key, value };
}

/** The layers of a transformer and the look at their attention. */
class Transformer {
  private readonly shape: HeadShape;

  constructor(
    private readonly model: TransformerModel,
    private readonly place: NetworkPlace,
  ) {
    this.shape = { places: model.context, heads: model.heads, width: model.width };
  }

  /** States after all layers, [T B, width], all rows of the first place first; `look` is told the attention of every layer, [B heads, T, T]. */
  run(p: Tensors, i: Tensors, look?: (weights: Tensor) => void): Tensor {
    const { layers } = this.model;
    const mask = this.mask(i.positions);
    let x = this.embedded(p, i);
    for (let l = 0; l < layers; l++) {
      const projected = projections(p, l, layerNorm(x, p, `layer.${l}.norm.0`));
      look?.(attentionWeights(projected, this.shape, mask));
      x = feedForward(p, l, tf.add(x, dense(p, `layer.${l}.attended`, attend(projected, this.shape, mask))));
    }
    return x;
  }

  /** Tokens and their places, [T B, width]. */
  private embedded(p: Tensors, i: Tensors): Tensor {
    const { context, width } = this.model;
    const inOrder = (ids: Tensor) => tf.reshape(tf.transpose(ids), [-1]);
    const tokens = embed(p.embedding!, inOrder(i.tokens!));
    if (i.positions !== undefined) return tf.add(tokens, embed(p.positionEmbedding!, inOrder(i.positions)));
    return tf.reshape(tf.add(tf.reshape(tokens, [context, -1, width]), tf.reshape(p.positionEmbedding!, [context, 1, width])), [-1, width]);
  }

  /** Who may look at whom: nobody ahead unless tokens are hidden, nobody out of their line; null: everybody at everybody. */
  private mask(positions: Tensor | undefined): Tensor | null {
    const masks = [
      ...(this.place.isMasked ? [] : [causalMask(this.model.context)]),
      ...(positions === undefined ? [] : [lineMask(positions, this.model.context)]),
    ];
    return masks.length === 0 ? null : masks.reduce((sum, one) => tf.minimum(sum, one));
  }

  /** Logits of states [n, width]: [n, V]. */
  logits(p: Tensors, states: Tensor): Tensor {
    const normed = layerNorm(states, p, 'norm');
    if (!this.model.tiedEmbeddings) return tf.matMul(normed, p['output.weights']!);
    return tf.matMul(normed, tf.slice(p.embedding!, [0, 0], [this.place.vocabulary, this.model.width]), false, true);
  }

  /**
   * One token on with a cache: {tokens, position [rows, 1], keys, values [rows, T layers width]} -> the token's own keys and values
   * [rows, layers width], and what follows.
   */
  next(p: Tensors, i: Tensors): Record<string, Tensor> {
    const { layers, context, width } = this.model;
    // [rows, T, layers, width] -> one [rows, T, width] a layer
    const cut = (cache: Tensor) => tf.split(tf.reshape(cache, [-1, context, layers * width]), layers, 2);
    const [keys, values] = [cut(i.keys!), cut(i.values!)];
    const mask = cacheMask(i.position!, context);
    let x: Tensor = tf.add(embed(p.embedding!, tf.reshape(i.tokens!, [-1])), embed(p.positionEmbedding!, tf.reshape(i.position!, [-1])));
    const [ownKeys, ownValues]: [Tensor[], Tensor[]] = [[], []];
    for (let l = 0; l < layers; l++) {
      const own = projections(p, l, layerNorm(x, p, `layer.${l}.norm.0`));
      ownKeys.push(own.key);
      ownValues.push(own.value);
      const taken = attendToCache(own, { keys: keys[l]!, values: values[l]!, mask }, this.shape);
      x = feedForward(p, l, tf.add(x, dense(p, `layer.${l}.attended`, taken)));
    }
    return { newKeys: tf.concat(ownKeys, 1), newValues: tf.concat(ownValues, 1), logProbabilities: logSoftmax(this.logits(p, x)) };
  }
}

/**
 * A transformer as GPT-2 has it (Vaswani et al. 2017; pre-norm, learned positions, GELU, four times as wide inside), with the three
 * projections apart and no dropout. Causal, or over both sides where tokens are hidden; where texts are lines attention stays in its line.
 * Functions: `next` with a cache of keys and values, `window` or `fill` (log-probabilities at all places), `attention`.
 */
export function transformerNetwork(model: TransformerModel, place: NetworkPlace): LanguageNetwork {
  const { layers, heads, context, width } = model;
  const transformer = new Transformer(model, place);
  const tokens: InputShape = { name: 'tokens', width: context };
  const positions: InputShape = { name: 'positions', width: context };
  const inputs = place.unit === 'lines' ? [tokens, positions] : [tokens];
  // a text shorter than the window is a line of its own, also where texts are a stream
  const looked = place.isMasked ? [tokens, positions] : inputs;
  const logits = (p: Tensors, i: Tensors) => transformer.logits(p, transformer.run(p, i));
  const perToken = layers * (12 * width * width + 2 * context * width) + width * place.vocabulary;
  const whole: ProgramFunction = {
    inputs: looked,
    outputs: [{ name: 'logProbabilities', width: context * place.vocabulary }],
    run(p, i) {
      const ofPlaces = tf.reshape(logSoftmax(logits(p, i)), [context, -1, place.vocabulary]);
      return { logProbabilities: tf.reshape(tf.transpose(ofPlaces, [1, 0, 2]), [-1, context * place.vocabulary]) };
    },
  };
  const cache = layers * context * width;
  const next: ProgramFunction = {
    usualRows: searchedRows,
    inputs: [
      { name: 'tokens', width: 1 },
      { name: 'position', width: 1 },
      { name: 'keys', width: cache },
      { name: 'values', width: cache },
    ],
    outputs: [
      { name: 'newKeys', width: layers * width },
      { name: 'newValues', width: layers * width },
      { name: 'logProbabilities', width: place.vocabulary },
    ],
    run: (p, i) => transformer.next(p, i),
  };
  const attention: ProgramFunction = {
    inputs: looked,
    outputs: [{ name: 'attention', width: layers * heads * context * context }],
    run(p, i) {
      const seen: Tensor[] = [];
      transformer.run(p, i, (weights) => seen.push(tf.reshape(weights, [-1, heads * context * context])));
      return { attention: tf.concat(seen, 1) };
    },
  };
  return {
    parameters: parametersOf(model, place),
    inputs,
    places: context,
    multiplications: context * perToken,
    logits,
    isTimeMajor: true,
    functions: place.isMasked ? { fill: whole, attention } : { next, window: whole, attention },
  };
}
