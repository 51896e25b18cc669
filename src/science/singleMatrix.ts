import type { AutoencoderModel } from '../experiment/autoencoder.ts';
import type { Coder, CoderSections } from './coder.ts';
import { multiply } from './denseMatrix.ts';
import type { LinearMap } from './linearMap.ts';
import type { ParameterShape, Tensors } from './program.ts';
import { type Tensor, tf } from './tensorflow.ts';

/** A linear model, of any parameterization. */
export type LinearModel = Extract<AutoencoderModel, { kind: 'linear' }>;

/** Name of the one matrix: B^T, [latent, inputs]. */
const weightsName = 'decoder.0.weights';
const biasName = 'decoder.0.bias';

/** Codes of rows [rows, inputs], less the bias, by B^T [latent, inputs]; the mask [rows, inputs] keeps 1 and drops 0, null keeps everything. */
type FindCodes = (weights: Tensor, x: Tensor, mask: Tensor | null) => Tensor;

/** B ~ N(0, 0.1^2) (science.md 1.0b), scaled down where its largest singular value exceeds `largest`; perhaps a bias of the output. */
function parametersOf({ latent, bias }: LinearModel, inputs: number, largest?: number): ParameterShape[] {
  const weights = { name: weightsName, shape: [latent, inputs], fanIn: latent, deviation: 0.1, isBias: false };
  const bounded = largest === undefined ? weights : { ...weights, largestSingularValue: largest };
  return bias ? [bounded, { name: biasName, shape: [inputs], fanIn: latent, isBias: true }] : [bounded];
}

/**
 * A coder of one matrix B and, with `bias`, a vector b: output B l + b, and codes of x - b found by a rule instead of weights. Gaussian
 * noise is added to x; what a mask drops is not scaled up but left out by the rule (`rescale` has no meaning); clean rows have no mask.
 * @param sections a linear model, and its corruption
 * @param largest initial bound on the largest singular value of B
 */
export function singleMatrixCoder(
  { model, corruption }: CoderSections,
  inputs: number,
  { findCodes, largest }: { findCodes: FindCodes; largest?: number },
): Coder {
  const linear = model as LinearModel;
  const biasOf = (p: Tensors) => (linear.bias ? p[biasName]! : null);
  return {
    parameters: parametersOf(linear, inputs, largest),
    latent: linear.latent,
    encode(p, x, draw) {
      const seen = draw && corruption.kind === 'gaussian' ? tf.add(x, tf.mul(draw, corruption.sigma)) : x;
      const bias = biasOf(p);
      return findCodes(p[weightsName]!, bias ? tf.sub(seen, bias) : seen, corruption.kind === 'mask' ? draw : null);
    },
    decode(p, code) {
      const output = tf.matMul(code, p[weightsName]!);
      const bias = biasOf(p);
      return bias ? tf.add(output, bias) : output;
    },
  };
}

/**
 * The map W (x - b) + b with W = B A, for a rule whose codes of whole rows are A x.
 * @param encoder A^T [inputs, latent]
 * @param decoder B^T [latent, inputs]
 * @param bias b [inputs], or none
 */
export function singleMatrixMap(
  encoder: Float64Array,
  decoder: Float64Array,
  sizes: { latent: number; bias?: ArrayLike<number> },
): LinearMap {
  const { latent, bias } = sizes;
  const inputs = decoder.length / latent;
  const code = multiply(Float64Array.from(bias ?? new Float64Array(inputs)), encoder, { rows: 1, inner: inputs, columns: latent });
  const drawn = multiply(code, decoder, { rows: 1, inner: latent, columns: inputs });
  return { inputs, latent, encoder, decoder, bias: drawn.map((value, j) => (bias?.[j] ?? 0) - value) };
}
