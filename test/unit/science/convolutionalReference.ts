// A convolutional autoencoder in float64, every product of a number and a weight by itself: what losses and gradients are held against.
import type { AutoencoderExperiment } from '../../../src/experiment/autoencoder.ts';
import type { Activation } from '../../../src/science/layers.ts';
import { activations, errorOf, type Rows, scopeWeight, seenRow } from './referenceModel.ts';

/** A layer as the products it adds up: input `from` times parameter `weight` goes to output `to`, and parameter `bias[to]` on top. */
interface LinkedLayer {
  links: { from: number; to: number; weight: number }[];
  bias: number[];
  /** All its weights; taps that never lie on the map have no link. */
  weights: number[];
  activation: Activation;
}

type Shape = readonly [number, number];
type Model = Extract<AutoencoderExperiment['model'], { kind: 'convolutional' }>;
type Sections = Pick<AutoencoderExperiment, 'corruption' | 'loss' | 'penalty'>;

const half = ([h, w]: Shape): Shape => [Math.ceil(h / 2), Math.ceil(w / 2)];

/** Pairs (pixel of the map, patch, tap) of a kernel of side k at every second pixel, with zeros around the map as "same" says. */
function overlaps([height, width]: Shape, k: number): { pixel: number; patch: number; tap: number }[] {
  const [rows, columns] = half([height, width]);
  const before = (side: number, patches: number) => Math.floor(Math.max(0, (patches - 1) * 2 + k - side) / 2);
  const found = [];
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let i = 0; i < rows; i++)
        for (let j = 0; j < columns; j++) {
          const [a, b] = [y - (2 * i - before(height, rows)), x - (2 * j - before(width, columns))];
          if (a < 0 || a >= k || b < 0 || b >= k) continue;
          found.push({ pixel: y * width + x, patch: i * columns + j, tap: a * k + b });
        }
  return found;
}

/** Lays the layers out over one array of parameters, weights before biases. */
function layersOf(model: Model, imageShape: Shape, { corruption, loss }: Sections): LinkedLayer[] {
  const { channels, kernelSize, latent, activation } = model;
  const layers: LinkedLayer[] = [];
  let at = 0;
  /** `bias[o]` counts from 0 within the layer. */
  const push = (weights: number, links: LinkedLayer['links'], bias: number[], own: Activation) => {
    const first = at;
    at += weights + Math.max(...bias) + 1;
    layers.push({
      links: links.map((link) => ({ ...link, weight: first + link.weight })),
      bias: bias.map((one) => first + weights + one),
      weights: Array.from({ length: weights }, (_, i) => first + i),
      activation: own,
    });
  };
  const dense = (from: number, to: number, own: Activation) => {
    const links = Array.from({ length: from * to }, (_, w) => ({ from: Math.floor(w / to), to: w % to, weight: w }));
    push(from * to, links, [...Array(to).keys()], own);
  };
  /** Channels of n pixels each: the channel of every number. */
  const spread = (count: number, pixels: number) => Array.from({ length: count * pixels }, (_, o) => Math.floor(o / pixels));
  const convolve = (shape: Shape, { from, to, isUp, own }: { from: number; to: number; isUp: boolean; own: Activation }) => {
    const [pixels, patches, taps] = [shape[0] * shape[1], half(shape)[0] * half(shape)[1], kernelSize ** 2];
    const links = overlaps(shape, kernelSize).flatMap(({ pixel, patch, tap }) =>
      Array.from({ length: from * to }, (_, pair) => {
        const [f, t] = [Math.floor(pair / to), pair % to];
        return isUp
          ? { from: f * patches + patch, to: t * pixels + pixel, weight: (f * to + t) * taps + tap }
          : { from: f * pixels + pixel, to: t * patches + patch, weight: (t * from + f) * taps + tap };
      }),
    );
    push(from * to * taps, links, spread(to, isUp ? pixels : patches), own);
  };
  const maps = [imageShape];
  for (const _ of channels) maps.push(half(maps.at(-1)!));
  const seen = corruption.kind === 'mask' && corruption.flags ? 2 : 1;
  const last = loss.kind === 'binaryCrossEntropy' ? 'none' : model.outputActivation;
  channels.forEach((to, i) => {
    convolve(maps[i]!, { from: channels[i - 1] ?? seen, to, isUp: false, own: activation });
  });
  const flat = channels.at(-1)! * maps.at(-1)![0] * maps.at(-1)![1];
  dense(flat, latent, model.latentActivation);
  dense(latent, flat, activation);
  for (let i = channels.length - 1; i >= 0; i--)
    convolve(maps[i]!, { from: channels[i]!, to: channels[i - 1] ?? 1, isUp: true, own: i === 0 ? last : activation });
  return layers;
}

/** The loss of a convolutional autoencoder and its gradient at any parameters. */
export class ConvolutionalReference {
  private readonly layers: readonly LinkedLayer[];
  readonly parameters: number;

  constructor(
    model: Model,
    imageShape: Shape,
    private readonly sections: Sections,
  ) {
    this.layers = layersOf(model, imageShape, sections);
    this.parameters = 1 + Math.max(...this.layers.at(-1)!.bias);
  }

  /** Draws [rows][inputs], or null for the clean input; penalties: the weights' only. */
  lossAndGradient(parameters: ArrayLike<number>, x: Rows, draws: Rows | null): { loss: number; gradient: Float64Array } {
    const { corruption, loss, penalty } = this.sections;
    const gradient = new Float64Array(this.parameters);
    let total = 0;
    x.forEach((row, r) => {
      const draw = draws?.[r] ?? null;
      const values = [seenRow(row, draw, corruption)];
      const sums = this.layers.map(({ links, bias, activation }) => {
        const sum = bias.map((one) => parameters[one]!);
        for (const { from, to, weight } of links) sum[to]! += values.at(-1)![from]! * parameters[weight]!;
        values.push(sum.map(activations[activation].of));
        return sum;
      });
      let slopes = values.at(-1)!.map((y, j) => {
        const share = scopeWeight({ layers: [], corruption, loss }, draw?.[j]) / x.length;
        total += share * errorOf(loss.kind, row[j]!, y);
        return share * (loss.kind === 'squared' ? 2 * (y - row[j]!) : 1 / (1 + Math.exp(-y)) - row[j]!);
      });
      for (let l = this.layers.length - 1; l >= 0; l--) slopes = this.backward(l, { values, sums, parameters, slopes, gradient });
    });
    for (const weight of this.layers.flatMap(({ weights }) => weights)) {
      total += penalty.weights * parameters[weight]! ** 2;
      gradient[weight]! += 2 * penalty.weights * parameters[weight]!;
    }
    return { loss: total, gradient };
  }

  /** Adds the gradient of one layer; returns the slopes by its input. */
  private backward(
    l: number,
    pass: { values: number[][]; sums: number[][]; parameters: ArrayLike<number>; slopes: number[]; gradient: Float64Array },
  ): number[] {
    const { links, bias, activation } = this.layers[l]!;
    const { values, sums, parameters, slopes, gradient } = pass;
    const d = slopes.map((slope, o) => slope * activations[activation].slope(sums[l]![o]!));
    const before = values[l]!.map(() => 0);
    d.forEach((slope, o) => {
      gradient[bias[o]!]! += slope;
    });
    for (const { from, to, weight } of links) {
      gradient[weight]! += values[l]![from]! * d[to]!;
      before[from]! += parameters[weight]! * d[to]!;
    }
    return before;
  }

  /** Central differences of the loss, h = 1e-6. */
  differences(parameters: Float64Array, x: Rows, draws: Rows | null): Float64Array {
    const h = 1e-6;
    return parameters.map((value, i) => {
      const at = (moved: number) => this.lossAndGradient(parameters.with(i, moved), x, draws).loss;
      return (at(value + h) - at(value - h)) / (2 * h);
    });
  }
}
