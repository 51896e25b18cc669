import { createHash } from 'node:crypto';
import { Matrix, QrDecomposition } from 'ml-matrix';
import type { DataSection } from '../experiment/autoencoder.ts';
import { UserError } from '../experiment/problem.ts';
import { fillNormal } from '../math/random.ts';
import { symmetricEigen } from '../math/symmetricEigen.ts';
import type { Dataset } from './dataset.ts';

type Generator = Exclude<DataSection['source'], string>;
type LowRankGaussian = Extract<Generator, { generator: 'lowRankGaussian' }>;
type Gaussian = Extract<Generator, { generator: 'gaussian' }>;

/**
 * Makes data with exactly known answers; numbers come from stream `data` (seed only).
 * @throws UserError when the settings contradict each other, or the generator is not built yet
 */
export function generateData(settings: Generator, seed: number): Dataset {
  const made = make(settings, seed);
  const columns = Array.from({ length: made.inputs }, (_, j) => `x${j + 1}`);
  return {
    ...made,
    rows: settings.samples,
    columns,
    allColumns: made.labels ? [...columns, 'sign'] : columns,
    labelNames: made.labels ? ['negative', 'positive'] : [],
    imageShape: null,
    format: 'generator',
    maximum: 1,
    hash: createHash('sha256').update(JSON.stringify({ settings, seed })).digest('hex'),
  };
}

type Made = Pick<Dataset, 'inputs' | 'values' | 'labels'>;

function make(settings: Generator, seed: number): Made {
  if (settings.generator === 'lowRankGaussian') return lowRankGaussian(settings, seed);
  if (settings.generator === 'gaussian') return gaussian(settings, seed);
  throw new UserError(`not built yet: the generator "${settings.generator}"; use "lowRankGaussian" or "gaussian"`, 'data.source.generator');
}

/** Standard normal numbers [rows, width] of step 0 (samples) or 1 (the rotation). */
function normalRows(rows: number, width: number, seed: number, step: 0 | 1): Float32Array {
  const z = new Float32Array(rows * width);
  fillNormal(z, { seed, stream: 'data', step });
  return z;
}

/**
 * Independent coordinates, the first `rank` ~ N(0, signalVariance), the others ~ N(0, noiseVariance); then x = Q z with a
 * Haar-random orthogonal Q if `rotate`. Label: sign of the sum of the signal coordinates before the rotation.
 */
function lowRankGaussian(settings: LowRankGaussian, seed: number): Made {
  const { dimensions, rank, samples } = settings;
  if (rank > dimensions)
    throw new UserError(`data.source.rank is ${rank}, more than the ${dimensions} dimensions; make it smaller`, 'data.source.rank');
  const deviations = Float64Array.from({ length: dimensions }, (_, j) =>
    Math.sqrt(j < rank ? settings.signalVariance : settings.noiseVariance),
  );
  const z = normalRows(samples, dimensions, seed, 0);
  const labels = new Int32Array(samples);
  for (let i = 0; i < samples; i++) {
    let sum = 0;
    for (let j = 0; j < rank; j++) sum += z[i * dimensions + j]!;
    labels[i] = sum < 0 ? 0 : 1;
  }
  const turn = settings.rotate ? haarOrthogonal(dimensions, seed) : Matrix.eye(dimensions);
  return { inputs: dimensions, labels, values: mapRows(z, turn.mulRowVector(deviations)) };
}

/** x ~ N(0, covariance): x = C z with the symmetric root C of the covariance. No labels. */
function gaussian(settings: Gaussian, seed: number): Made {
  const { covariance, samples } = settings;
  const n = covariance.length;
  return { inputs: n, labels: null, values: mapRows(normalRows(samples, n, seed, 0), symmetricRoot(covariance)) };
}

/** x = T z for each row z of [n, width]; T is [width, width]. Sums in float64. */
function mapRows(z: Float32Array, map: Matrix): Float32Array {
  const width = map.columns;
  const flat = Float64Array.from(map.to1DArray());
  const x = new Float32Array(z.length);
  for (let start = 0; start < z.length; start += width)
    for (let a = 0; a < width; a++) {
      let sum = 0;
      for (let b = 0; b < width; b++) sum += flat[a * width + b]! * z[start + b]!;
      x[start + a] = sum;
    }
  return x;
}

/**
 * A random orthogonal matrix, uniform over the group: Q of the QR decomposition of a normal matrix, columns flipped so
 * that R has a positive diagonal (without it Q is not uniform).
 * Source: Mezzadri, "How to generate random matrices from the classical compact groups", 2007.
 */
function haarOrthogonal(n: number, seed: number): Matrix {
  const normal = Matrix.from1DArray(n, n, Array.from(normalRows(n, n, seed, 1)));
  const { orthogonalMatrix, upperTriangularMatrix } = new QrDecomposition(normal);
  return orthogonalMatrix.mulRowVector(upperTriangularMatrix.diagonal().map((value) => (value < 0 ? -1 : 1)));
}

function symmetricRoot(covariance: readonly (readonly number[])[]): Matrix {
  const n = covariance.length;
  const path = 'data.source.covariance';
  covariance.forEach((row, i) => {
    if (row.length !== n)
      throw new UserError(`${path} must be square: it has ${n} rows, row ${i + 1} has ${row.length} numbers; make them equal`, path);
  });
  const largest = Math.max(...covariance.flat().map(Math.abs));
  covariance.forEach((row, i) => {
    row.forEach((value, j) => {
      if (Math.abs(value - covariance[j]![i]!) > 1e-9 * largest)
        throw new UserError(
          `${path} must be symmetric: row ${i + 1}, column ${j + 1} is ${value}, row ${j + 1}, column ${i + 1} is ${covariance[j]![i]}; make them equal`,
          path,
        );
    });
  });
  const { values, vectors } = symmetricEigen(Float64Array.from(covariance.flat()), n);
  if (values[n - 1]! < -1e-9 * largest)
    throw new UserError(
      `${path} has the negative eigenvalue ${Number(values[n - 1]!.toPrecision(3))}, so it is no covariance; enlarge its diagonal`,
      path,
    );
  const axes = Matrix.from1DArray(n, n, Array.from(vectors));
  return axes
    .clone()
    .mulRowVector(values.map((value) => Math.sqrt(Math.max(0, value))))
    .mmul(axes.transpose());
}
