import type { AutoencoderExperiment } from '../experiment/autoencoder.ts';
import { UserError } from '../experiment/problem.ts';
import type { Coder } from './coder.ts';
import { coderOf } from './coderOf.ts';
import { keepLargest } from './largestCodes.ts';
import { activate } from './layers.ts';
import type { MapShape } from './patches.ts';
import { penaltyTerms } from './penalties.ts';
import type { InputShape, Program, ProgramFunction, Tensors } from './program.ts';
import { type Tensor, tf } from './tensorflow.ts';

/** The sections of an experiment that decide what an autoencoder computes. */
export type AutoencoderSections = Pick<AutoencoderExperiment, 'model' | 'corruption' | 'loss' | 'penalty'>;

/** Whether every code lies between 0 and 1. */
function hasCodesOfUnit(model: AutoencoderSections['model']): boolean {
  return 'latentActivation' in model && model.latentActivation === 'sigmoid';
}

/** Refuses combinations without a meaning, in case nobody did before. */
function checkSections({ model, corruption, loss, penalty }: AutoencoderSections): void {
  if (loss.over !== 'all' && corruption.kind !== 'mask')
    throw new UserError(`loss.over "${loss.over}" needs a mask: set corruption.kind to "mask", or loss.over to "all"`);
  if (loss.kind === 'binaryCrossEntropy' && 'outputActivation' in model && !['none', 'sigmoid'].includes(model.outputActivation))
    throw new UserError(
      `binaryCrossEntropy has a sigmoid output; model.outputActivation is "${model.outputActivation}": set it to "sigmoid" or "none"`,
    );
  if (penalty.latentKl.weight > 0 && !hasCodesOfUnit(model))
    throw new UserError('penalty.latentKl needs codes between 0 and 1: set model.latentActivation to "sigmoid"');
}

/** Error of every coordinate: (x - y)^2, or for logits z: -x ln s(z) - (1 - x) ln(1 - s(z)) = softplus(z) - x z, finite for every z. */
function coordinateErrors(kind: AutoencoderSections['loss']['kind'], x: Tensor, y: Tensor): Tensor {
  return kind === 'squared' ? tf.square(tf.sub(y, x)) : tf.sub(tf.softplus(y), tf.mul(x, y));
}

/** Weight of every coordinate: 1; masked (1 - mask)/nu; visible mask/p. nu is the configured ratio, never the drawn share. */
function scopeWeights({ loss, corruption }: AutoencoderSections, draw: Tensor | undefined): Tensor | null {
  if (loss.over === 'all' || corruption.kind !== 'mask') return null;
  const ratio = corruption.ratio;
  return loss.over === 'visible' ? tf.mul(draw!, 1 / (1 - ratio)) : tf.mul(tf.sub(1, draw!), 1 / ratio);
}

/** Sum over the coordinates of each row, [rows, inputs] -> [rows, 1]. */
function rowSums(errors: Tensor): Tensor {
  return tf.sum(errors, 1, true);
}

/** What evaluations ask: errors summed over each row, so that no more than a number a row leaves the engine. */
function errorFunctions(
  sections: AutoencoderSections,
  functions: Readonly<Record<string, ProgramFunction>>,
): Record<string, ProgramFunction> {
  const { loss, corruption } = sections;
  const isSquared = loss.kind === 'squared';
  const { score, scoreCorrupted } = functions;
  const squares = (x: Tensor, z: Tensor) => rowSums(tf.square(tf.sub(x, activate(z, 'sigmoid'))));
  const found: Record<string, ProgramFunction> = {
    rowErrors: {
      inputs: score!.inputs,
      outputs: [{ name: 'loss', width: 1 }, ...(isSquared ? [] : [{ name: 'squares', width: 1 }])],
      run(p, i) {
        const z = score!.run(p, i).output!;
        const sums = { loss: rowSums(coordinateErrors(loss.kind, i.x!, z)) };
        return isSquared ? sums : { ...sums, squares: squares(i.x!, z) };
      },
    },
  };
  if (!scoreCorrupted) return found;
  const isMask = corruption.kind === 'mask';
  found.rowErrorsCorrupted = {
    inputs: scoreCorrupted.inputs,
    outputs: [{ name: 'kept', width: 1 }, ...(isMask ? [{ name: 'dropped', width: 1 }] : [])],
    run(p, i) {
      const errors = coordinateErrors(loss.kind, i.x!, scoreCorrupted.run(p, i).output!);
      const sums: Record<string, Tensor> = { kept: rowSums(isMask ? tf.mul(errors, i.draw!) : errors) };
      if (isMask) sums.dropped = rowSums(tf.mul(errors, tf.sub(1, i.draw!)));
      return sums;
    },
  };
  return found;
}

/** Mean over the rows of the sum over coordinates, [rows, inputs] -> scalar; summed in two stages to lose fewer digits. */
function meanOfRowSums(errors: Tensor): Tensor {
  return tf.mul(tf.sum(tf.sum(errors, 1)), 1 / errors.shape[0]!);
}

function functionsFor(sections: AutoencoderSections, coder: Coder, inputs: number): Record<string, ProgramFunction> {
  const { corruption, loss } = sections;
  const x: InputShape = { name: 'x', width: inputs };
  const draw: InputShape = { name: 'draw', width: inputs };
  const latent = [{ name: 'latent', width: coder.latent }];
  const output = [{ name: 'output', width: inputs }];
  const encode = (p: Tensors, i: Tensors) => coder.encode(p, i.x!, i.draw ?? null);
  const { decode } = coder;
  const finish = (y: Tensor) => (loss.kind === 'squared' ? y : activate(y, 'sigmoid'));
  const functions: Record<string, ProgramFunction> = {};
  for (const [suffix, fed] of [
    ['', [x]],
    ['Corrupted', [x, draw]],
  ] as const) {
    functions[`encode${suffix}`] = { inputs: fed, outputs: latent, run: (p, i) => ({ latent: encode(p, i) }) };
    functions[`reconstruct${suffix}`] = { inputs: fed, outputs: output, run: (p, i) => ({ output: finish(decode(p, encode(p, i))) }) };
    functions[`score${suffix}`] = { inputs: fed, outputs: output, run: (p, i) => ({ output: decode(p, encode(p, i)) }) };
    if (corruption.kind === 'none') break;
  }
  functions.decode = {
    inputs: [{ name: 'latent', width: latent[0]!.width }],
    outputs: output,
    run: (p, i) => ({ output: finish(decode(p, i.latent!)) }),
  };
  return { ...functions, ...errorFunctions(sections, functions) };
}

/**
 * An autoencoder as a program: x -> corruption -> encoder -> latent -> decoder -> output.
 * Training loss: mean over rows of sum_j w_j e_j(x_j, y_j), w by `loss.over` (science.md 1.0b), plus the terms of `penaltyTerms`;
 * `penalty.latentTopK` is a part of the encoder. With binaryCrossEntropy the output is always a sigmoid, fused into the loss; `reconstruct`
 * gives probabilities, `score` what stands before the sigmoid (for squared errors the output itself).
 * Functions beside those named at Program: `rowErrors` {x} -> {loss, with cross-entropy squares} and `rowErrorsCorrupted`
 * {x, draw} -> {kept, with a mask dropped}: sums over the coordinates of each row, [rows, 1], no scope and no penalty.
 * @param imageShape [height, width] of a row where it is an image, which convolutions need
 * @throws UserError for parts that cannot be computed yet and for combinations without a meaning
 */
export function autoencoderProgram(sections: AutoencoderSections, inputs: number, imageShape: MapShape | null = null): Program {
  checkSections(sections);
  const { corruption, loss, penalty } = sections;
  const coder = keepLargest(coderOf(sections, inputs, imageShape), penalty.latentTopK);
  const { parameters } = coder;
  if (penalty.contractive > 0 && !coder.layered) throw new UserError('penalty.contractive needs an encoder of dense layers; set it to 0');
  const functions = functionsFor(sections, coder, inputs);
  const score = functions.scoreCorrupted ?? functions.score!;
  return {
    parameters,
    inputs: score.inputs,
    loss(p, i) {
      const latent = coder.encode(p, i.x!, i.draw ?? null);
      const errors = coordinateErrors(loss.kind, i.x!, coder.decode(p, latent)); // [rows, inputs]
      const scope = scopeWeights({ ...sections, corruption }, i.draw);
      const data = meanOfRowSums(scope ? tf.mul(errors, scope) : errors);
      const terms = penaltyTerms(penalty, coder, { parameters: p, latent, x: i.x!, draw: i.draw ?? null });
      return terms.reduce<Tensor>((sum, term) => tf.add(sum, term), data);
    },
    functions,
    multiplications: coder.multiplications,
  };
}
