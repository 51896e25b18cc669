import type { LanguageModelExperiment } from '../../experiment/languageModel.ts';
import { type Layer, parametersOf, runLayers } from '../layers.ts';
import type { Tensors } from '../program.ts';
import { type Tensor, tf } from '../tensorflow.ts';
import { logSoftmax } from './crossEntropy.ts';
import { embed } from './embed.ts';
import { embeddingRows, type LanguageNetwork, type NetworkPlace, searchedRows } from './languageNetwork.ts';

/** The model section of such a network. */
export type ContextModel = Extract<LanguageModelExperiment['model'], { kind: 'mlp' }>;

/**
 * Embeddings of the context side by side, dense tanh layers, logits (Bengio et al. 2003, without the direct connections).
 * Of hidden tokens the context is on both sides: [left | right].
 */
export function contextNetwork(model: ContextModel, place: NetworkPlace): LanguageNetwork {
  const context = place.isMasked ? 2 * model.context : model.context;
  const widths = [context * model.embedding, ...model.hidden, place.vocabulary];
  const layers = widths.slice(1).map((to, i): Layer => {
    const isLast = i === widths.length - 2;
    return { name: isLast ? 'output' : `hidden.${i}`, from: widths[i]!, to, bias: true, activation: isLast ? 'none' : 'tanh' };
  });
  const embedding = { name: 'embedding', shape: [embeddingRows(place), model.embedding], fanIn: 1, deviation: 1, isBias: false };
  const inputs = [{ name: 'tokens', width: context }];
  const logits = (p: Tensors, i: Tensors): Tensor => {
    const seen = embed(p.embedding!, tf.reshape(i.tokens!, [-1])); // [rows * context, embedding]
    return runLayers(layers, p, tf.reshape(seen, [-1, context * model.embedding]));
  };
  return {
    parameters: [embedding, ...parametersOf(layers)],
    inputs,
    places: 1,
    multiplications: layers.reduce((sum, { from, to }) => sum + from * to, 0),
    logits,
    isTimeMajor: false,
    functions: {
      [place.isMasked ? 'fill' : 'next']: {
        usualRows: searchedRows,
        inputs,
        outputs: [{ name: 'logProbabilities', width: place.vocabulary }],
        run: (p, i) => ({ logProbabilities: logSoftmax(logits(p, i)) }),
      },
    },
  };
}
