import type { AutoencoderExperiment } from '../experiment/autoencoder.ts';
import type { Coder } from './coder.ts';
import { jacobianSquares } from './contractive.ts';
import type { Tensors } from './program.ts';
import { type Tensor, tf } from './tensorflow.ts';

/** The penalty section of an autoencoder. */
export type Penalty = AutoencoderExperiment['penalty'];

/** What penalties are taken of. */
export interface PenaltySubject {
  parameters: Tensors;
  /** Codes as the decoder gets them, [rows, latent]. */
  latent: Tensor;
  /** Clean rows [rows, inputs], and the draw of their corruption. */
  x: Tensor;
  draw: Tensor | null;
}

/** Mean activities are taken as no nearer to 0 and 1 than this, where float32 sigmoids end and logarithms are infinite. */
const nearest = 1e-6;

/** w mean over rows of sum_j |l_j|. */
function l1Penalty(weight: number, latent: Tensor): Tensor {
  return tf.mul(tf.sum(tf.sum(tf.abs(latent), 1)), weight / latent.shape[0]!);
}

/** w sum_j (r ln(r / r_j) + (1 - r) ln((1 - r) / (1 - r_j))) with r_j the mean of code j over the rows of the batch. */
function klPenalty({ target, weight }: Penalty['latentKl'], latent: Tensor): Tensor {
  const activity = tf.clipByValue(tf.mul(tf.sum(latent, 0), 1 / latent.shape[0]!), nearest, 1 - nearest); // [latent]
  const on = tf.mul(tf.log(activity), -target);
  const off = tf.mul(tf.log(tf.sub(1, activity)), target - 1);
  const entropy = target * Math.log(target) + (1 - target) * Math.log(1 - target);
  return tf.mul(tf.add(tf.sum(tf.add(on, off)), latent.shape[1]! * entropy), weight);
}

/** w mean over rows of |J|_F^2 at what the encoder sees, which is layers. */
function contractivePenalty({ contractive, latentTopK }: Penalty, coder: Coder, { parameters, x, draw }: PenaltySubject): Tensor {
  const { layers, seen } = coder.layered!;
  const squares = jacobianSquares(layers, parameters, { seen: seen(x, draw), kept: latentTopK });
  return tf.mul(squares, contractive / x.shape[0]!);
}

/**
 * The terms that a penalty section adds to the training loss, each a scalar; none of those whose weight is 0 (science.md 1.0b, 1.4, 1.5):
 * - `weights` g: g |W|^2 of every array of weights, biases excluded, no 1/2; tied weights count once
 * - `latentL1` w: w mean over rows of sum_j |l_j|
 * - `latentKl` w, r: w sum_j (r ln(r / r_j) + (1 - r) ln((1 - r) / (1 - r_j))), r_j the mean of code j over the rows of the batch;
 *   needs codes between 0 and 1
 * - `contractive` w: w mean over rows of |J|_F^2, J the Jacobian of the encoder by what it sees, flags included
 *
 * Codes are those that the decoder gets: after `latentTopK`, which is no term but a part of the encoder (largestCodes.ts).
 */
export function penaltyTerms(penalty: Penalty, coder: Coder, subject: PenaltySubject): Tensor[] {
  const { weights, latentL1, latentKl, contractive } = penalty;
  const { parameters, latent } = subject;
  const names = weights > 0 ? coder.parameters.filter(({ isBias }) => !isBias).map(({ name }) => name) : [];
  const terms = names.map((name) => tf.mul(tf.sum(tf.square(parameters[name]!)), weights));
  if (latentL1 > 0) terms.push(l1Penalty(latentL1, latent));
  if (latentKl.weight > 0) terms.push(klPenalty(latentKl, latent));
  if (contractive > 0) terms.push(contractivePenalty(penalty, coder, subject));
  return terms;
}
