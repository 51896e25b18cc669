// Training in the words of the textbooks, float64, one number at a time: what the engines' steps are held against.
import type { OptimizerRule, StepUpdate } from '../../../src/engine/engine.ts';
import type { AutoencoderExperiment } from '../../../src/experiment/autoencoder.ts';
import { hasFlags } from '../../../src/science/corruption.ts';
import { layersOf } from '../../../src/science/layers.ts';
import { type Program, parameterSize } from '../../../src/science/program.ts';
import { type Tensor, tf } from '../../../src/science/tensorflow.ts';
import { lossAndGradient, type ReferenceModel, type Rows } from '../science/referenceModel.ts';

/** Inputs of a step: [rows][inputs]. */
export interface Batch {
  x: Rows;
  draws: Rows;
}

/** Loss and gradient at some parameters. */
export type Slope = (parameters: Float64Array, batch: Batch) => { loss: number; gradient: ArrayLike<number> };

/** The closed form of an experiment's loss and gradient, by plain loops in float64. */
export function exactSlope({ model, corruption, loss, penalty }: AutoencoderExperiment, inputs: number): Slope {
  const { encoder, decoder } = layersOf(model, inputs, hasFlags(corruption) ? 2 * inputs : inputs);
  if (loss.kind === 'binaryCrossEntropy') decoder.at(-1)!.activation = 'none';
  const reference: ReferenceModel = { layers: [...encoder, ...decoder], corruption, loss, penalty: penalty.weights };
  return (parameters, { x, draws }) => lossAndGradient(reference, parameters, x, corruption.kind === 'none' ? null : draws);
}

/** Loss and gradient by TensorFlow.js's plain backend, in float32, operation by operation. */
export function plainSlope(program: Program): Slope {
  return (parameters, { x, draws }) => {
    if (tf.getBackend() !== 'cpu') void tf.setBackend('cpu');
    const gradient = new Float64Array(parameters.length);
    let loss = 0;
    tf.tidy(() => {
      let from = 0;
      const places = program.parameters.map((one) => {
        const place = { ...one, from, to: from + parameterSize(one) };
        from = place.to;
        return place;
      });
      const fed = { x: tf.tensor2d(x as number[][]), draw: tf.tensor2d(draws as number[][]) };
      const evaluate = (...given: Tensor[]) => program.loss(Object.fromEntries(places.map(({ name }, i) => [name, given[i]!])), fed);
      const tensors = places.map(({ shape, ...place }) =>
        tf.tensor(Float32Array.from(parameters.subarray(place.from, place.to)), [...shape]),
      );
      const { value, grads } = tf.valueAndGrads(evaluate)(tensors);
      loss = value.dataSync()[0]!;
      grads.forEach((one, i) => {
        gradient.set(one.dataSync(), places[i]!.from);
      });
    });
    return { loss, gradient };
  };
}

/** Training by a slope and a rule from the textbook; the state lies open. */
export class ReferenceSteps {
  readonly parameters: Float64Array;
  /** First and second moment, or the velocity. */
  readonly moments: Float64Array;
  gradient: ArrayLike<number> = [];
  private readonly isDecayed: readonly boolean[];

  constructor(
    program: Program,
    private readonly rule: OptimizerRule,
    private readonly slope: Slope,
    initial: { parameters: ArrayLike<number>; moments: ArrayLike<number> },
  ) {
    this.parameters = Float64Array.from(initial.parameters);
    this.moments = Float64Array.from(initial.moments);
    this.isDecayed = program.parameters.flatMap((one) => new Array<boolean>(parameterSize(one)).fill(!one.isBias));
  }

  /** The loss before the step. */
  step(batch: Batch, { step, learningRate }: StepUpdate): number {
    const { loss, gradient } = this.slope(this.parameters, batch);
    this.gradient = gradient;
    for (let i = 0; i < this.parameters.length; i++) this.move(i, gradient[i]!, step, learningRate);
    return loss;
  }

  private move(i: number, g: number, t: number, rate: number): void {
    const { kind, momentum, nesterov, beta1, beta2, epsilon, weightDecay } = this.rule;
    const { parameters: w, moments } = this;
    const second = i + w.length;
    if (kind === 'sgd') {
      w[i]! -= rate * g;
    } else if (kind === 'momentum') {
      moments[i] = momentum * moments[i]! + g;
      w[i]! -= rate * (nesterov ? g + momentum * moments[i]! : moments[i]!);
    } else {
      if (kind === 'adamw' && this.isDecayed[i]) w[i]! *= 1 - rate * weightDecay;
      moments[i] = beta1 * moments[i]! + (1 - beta1) * g;
      moments[second] = beta2 * moments[second]! + (1 - beta2) * g * g;
      const corrected = { first: moments[i]! / (1 - beta1 ** t), second: moments[second]! / (1 - beta2 ** t) };
      w[i]! -= (rate * corrected.first) / (Math.sqrt(corrected.second) + epsilon);
    }
  }
}
