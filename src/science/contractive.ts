import { largestMask } from './largestCodes.ts';
import { activate, type Layer, layerSums, weightsOf } from './layers.ts';
import type { Tensors } from './program.ts';
import { type Tensor, tf } from './tensorflow.ts';

/** Slope of an activation at sums z with outcomes y, [rows, width]; null where it is 1 everywhere. */
function slopeOf(activation: Layer['activation'], z: Tensor, y: Tensor): Tensor | null {
  switch (activation) {
    case 'none':
      return null;
    case 'relu':
      return tf.step(z);
    case 'tanh':
      return tf.sub(1, tf.square(y));
    case 'sigmoid':
      return tf.mul(y, tf.sub(1, y));
    case 'elu':
      // e^z below 0, where y = e^z - 1
      return tf.add(tf.minimum(y, 0), 1);
    case 'softplus':
      return tf.sigmoid(z);
    case 'gelu': {
      // Phi(z) + z phi(z)
      const distribution = tf.mul(tf.add(tf.erf(tf.mul(z, Math.SQRT1_2)), 1), 0.5);
      const density = tf.mul(tf.exp(tf.mul(tf.square(z), -0.5)), 1 / Math.sqrt(2 * Math.PI));
      return tf.add(distribution, tf.mul(z, density));
    }
  }
}

/** Slopes of every layer at what the encoder sees, [rows, to] each; those of codes that are cut off are 0. */
function slopesOf(layers: readonly Layer[], parameters: Tensors, { seen, kept }: JacobianPlace): (Tensor | null)[] {
  let y = seen;
  const slopes = layers.map((layer) => {
    const z = layerSums(layer, parameters, y);
    y = activate(z, layer.activation);
    return slopeOf(layer.activation, z, y);
  });
  if (kept === 0 || kept >= layers.at(-1)!.to) return slopes;
  const mask = largestMask(y, kept);
  const last = slopes.pop();
  return [...slopes, last ? tf.mul(last, mask) : mask];
}

/** Where a Jacobian is taken. */
export interface JacobianPlace {
  /** What the encoder sees, [rows, inputs], flags included. */
  seen: Tensor;
  /** How many of the largest codes are kept; 0: all. */
  kept: number;
}

/**
 * Sum over all rows of |J|_F^2, J the Jacobian [codes, inputs] of the layers at rows `seen` [rows, inputs], exact (Rifai et al. 2011).
 * One layer has the closed form sum_j s_j^2 |w_j|^2, s_j the slope of unit j and w_j its weights; s_j = h_j (1 - h_j) for sigmoids. Through
 * more layers J = S_L W_L^T ... S_1 W_1^T is multiplied out from the side of the codes: [rows, codes, width] at every layer.
 */
export function jacobianSquares(layers: readonly Layer[], parameters: Tensors, place: JacobianPlace): Tensor {
  const rows = place.seen.shape[0]!;
  const slopes = slopesOf(layers, parameters, place);
  if (layers.length > 1) return multipliedOut(layers, parameters, { slopes, rows });
  const squares = tf.sum(tf.square(weightsOf(layers[0]!, parameters)), 0); // [codes]
  const [slope] = slopes;
  return slope ? tf.sum(tf.mul(tf.square(slope), squares)) : tf.mul(tf.sum(squares), rows);
}

/** The same through any number of layers, by their Jacobians multiplied from the side of the codes. */
function multipliedOut(
  layers: readonly Layer[],
  parameters: Tensors,
  { slopes, rows }: { slopes: readonly (Tensor | null)[]; rows: number },
): Tensor {
  const codes = layers.at(-1)!.to;
  let jacobian: Tensor | null = null; // [rows, codes, to], or [1, codes, to] while it is the same for all rows
  for (let i = layers.length - 1; i >= 0; i--) {
    const { from, to } = layers[i]!;
    const back = tf.transpose(weightsOf(layers[i]!, parameters)); // [to, from]
    const slope = slopes[i];
    if (jacobian === null) {
      jacobian = tf.reshape(back, [1, codes, from]);
      if (slope) jacobian = tf.mul(jacobian, tf.reshape(slope, [rows, codes, 1]));
      continue;
    }
    if (slope) jacobian = tf.mul(jacobian, tf.reshape(slope, [rows, 1, to]));
    const each: number = jacobian.shape[0]!;
    jacobian = tf.reshape(tf.matMul(tf.reshape(jacobian, [each * codes, to]), back), [each, codes, from]);
  }
  return tf.mul(tf.sum(tf.square(jacobian!)), rows / jacobian!.shape[0]!);
}
