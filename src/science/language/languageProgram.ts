import type { LanguageModelExperiment } from '../../experiment/languageModel.ts';
import { UserError } from '../../experiment/problem.ts';
import type { InputShape, Program, ProgramFunction } from '../program.ts';
import { type Tensor, tf } from '../tensorflow.ts';
import { contextNetwork } from './contextNetwork.ts';
import { crossEntropy, rowNats } from './crossEntropy.ts';
import { gatedNetwork } from './gatedNetwork.ts';
import type { LanguageNetwork, NetworkPlace } from './languageNetwork.ts';
import { transformerNetwork } from './transformerNetwork.ts';

/** The models that are trained by gradients. */
export type NeuralModel = Extract<LanguageModelExperiment['model'], { kind: 'mlp' | 'gru' | 'transformer' }>;

/** What decides what a language model computes. */
export interface LanguageSections {
  model: NeuralModel;
  objective: Pick<LanguageModelExperiment['objective'], 'kind'>;
  unit: 'lines' | 'stream';
}

function networkOf(model: NeuralModel, place: NetworkPlace): LanguageNetwork {
  if (model.kind === 'mlp') return contextNetwork(model, place);
  if (model.kind === 'transformer') return transformerNetwork(model, place);
  if (place.isMasked)
    throw new UserError(
      'objective.kind "maskedToken" needs a model that sees both sides, not "gru": use "mlp" or "transformer"',
      'model.kind',
    );
  return gatedNetwork(model, place);
}

/** Whether some places of a row do not count: fillings, and tokens that are not hidden. */
function hasWeights({ model, objective, unit }: LanguageSections): boolean {
  return model.kind !== 'mlp' && (unit === 'lines' || objective.kind === 'maskedToken');
}

/**
 * A language model as a program. Ids are whole numbers in float32: tokens 0 to V - 1, V the start symbol (nothing stands there), V + 1 the
 * mask. Inputs `tokens`, `targets` [rows, places] and, where some places do not count, `weights`; where texts are lines gru and
 * transformer also see `positions` (data/text/packedRows.ts). The loss is the mean cross-entropy in nats of the targets that count.
 * Functions beside those of the network: `nats` {the inputs of the loss} -> {nats, counted, correct} of each row, [rows, 1]: sum of
 * -ln p, number of targets that count, and how many of them are the most probable token.
 * @param vocabulary V, the end token included
 * @throws UserError for a model that cannot have this objective
 */
export function languageProgram(sections: LanguageSections, vocabulary: number): Program {
  const isMasked = sections.objective.kind === 'maskedToken';
  const network = networkOf(sections.model, { vocabulary, unit: sections.unit, isMasked });
  const { places, isTimeMajor } = network;
  const weights: InputShape[] = hasWeights(sections) ? [{ name: 'weights', width: places }] : [];
  const inputs = [...network.inputs, { name: 'targets', width: places }, ...weights];
  /** [rows, places] in the order of the logits: [rows * places]. */
  const inOrder = (x: Tensor) => tf.reshape(isTimeMajor ? tf.transpose(x) : x, [-1]);
  /** A number a place back to [rows, 1] sums. */
  const rowSums = (x: Tensor) =>
    isTimeMajor ? tf.reshape(tf.sum(tf.reshape(x, [places, -1]), 0), [-1, 1]) : tf.sum(tf.reshape(x, [-1, places]), 1, true);
  const nats: ProgramFunction = {
    inputs,
    outputs: ['nats', 'counted', 'correct'].map((name) => ({ name, width: 1 })),
    run(p, i) {
      const logits = network.logits(p, i);
      const targets = inOrder(i.targets!);
      const each = tf.reshape(rowNats(logits, targets), [-1]);
      // ones that are not known while tracing: their graph is then the same for any number of rows
      const counts = i.weights === undefined ? tf.cast(tf.greaterEqual(targets, 0), 'float32') : inOrder(i.weights);
      const best = tf.max(logits, 1, true);
      const own = tf.sum(tf.mul(logits, tf.cast(tf.equal(tf.reshape(targets, [-1, 1]), tf.range(0, vocabulary)), 'float32')), 1, true);
      const isRight = tf.reshape(tf.cast(tf.greaterEqual(own, best), 'float32'), [-1]);
      return { nats: rowSums(tf.mul(each, counts)), counted: rowSums(counts), correct: rowSums(tf.mul(isRight, counts)) };
    },
  };
  return {
    parameters: network.parameters,
    inputs,
    loss: (p, i) => crossEntropy(network.logits(p, i), inOrder(i.targets!), i.weights === undefined ? null : inOrder(i.weights)),
    functions: { ...network.functions, nats },
    multiplications: network.multiplications,
  };
}
