import { fillNormal } from './random.ts';
import { centreRows, scatter } from './scatter.ts';
import { symmetricEigen } from './symmetricEigen.ts';

/** Rows seen along the directions in which they vary most. */
export interface PrincipalComponents {
  /** [n, count] centred rows times axes, in the units of the rows. */
  scores: Float32Array;
  /** [count] share of the total variance along each axis, descending; 0 where there is nothing to share. */
  explained: number[];
  /** [count, width] orthonormal axes, the largest loading of each positive; zeros beyond the width. */
  axes: Float64Array;
  /** Variances along all principal axes, descending, up to width 64; beyond it along those asked for. */
  variances: Float64Array;
}

/** Up to this width every axis is computed (5 ms at 64); beyond it only the ones asked for. */
const widestFull = 64;
/** Up to this width it pays to form the covariance before iterating. */
const widestCovariance = 512;

/**
 * The first principal components of rows [n, width]: eigenvectors of the covariance, by a full decomposition up to width
 * 64 and by subspace iteration from a fixed start beyond. Equal rows give equal bits.
 * Rows that are not finite give NaN scores and shares.
 */
export function principalComponents(rows: Float32Array, width: number, count = 2): PrincipalComponents {
  const n = width > 0 ? rows.length / width : 0;
  const centred = centreRows(rows, width);
  const total = dot(centred, centred);
  if (!Number.isFinite(total))
    return {
      scores: new Float32Array(n * count).fill(Number.NaN),
      explained: new Array<number>(count).fill(Number.NaN),
      axes: new Float64Array(count * width).fill(Number.NaN),
      variances: new Float64Array(count).fill(Number.NaN),
    };
  const found = Math.min(count, width);
  const axes = new Float64Array(count * width);
  const whole = total > 0 && width <= widestFull ? symmetricEigen(scatter(centred, width), width) : null;
  if (total > 0) axes.set(whole ? leadingOf(whole.vectors, width, found) : iterateAxes(centred, width, found));
  const scores = new Float32Array(n * count);
  const explained = new Array<number>(count).fill(0);
  for (let a = 0; a < found; a++) {
    const axis = rowOf(axes, a, width);
    pointLargestUp(axis);
    let spread = 0;
    for (let i = 0, from = 0; i < n; i++, from += width) {
      let score = 0;
      for (let j = 0; j < width; j++) score += centred[from + j]! * axis[j]!;
      scores[i * count + a] = score;
      spread += score * score;
    }
    if (total > 0) explained[a] = spread / total;
  }
  const variances = whole
    ? whole.values.map((value) => Math.max(0, value) / n)
    : Float64Array.from(explained, (share) => (share * total) / Math.max(1, n));
  return { scores, explained, axes, variances };
}

/**
 * Swaps and flips the two columns of a projection so that they agree best with the frame before (largest sum of absolute
 * correlations), so that a cloud does not jump between epochs. Without a frame before, or with one of other rows, the
 * projection stays as it is.
 * @param scores [n, 2]
 * @param previous [n, 2] the frame before as it was shown
 */
export function alignProjection(
  scores: Float32Array,
  explained: readonly number[],
  previous: Float32Array | null,
): { scores: Float32Array; explained: number[] } {
  if (previous === null || previous.length !== scores.length || explained.length !== 2)
    return { scores: scores.slice(), explained: [...explained] };
  const between = (a: number, b: number): number => correlation(scores, a, previous, b);
  const straight = [between(0, 0), between(1, 1)];
  const crossed = [between(1, 0), between(0, 1)];
  const isCrossed = Math.abs(crossed[0]!) + Math.abs(crossed[1]!) > Math.abs(straight[0]!) + Math.abs(straight[1]!);
  const from = isCrossed ? [1, 0] : [0, 1];
  const signs = (isCrossed ? crossed : straight).map((value) => (value < 0 ? -1 : 1));
  const aligned = new Float32Array(scores.length);
  for (let i = 0; i < scores.length; i += 2) {
    aligned[i] = signs[0]! * scores[i + from[0]!]!;
    aligned[i + 1] = signs[1]! * scores[i + from[1]!]!;
  }
  return { scores: aligned, explained: from.map((column) => explained[column]!) };
}

/** Cosine between column a of one projection and column b of another (both are centred); 0 where one has no extent. */
function correlation(x: Float32Array, a: number, y: Float32Array, b: number): number {
  let xy = 0;
  let xx = 0;
  let yy = 0;
  for (let i = 0; i < x.length; i += 2) {
    const u = x[i + a]!;
    const v = y[i + b]!;
    xy += u * v;
    xx += u * u;
    yy += v * v;
  }
  const size = Math.sqrt(xx * yy);
  return size > 0 ? xy / size : 0;
}

/** The first `count` columns of eigenvectors as rows, [count, width]. */
function leadingOf(vectors: Float64Array, width: number, count: number): Float64Array {
  const axes = new Float64Array(count * width);
  for (let a = 0; a < count; a++) for (let j = 0; j < width; j++) axes[a * width + j] = vectors[j * width + a]!;
  return axes;
}

/**
 * Subspace iteration with Rayleigh-Ritz: multiply a block of directions, orthonormalise, until the leading eigenvalues
 * stand still to 1e-12 of the first (at most 500 times; nearly equal eigenvalues then share their plane).
 */
function iterateAxes(centred: Float64Array, width: number, count: number): Float64Array {
  const block = Math.min(width, count + 10);
  const multiply = width <= widestCovariance ? byMatrix(scatter(centred, width), width) : byRows(centred, width);
  const start = new Float32Array(block * width);
  fillNormal(start, { seed: 0, stream: 'view', step: 0 });
  let axes = orthonormalise(Float64Array.from(start), width);
  let before: Float64Array = new Float64Array(block);
  for (let round = 0; round < 500; round++) {
    const image = multiply(axes);
    const projected = new Float64Array(block * block);
    for (let a = 0; a < block; a++)
      for (let b = 0; b < block; b++) projected[a * block + b] = dot(rowOf(axes, a, width), rowOf(image, b, width));
    const { values, vectors } = symmetricEigen(projected, block);
    axes = orthonormalise(combine(vectors, image, width), width);
    const moved = values.subarray(0, count).some((value, a) => Math.abs(value - before[a]!) > 1e-12 * values[0]!);
    before = values;
    if (!moved) break;
  }
  return axes.slice(0, count * width);
}

/** S v for each row v of a block. */
function byMatrix(matrix: Float64Array, width: number): (block: Float64Array) => Float64Array {
  return (block) => {
    const out = new Float64Array(block.length);
    for (let a = 0; a < block.length; a += width)
      for (let i = 0; i < width; i++) {
        let sum = 0;
        for (let j = 0; j < width; j++) sum += matrix[i * width + j]! * block[a + j]!;
        out[a + i] = sum;
      }
    return out;
  };
}

/** X^T (X v) for each row v of a block: no matrix of width x width is formed. */
function byRows(centred: Float64Array, width: number): (block: Float64Array) => Float64Array {
  return (block) => {
    const out = new Float64Array(block.length);
    for (let start = 0; start < centred.length; start += width)
      for (let a = 0; a < block.length; a += width) {
        let score = 0;
        for (let j = 0; j < width; j++) score += centred[start + j]! * block[a + j]!;
        for (let j = 0; j < width; j++) out[a + j] = out[a + j]! + score * centred[start + j]!;
      }
    return out;
  };
}

/** Rows of V^T image: the Ritz vectors, multiplied once by the matrix. */
function combine(vectors: Float64Array, image: Float64Array, width: number): Float64Array {
  const block = image.length / width;
  const out = new Float64Array(image.length);
  for (let a = 0; a < block; a++)
    for (let b = 0; b < block; b++) {
      const weight = vectors[b * block + a]!;
      for (let j = 0; j < width; j++) out[a * width + j] = out[a * width + j]! + weight * image[b * width + j]!;
    }
  return out;
}

/** Gram and Schmidt over the rows, twice for accuracy; rows that vanish (a rank below the block) become 0. */
function orthonormalise(rows: Float64Array, width: number): Float64Array {
  const largest = Math.sqrt(
    Math.max(0, ...Array.from({ length: rows.length / width }, (_, a) => dot(rowOf(rows, a, width), rowOf(rows, a, width)))),
  );
  for (let a = 0; a < rows.length / width; a++) {
    const row = rowOf(rows, a, width);
    for (let pass = 0; pass < 2; pass++)
      for (let b = 0; b < a; b++) {
        const other = rowOf(rows, b, width);
        const share = dot(row, other);
        for (let j = 0; j < width; j++) row[j] = row[j]! - share * other[j]!;
      }
    const size = Math.sqrt(dot(row, row));
    for (let j = 0; j < width; j++) row[j] = size > 1e-13 * largest ? row[j]! / size : 0;
  }
  return rows;
}

function rowOf(rows: Float64Array, a: number, width: number): Float64Array {
  return rows.subarray(a * width, (a + 1) * width);
}

function dot(x: Float64Array, y: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < x.length; j++) sum += x[j]! * y[j]!;
  return sum;
}

function pointLargestUp(axis: Float64Array): void {
  let largest = 0;
  // the first of equally large loadings decides, whatever the last bit says
  for (let j = 0; j < axis.length; j++) if (Math.abs(axis[j]!) > Math.abs(axis[largest]!) * (1 + 1e-9)) largest = j;
  if (axis.length > 0 && axis[largest]! < 0) for (let j = 0; j < axis.length; j++) axis[j] = -axis[j]!;
}
