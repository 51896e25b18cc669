// The loss of a least-squares autoencoder in float64, from its definition: what gradients of the engines are held against.
import type { AutoencoderExperiment } from '../../../src/experiment/autoencoder.ts';
import { ridgeOf } from '../../../src/experiment/resolveExperiment.ts';
import { leastSquaresCodes, leastSquaresGradient } from '../../../src/math/leastSquares.ts';

/** Flat rows [rows, inputs]. */
export interface FlatBatch {
  x: Float32Array;
  draw: Float32Array;
}

/** What the encoder solves: rows under their draws, less the bias; parameters are B^T, then perhaps b. */
function problemOf({ model, corruption }: AutoencoderExperiment, parameters: ArrayLike<number>, { x, draw }: FlatBatch, inputs: number) {
  if (model.kind !== 'linear') throw new Error('expected a linear model');
  const { latent } = model;
  const weights = Float64Array.from({ length: latent * inputs }, (_, i) => parameters[i]!);
  const sigma = corruption.kind === 'gaussian' ? corruption.sigma : 0;
  const bias = (j: number) => (model.bias ? parameters[weights.length + j]! : 0);
  const seen = Float64Array.from(x, (value, i) => value + sigma * draw[i]! - bias(i % inputs));
  return { weights, x: seen, mask: corruption.kind === 'mask' ? draw : null, latent, ridge: ridgeOf(model, corruption) };
}

/** Outputs and codes of rows under their draws, [rows, inputs] and [rows, latent]. */
export function outputsOf(experiment: AutoencoderExperiment, parameters: ArrayLike<number>, batch: FlatBatch, inputs: number) {
  const problem = problemOf(experiment, parameters, batch, inputs);
  const { latent, weights } = problem;
  const codes = leastSquaresCodes(problem);
  const hasBias = parameters.length > weights.length;
  const outputs = Float64Array.from(batch.x, (_, i) => {
    const [row, j] = [Math.floor(i / inputs), i % inputs];
    let sum = hasBias ? parameters[weights.length + j]! : 0;
    for (let l = 0; l < latent; l++) sum += codes[row * latent + l]! * weights[l * inputs + j]!;
    return sum;
  });
  return { codes, outputs };
}

/** The training loss: mean over rows of the squared errors in the configured scope. */
export function lossOf(experiment: AutoencoderExperiment, parameters: ArrayLike<number>, batch: FlatBatch, inputs: number): number {
  const { corruption, loss } = experiment;
  const { outputs } = outputsOf(experiment, parameters, batch, inputs);
  const ratio = corruption.kind === 'mask' ? corruption.ratio : 0;
  const weigh = (kept: number) => ({ all: 1, visible: kept / (1 - ratio), masked: (1 - kept) / ratio })[loss.over];
  let sum = 0;
  batch.x.forEach((value, i) => {
    sum += weigh(batch.draw[i]!) * (value - outputs[i]!) ** 2;
  });
  return sum / (batch.x.length / inputs);
}

/** Central differences of `lossOf`. */
export function lossDifferences(
  experiment: AutoencoderExperiment,
  parameters: ArrayLike<number>,
  batch: FlatBatch,
  inputs: number,
): Float64Array {
  const h = 1e-6;
  const at = (i: number, by: number) => {
    const moved = Float64Array.from(parameters);
    moved[i]! += by;
    return lossOf(experiment, moved, batch, inputs);
  };
  return Float64Array.from(parameters, (_, i) => (at(i, h) - at(i, -h)) / (2 * h));
}

/** Gradient of `lossOf` by the formula: with e the error times its weight, (2/n) e l^T for the decoder, and the solves' share of slopes 2 B^T e / n. */
export function gradientOf(
  experiment: AutoencoderExperiment,
  parameters: ArrayLike<number>,
  batch: FlatBatch,
  inputs: number,
): Float64Array {
  const { model, corruption, loss } = experiment;
  if (model.kind !== 'linear') throw new Error('expected a linear model');
  const { latent } = model;
  const { x, draw } = batch;
  const rows = x.length / inputs;
  const { codes, outputs } = outputsOf(experiment, parameters, batch, inputs);
  const ratio = corruption.kind === 'mask' ? corruption.ratio : 0;
  const weigh = (kept: number) => ({ all: 1, visible: kept / (1 - ratio), masked: (1 - kept) / ratio })[loss.over];
  const errors = outputs.map((output, i) => (2 / rows) * weigh(draw[i]!) * (output - x[i]!));
  const gradient = new Float64Array(parameters.length);
  const slopes = new Float64Array(rows * latent);
  errors.forEach((error, i) => {
    const [row, j] = [Math.floor(i / inputs), i % inputs];
    if (model.bias) gradient[latent * inputs + j]! += error;
    for (let l = 0; l < latent; l++) {
      gradient[l * inputs + j]! += error * codes[row * latent + l]!;
      slopes[row * latent + l]! += error * parameters[l * inputs + j]!;
    }
  });
  const solved = leastSquaresGradient(problemOf(experiment, parameters, batch, inputs), slopes);
  solved.weights.forEach((value, i) => {
    gradient[i]! += value;
  });
  if (model.bias)
    solved.x.forEach((value, i) => {
      gradient[latent * inputs + (i % inputs)]! -= value;
    });
  return gradient;
}
