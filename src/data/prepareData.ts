import type { DataSection } from '../experiment/autoencoder.ts';
import type { Dataset } from './dataset.ts';
import { splitRows } from './splitRows.ts';

/** Rows of one split as the model sees them: scaled and centred. */
export interface PreparedSplit {
  /** Row numbers in the data set, ascending. */
  rows: Uint32Array;
  /** [rows, inputs] */
  x: Float32Array;
  /** [rows] position in the data set's labelNames, -1 where missing; null without labels. */
  labels: Int32Array | null;
}

/** A data set split, scaled and centred, in this order, by the statistics of the training rows. */
export interface PreparedData {
  inputs: number;
  scale: 'none' | 'unit' | 'standardize';
  train: PreparedSplit;
  validation: PreparedSplit;
  test: PreparedSplit;
  /** [inputs] training mean after scaling, which was subtracted; zeros without centring. */
  mean: Float64Array;
  /** Undoes centring and scaling: rows of the model's space, [n, inputs], in the units of the file (a new array). */
  restore(x: Float32Array): Float32Array;
}

/** Columns mapped by (x - shift) * factor; a factor of 0 is a constant column. */
interface Scaling {
  shift: Float64Array;
  factor: Float64Array;
}

/**
 * Splits, scales and centres a data set. Sums are kept in float64; nothing but training rows enters a statistic.
 * Scale "unit": images divided by their maximum, other columns (x - min) / (max - min); "standardize": (x - mean) /
 * population standard deviation; constant columns become 0.
 * Transductive: the inputs of the test rows are training rows too, without their labels.
 * @param seed seed of the experiment; the split depends on it, on the labels and on section.split only
 * @throws UserError when the split does not fit the rows
 */
export function prepareData(
  dataset: Dataset,
  section: DataSection,
  seed: number,
  { isTransductive = false }: { isTransductive?: boolean } = {},
): PreparedData {
  const { inputs } = dataset;
  const scale = section.scale ?? (dataset.format === 'image' ? 'unit' : 'none');
  const split = splitRows(dataset, section.split, seed);
  const hidden = new Set(isTransductive ? split.test : []);
  const parts = isTransductive ? { ...split, train: Uint32Array.from([...split.train, ...split.test]).sort() } : split;
  const scaling = scalingOf(dataset, parts.train, scale);
  const mean = section.center ? scaledMean(dataset, parts.train, scaling) : new Float64Array(inputs);
  const prepare = (rows: Uint32Array, unlabelled: ReadonlySet<number> = new Set()): PreparedSplit => ({
    rows,
    x: transform(dataset, rows, scaling, mean),
    labels: dataset.labels && Int32Array.from(rows, (row) => (unlabelled.has(row) ? -1 : dataset.labels![row]!)),
  });
  return {
    inputs,
    scale,
    train: prepare(parts.train, hidden),
    validation: prepare(parts.validation),
    test: prepare(parts.test),
    mean,
    restore: (x) => restoreRows(x, scaling, mean),
  };
}

function scalingOf(dataset: Dataset, train: Uint32Array, scale: PreparedData['scale']): Scaling {
  const { inputs } = dataset;
  const shift = new Float64Array(inputs);
  const factor = new Float64Array(inputs).fill(1);
  if (scale === 'none') return { shift, factor };
  if (scale === 'unit' && dataset.format === 'image') return { shift, factor: factor.fill(1 / dataset.maximum) };
  const { low, high } = extremes(dataset, train);
  if (scale === 'unit') {
    for (let j = 0; j < inputs; j++) {
      shift[j] = low[j]!;
      factor[j] = high[j]! > low[j]! ? 1 / (high[j]! - low[j]!) : 0;
    }
    return { shift, factor };
  }
  shift.set(scaledMean(dataset, train, { shift, factor }));
  const squares = new Float64Array(inputs);
  for (const row of train) for (let j = 0; j < inputs; j++) squares[j] = squares[j]! + (dataset.values[row * inputs + j]! - shift[j]!) ** 2;
  for (let j = 0; j < inputs; j++) {
    if (high[j] === low[j]) shift[j] = low[j]!;
    factor[j] = high[j]! > low[j]! ? 1 / Math.sqrt(squares[j]! / train.length) : 0;
  }
  return { shift, factor };
}

function extremes(dataset: Dataset, train: Uint32Array): { low: Float64Array; high: Float64Array } {
  const { inputs, values } = dataset;
  const low = new Float64Array(inputs).fill(Number.POSITIVE_INFINITY);
  const high = new Float64Array(inputs).fill(Number.NEGATIVE_INFINITY);
  for (const row of train)
    for (let j = 0; j < inputs; j++) {
      const value = values[row * inputs + j]!;
      if (value < low[j]!) low[j] = value;
      if (value > high[j]!) high[j] = value;
    }
  return { low, high };
}

/** Mean of the scaled training rows, [inputs]. */
function scaledMean(dataset: Dataset, train: Uint32Array, { shift, factor }: Scaling): Float64Array {
  const { inputs, values } = dataset;
  const mean = new Float64Array(inputs);
  for (const row of train) for (let j = 0; j < inputs; j++) mean[j] = mean[j]! + (values[row * inputs + j]! - shift[j]!);
  for (let j = 0; j < inputs; j++) mean[j] = (mean[j]! / train.length) * factor[j]!;
  return mean;
}

function transform(dataset: Dataset, rows: Uint32Array, { shift, factor }: Scaling, mean: Float64Array): Float32Array {
  const { inputs, values } = dataset;
  const x = new Float32Array(rows.length * inputs);
  for (let i = 0; i < rows.length; i++) {
    const from = rows[i]! * inputs;
    const to = i * inputs;
    for (let j = 0; j < inputs; j++) x[to + j] = (values[from + j]! - shift[j]!) * factor[j]! - mean[j]!;
  }
  return x;
}

function restoreRows(x: Float32Array, { shift, factor }: Scaling, mean: Float64Array): Float32Array {
  const inputs = mean.length;
  const out = new Float32Array(x.length);
  for (let i = 0; i < x.length; i++) {
    const j = i % inputs;
    out[i] = factor[j] === 0 ? shift[j]! : (x[i]! + mean[j]!) / factor[j]! + shift[j]!;
  }
  return out;
}
