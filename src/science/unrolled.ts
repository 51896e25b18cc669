import type { AutoencoderModel } from '../experiment/autoencoder.ts';
import type { Coder, CoderSections } from './coder.ts';
import { multiply, transposed } from './denseMatrix.ts';
import type { LinearMap } from './linearMap.ts';
import { type Program, parameterSize } from './program.ts';
import { type LinearModel, singleMatrixCoder, singleMatrixMap } from './singleMatrix.ts';
import { largestSingularValue } from './singularValue.ts';
import { type Tensor, tf } from './tensorflow.ts';

/** Squarings of the Gram matrix: the bound on its largest eigenvalue is then at most latent^(1/256) too large. */
const squarings = 7;

/**
 * An upper bound on the largest eigenvalue of G = W W^T, and no gradient: with P_0 = G, s_j = |P_j|_F and P_{j+1} = (P_j / s_j)^2 it is
 * s_0 s_1^(1/2) s_2^(1/4) ..., never below and at most latent^(1/256) above.
 * @param weights W [latent, inputs]
 */
function boundOfGram(weights: Tensor): Tensor {
  return tf.customGrad((input) => {
    const w = input as Tensor;
    const sizes: Tensor[] = [];
    let power: Tensor = tf.matMul(w, w, false, true);
    for (let j = 0; ; j++) {
      // a matrix of zeros is bounded by the smallest number that can be divided by
      const size = tf.maximum(tf.sqrt(tf.sum(tf.square(power))), 1e-30);
      sizes.push(size);
      if (j === squarings) break;
      const scaled = tf.div(power, size);
      power = tf.matMul(scaled, scaled);
    }
    const value = sizes.reduceRight((bound, size) => tf.mul(size, tf.sqrt(bound)));
    return { value, gradFunc: () => tf.zeros(w.shape) };
  })(weights);
}

/** z moved towards 0 by alpha, and 0 where it is nearer than that. */
function softThreshold(z: Tensor, alpha: Tensor | number): Tensor {
  return tf.sub(tf.relu(tf.sub(z, alpha)), tf.relu(tf.sub(tf.neg(z), alpha)));
}

/**
 * The third parameterization (science.md 1.3): l_0 = 0 and d steps l <- l + eta B^T (m o (x - B l)) down the slope of
 * |m o (x - B l)|^2 / 2 with shared weights; output B l. The residual is clamped to 0 where the mask m drops; `rescale` has no meaning
 * here. `stepSize` "auto": eta = 1 / (a bound on the largest singular value of B)^2, computed anew at every step and held fixed in the
 * gradient. With `threshold` alpha each step ends in a soft threshold of eta alpha (ISTA): codes of |x - B l|^2 / 2 + alpha |l|_1.
 * With a bias b the residual is x - B l - b and the output B l + b.
 * Without a mask the same steps are taken through B^T B, [latent, latent].
 */
export function unrolledCoder(sections: CoderSections, inputs: number): Coder {
  const { steps, stepSize, threshold } = sections.model as LinearModel;
  const findCodes = (weights: Tensor, x: Tensor, mask: Tensor | null): Tensor => {
    const eta = stepSize === 'auto' ? tf.div(1, boundOfGram(weights)) : stepSize;
    const scaled = tf.mul(weights, eta); // eta B^T
    const finish = (z: Tensor) => (threshold > 0 ? softThreshold(z, tf.mul(eta, threshold)) : z);
    const start = tf.matMul(mask ? tf.mul(x, mask) : x, scaled, false, true); // eta B^T (m o x)
    const gram = mask ? null : tf.matMul(weights, scaled, false, true);
    let code = finish(start);
    for (let step = 1; step < steps; step++) {
      // B^T B l, or what of B l the mask keeps, brought back
      const back = gram ? tf.matMul(code, gram) : tf.matMul(tf.mul(tf.matMul(code, weights), mask!), scaled, false, true);
      code = finish(tf.add(tf.sub(code, back), start));
    }
    return code;
  };
  return singleMatrixCoder(sections, inputs, { findCodes, largest: stepSize === 'auto' ? undefined : 1 / Math.sqrt(stepSize) });
}

/** The step size of an unrolled model at these weights: its own, or for "auto" 1 / (largest singular value)^2. */
function stepSizeAt({ stepSize }: LinearModel, largest: number): number {
  return stepSize === 'auto' ? 1 / largest ** 2 : stepSize;
}

/**
 * eta sigma^2 with sigma the largest singular value of B: the descent turns into growth beyond 2, and overshoots beyond 1.
 * @param weights B^T [latent, inputs]
 */
export function stepLoad(model: LinearModel, weights: ArrayLike<number>): number {
  const largest = largestSingularValue(weights, weights.length / model.latent);
  return stepSizeAt(model, largest) * largest ** 2;
}

/** `encoder.stepLoad` of an unrolled model with a step size of its own; nothing of others. */
export function stepLoadMeasure(subject: {
  experiment: { model: AutoencoderModel };
  program: Pick<Program, 'parameters'>;
  prepared: { readonly parameters: Float32Array };
}): Record<string, number> {
  const { model } = subject.experiment;
  if (model.kind !== 'linear' || model.parameterization !== 'unrolled' || model.stepSize === 'auto') return {};
  const size = parameterSize(subject.program.parameters[0]!);
  return { 'encoder.stepLoad': stepLoad(model, subject.prepared.parameters.subarray(0, size)) };
}

/**
 * What an unrolled autoencoder does to clean or noisy rows, in float64: W = B A with A = eta sum_{t<d} (I - eta B^T B)^t B^T, that is
 * U diag(1 - (1 - eta sigma_i^2)^d) U^T for B = U diag(sigma) V^T (science.md 1.3). "auto" takes the exact singular value here.
 * @param weights B^T [latent, inputs]
 * @param bias b [inputs], or none
 */
export function unrolledMap(model: LinearModel, weights: ArrayLike<number>, bias?: ArrayLike<number>): LinearMap {
  const { latent, steps } = model;
  const inputs = weights.length / latent;
  const decoder = Float64Array.from(weights); // B^T
  const columns = transposed(decoder, latent, inputs); // B
  const eta = stepSizeAt(model, largestSingularValue(decoder, inputs));
  const gram = multiply(decoder, columns, { rows: latent, inner: inputs, columns: latent });
  const shrink = gram.map((value, at) => Number(at % (latent + 1) === 0) - eta * value);
  const square = { rows: latent, inner: latent, columns: latent };
  // Horner: I + M (I + M (...))
  let series = shrink.map((_, at) => Number(at % (latent + 1) === 0));
  for (let step = 1; step < steps; step++)
    series = multiply(shrink, series, square).map((value, at) => value + Number(at % (latent + 1) === 0));
  const encoder = multiply(columns, series, { rows: inputs, inner: latent, columns: latent }).map((value) => eta * value);
  return singleMatrixMap(encoder, decoder, { latent, bias });
}
