import type { LanguageModelExperiment } from '../../experiment/languageModel.ts';
import { type Layer, layerSums, parametersOf } from '../layers.ts';
import type { InputShape, ParameterShape, Tensors } from '../program.ts';
import { type Tensor, tf } from '../tensorflow.ts';
import { logSoftmax } from './crossEntropy.ts';
import { embed } from './embed.ts';
import { type GatedInputs, gatedSequence, gatedStep, splitWeights } from './gatedSequence.ts';
import { embeddingRows, type LanguageNetwork, type NetworkPlace, searchedRows } from './languageNetwork.ts';

/** The model section of such a network. */
export type GatedModel = Extract<LanguageModelExperiment['model'], { kind: 'gru' }>;

/** Weights and biases of all three: reset, update, candidate; initially uniform on +-1/sqrt(hidden), as PyTorch has them. */
function gatedParameters(name: 'input' | 'state', from: number, hidden: number): ParameterShape[] {
  return [
    { name: `${name}.weights`, shape: [from, 3 * hidden], fanIn: hidden, isBias: false },
    { name: `${name}.bias`, shape: [3 * hidden], fanIn: hidden, isBias: true },
  ];
}

/** What embedded tokens [n, embedding] add to gates [n, 2 hidden] and candidate [n, hidden], and the bias inside the reset gate. */
function inputSums(p: Tensors, seen: Tensor): Omit<GatedInputs, 'weights'> {
  const weights = p['input.weights']!;
  const [from, all] = weights.shape as [number, number];
  const hidden = all / 3;
  const [ofGates, ofCandidate] = tf.split(p['input.bias']!, [2 * hidden, hidden]) as [Tensor, Tensor];
  const [stateOfGates, inside] = tf.split(p['state.bias']!, [2 * hidden, hidden]) as [Tensor, Tensor];
  const sums = (begin: number, size: number, bias: Tensor) => tf.add(tf.matMul(seen, tf.slice(weights, [0, begin], [from, size])), bias);
  return {
    gates: sums(0, 2 * hidden, tf.add(ofGates, stateOfGates)),
    candidate: sums(2 * hidden, hidden, ofCandidate),
    bias: inside,
  };
}

/**
 * Embeddings, one layer of gated recurrent units, logits. Where texts are lines the state is forgotten wherever one begins.
 * `next` {tokens [rows, 1], state [rows, H]} -> {newState, logProbabilities}: one token on, from a state of zeros before the first.
 */
export function gatedNetwork(model: GatedModel, place: NetworkPlace): LanguageNetwork {
  const { hidden, context, embedding } = model;
  const { vocabulary } = place;
  const output: Layer = { name: 'output', from: hidden, to: vocabulary, bias: true, activation: 'none' };
  const tokens: InputShape = { name: 'tokens', width: context };
  const hasLines = place.unit === 'lines';
  const logits = (p: Tensors, i: Tensors): Tensor => {
    // all rows of the first place, then those of the second, ...
    const seen = embed(p.embedding!, tf.reshape(tf.transpose(i.tokens!), [-1])); // [T B, embedding]
    const keep = hasLines ? tf.reshape(tf.minimum(tf.transpose(i.positions!), 1), [-1, 1]) : null;
    return layerSums(output, p, gatedSequence({ ...inputSums(p, seen), weights: p['state.weights']! }, context, keep));
  };
  return {
    parameters: [
      { name: 'embedding', shape: [embeddingRows(place), embedding], fanIn: 1, deviation: 1, isBias: false },
      ...gatedParameters('input', embedding, hidden),
      ...gatedParameters('state', hidden, hidden),
      ...parametersOf([output]),
    ],
    inputs: hasLines ? [tokens, { name: 'positions', width: context }] : [tokens],
    places: context,
    multiplications: context * hidden * (3 * embedding + 3 * hidden + vocabulary),
    logits,
    isTimeMajor: true,
    functions: {
      next: {
        usualRows: searchedRows,
        inputs: [
          { name: 'tokens', width: 1 },
          { name: 'state', width: hidden },
        ],
        outputs: [
          { name: 'newState', width: hidden },
          { name: 'logProbabilities', width: vocabulary },
        ],
        run(p, i) {
          const seen = embed(p.embedding!, tf.reshape(i.tokens!, [-1]));
          const { after } = gatedStep(i.state!, inputSums(p, seen), splitWeights(p['state.weights']!));
          return { newState: after, logProbabilities: logSoftmax(layerSums(output, p, after)) };
        },
      },
    },
  };
}
