import type { AutoencoderExperiment } from '../experiment/autoencoder.ts';
import type { Coder } from './coder.ts';
import { coderOf } from './coderOf.ts';
import type { Head, HeadForm } from './downstreamHead.ts';
import { keepLargest } from './largestCodes.ts';
import { type Layer, parametersOf, runLayers } from './layers.ts';
import { namedParameters } from './linearMap.ts';
import type { MapShape } from './patches.ts';
import { type ParameterShape, type Program, parameterSize } from './program.ts';
import type { Standardisation } from './standardise.ts';
import { tensorLosses } from './tensorLosses.ts';

/** What a labelled program is made of. */
export interface LabelledSections extends Pick<AutoencoderExperiment, 'model' | 'corruption' | 'loss' | 'penalty'> {
  head: HeadForm;
}

/** Sizes of the rows: numbers in one, classes, and [height, width] where it is an image. */
export interface LabelledShape {
  inputs: number;
  classes: number;
  imageShape: MapShape | null;
}

/** The parameters that an encoder reads: its own by name; models of one matrix encode by their decoder's, all of them. */
export function encoderParameters({ parameters }: Pick<Coder, 'parameters'>): readonly ParameterShape[] {
  const own = parameters.filter(({ name }) => name.startsWith('encoder.'));
  return own.length > 0 ? own : parameters;
}

/** Dense layers from the codes to the classes, relu between them. */
function headLayers(hidden: readonly number[], latent: number, classes: number): Layer[] {
  const widths = [latent, ...hidden, classes];
  return widths.slice(1).map((to, i) => ({
    name: `head.${i}`,
    from: widths[i]!,
    to,
    bias: true,
    activation: i < hidden.length ? 'relu' : 'none',
  }));
}

/**
 * Encoder and head as one program that learns from labels: x -> codes of the clean row -> head -> scores. Inputs of its loss: `x`
 * [rows, inputs] and `target` [rows, classes], 1 at the right class, else 0; the loss is the head's surrogate, a mean over rows, no penalty.
 * Parameters: those of the encoder as the autoencoder has them, then `head.<i>.weights|bias`. Function: `scores` {x} -> {scores}.
 */
export function labelledProgram(sections: LabelledSections, { inputs, classes, imageShape }: LabelledShape): Program {
  const coder = keepLargest(coderOf(sections, inputs, imageShape), sections.penalty.latentTopK);
  const layers = headLayers(sections.head.hidden, coder.latent, classes);
  const x = { name: 'x', width: inputs };
  const scores: Program['loss'] = (p, i) => runLayers(layers, p, coder.encode(p, i.x!, null));
  return {
    parameters: [...encoderParameters(coder), ...parametersOf(layers)],
    inputs: [x, { name: 'target', width: classes }],
    loss: (p, i) => tensorLosses[sections.head.loss](scores(p, i), i.target!),
    functions: {
      scores: { inputs: [x], outputs: [{ name: 'scores', width: classes }], run: (p, i) => ({ scores: scores(p, i) }) },
    },
    multiplications: coder.multiplications,
  };
}

/** A trained autoencoder: its parameters in the order of its program. */
export interface TrainedProgram {
  program: Pick<Program, 'parameters'>;
  parameters: Float32Array;
}

/**
 * Parameters of a labelled program: the encoder of an autoencoder and a head that was fitted on its codes in standard units. The units go
 * into the first layer, W' = diag(f) W and b' = b - (m o f) W for codes (z - m) o f, so that the scores stay what they were.
 */
export function joinParameters(
  labelled: Pick<Program, 'parameters'>,
  trained: TrainedProgram,
  head: Head & { units: Standardisation },
): Float32Array {
  const encoder = namedParameters(trained.program, trained.parameters);
  const out = new Float32Array(labelled.parameters.reduce((sum, shape) => sum + parameterSize(shape), 0));
  let at = 0;
  for (const shape of labelled.parameters) {
    const values = encoder[shape.name];
    if (values === undefined) break;
    out.set(values, at);
    at += values.length;
  }
  out.set(withoutUnits(head), at);
  return out;
}

function withoutUnits({ widths, parameters, units }: Head & { units: Standardisation }): Float64Array {
  const [from, to] = widths as [number, number];
  const out = parameters.slice();
  const bias = from * to;
  for (let j = 0; j < from; j++)
    for (let k = 0; k < to; k++) {
      const weight = parameters[j * to + k]! * units.factor[j]!;
      out[j * to + k] = weight;
      out[bias + k] = out[bias + k]! - units.mean[j]! * weight;
    }
  return out;
}
