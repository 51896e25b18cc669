// Autoencoders with penalties, top-k codes and tied weights in float64 and plain loops, on top of referenceModel.ts.
import type { AutoencoderExperiment } from '../../../src/experiment/autoencoder.ts';
import { hasFlags } from '../../../src/science/corruption.ts';
import { type Layer, layersOf } from '../../../src/science/layers.ts';
import { errorOf, forward, type Rows, scopeWeight, seenRow } from './referenceModel.ts';

type Sections = Pick<AutoencoderExperiment, 'model' | 'corruption' | 'loss' | 'penalty'>;

/** Layers with weights of their own, and where in the parameters they begin. */
interface Halves {
  encoder: Layer[];
  decoder: Layer[];
  /** Parameters of the encoder. */
  encoding: number;
}

const sizeOf = ({ from, to, bias }: Layer) => from * to + (bias ? to : 0);
const withoutTies = ({ tiedTo: _, ...layer }: Layer): Layer => layer;

/** Both sides of an untied or tied model as layers that all have weights. */
export function halvesOf({ model, corruption, loss }: Sections, inputs: number): Halves {
  const { encoder, decoder } = layersOf(model, inputs, hasFlags(corruption) ? 2 * inputs : inputs);
  if (loss.kind === 'binaryCrossEntropy') decoder.at(-1)!.activation = 'none';
  return { encoder, decoder: decoder.map(withoutTies), encoding: encoder.reduce((sum, layer) => sum + sizeOf(layer), 0) };
}

/** Where each number of the parameters of a tied model lies in those of the untied one: once, or twice for weights. */
export function tiedPlaces({ encoder, decoder, encoding }: Halves): number[][] {
  const places: number[][] = Array.from({ length: encoding }, (_, i) => [i]);
  let begin = encoding;
  decoder.forEach((layer, i) => {
    const mirrored = encoder.length - 1 - i;
    const weights = encoder.slice(0, mirrored).reduce((sum, one) => sum + sizeOf(one), 0);
    // W' [from, to] of the decoder is W [to, from], or its first rows, transposed
    for (let o = 0; o < layer.to; o++)
      for (let f = 0; f < layer.from; f++) places[weights + o * layer.from + f]!.push(begin + f * layer.to + o);
    for (let o = 0; o < layer.to; o++) places.push([begin + layer.from * layer.to + o]);
    begin += sizeOf(layer);
  });
  return places;
}

/** Parameters of an untied model with the numbers of a tied one in both places. */
export function untie(tied: ArrayLike<number>, places: readonly (readonly number[])[]): Float64Array {
  const out = new Float64Array(Math.max(...places.flat()) + 1);
  places.forEach((both, i) => {
    for (const place of both) out[place] = tied[i]!;
  });
  return out;
}

const total = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

/** Codes of one row: the encoder's, of which only the k largest are left. */
export function codesOf({ encoder, encoding }: Halves, parameters: Float64Array, seen: readonly number[], k: number): number[] {
  const codes = forward(encoder, parameters.subarray(0, encoding), seen).values.at(-1)!;
  const least = codes.toSorted((a, b) => b - a)[k - 1] ?? Number.NEGATIVE_INFINITY;
  return codes.map((code) => (code >= least ? code : 0));
}

/** |J|_F^2 of the codes by what the encoder sees, by central differences. */
export function numericJacobian(halves: Halves, parameters: Float64Array, seen: readonly number[], k: number): number {
  const h = 1e-4;
  return total(
    seen.map((_, i) => {
      const at = (step: number) =>
        codesOf(
          halves,
          parameters,
          seen.map((v, j) => (i === j ? v + step : v)),
          k,
        );
      const above = at(h);
      return total(at(-h).map((below, l) => ((above[l]! - below) / (2 * h)) ** 2));
    }),
  );
}

/** The penalty terms from their definitions; `own` are the weights that count. */
function penalties({ penalty }: Sections, codes: Rows, jacobians: readonly number[], own: number): number {
  const { weights, latentL1, latentKl, contractive } = penalty;
  const rows = codes.length;
  const r = latentKl.target;
  const means = codes[0]!.map((_, j) => Math.min(1 - 1e-6, Math.max(1e-6, total(codes.map((code) => code[j]!)) / rows)));
  const divergence = latentKl.weight === 0 ? 0 : total(means.map((m) => r * Math.log(r / m) + (1 - r) * Math.log((1 - r) / (1 - m))));
  return (
    weights * own +
    (latentL1 * total(codes.map((code) => total(code.map(Math.abs))))) / rows +
    latentKl.weight * divergence +
    (contractive * total(jacobians)) / rows
  );
}

/** Training loss with everything in it; parameters of a tied model are its own. */
export function referenceLoss(sections: Sections, inputs: number, given: Float64Array, { x, draws }: { x: Rows; draws: Rows }): number {
  const { model, corruption, loss, penalty } = sections;
  const halves = halvesOf(sections, inputs);
  const isTied = model.kind === 'mlp' && model.tied;
  const parameters = isTied ? untie(given, tiedPlaces(halves)) : given;
  const k = penalty.latentTopK === 0 ? model.latent : penalty.latentTopK;
  const drawOf = (row: number) => (corruption.kind === 'none' ? null : draws[row]!);
  const seen = x.map((row, r) => seenRow(row, drawOf(r), corruption));
  const codes = seen.map((row) => codesOf(halves, parameters, row, k));
  const data = x.map((row, r) => {
    const output = forward(halves.decoder, parameters.subarray(halves.encoding), codes[r]!).values.at(-1)!;
    const weightOf = (j: number) => scopeWeight({ layers: [], corruption, loss }, drawOf(r)?.[j]);
    return total(row.map((v, j) => weightOf(j) * errorOf(loss.kind, v, output[j]!)));
  });
  const jacobians = penalty.contractive === 0 ? [] : seen.map((row) => numericJacobian(halves, parameters, row, k));
  const own = squaresOfWeights(isTied ? halves.encoder : [...halves.encoder, ...halves.decoder], parameters);
  return total(data) / x.length + penalties(sections, codes, jacobians, own);
}

function squaresOfWeights(layers: readonly Layer[], parameters: Float64Array): number {
  let at = 0;
  let sum = 0;
  for (const layer of layers) {
    for (let i = at; i < at + layer.from * layer.to; i++) sum += parameters[i]! ** 2;
    at += sizeOf(layer);
  }
  return sum;
}

/** Gradient of the reference loss by central differences. */
export function referenceGradient(...[sections, inputs, given, batch]: Parameters<typeof referenceLoss>): Float64Array {
  const h = 1e-4;
  return given.map((value, i) => {
    const at = (moved: number) => referenceLoss(sections, inputs, given.with(i, moved), batch);
    return (at(value + h) - at(value - h)) / (2 * h);
  });
}
