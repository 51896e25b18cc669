import { minimise, type Objective } from '../math/lbfgs.ts';

/** Rows to learn classes from. */
export interface ClassifiedRows {
  /** [n, width] features */
  x: Float64Array;
  width: number;
  /** [n] class of each row, 0 .. count-1, each at least once */
  classes: Int32Array;
  /** Number of classes, K. */
  count: number;
}

/** Length of the gradient at which a fit counts as done. */
export const fitTolerance = 5e-7;

/**
 * mean_i -ln softmax(W^T x_i + b)[class_i] + |W|^2 / (2 C n): what is minimised, with n rows and without a penalty on b.
 * Scikit-learn's LogisticRegression(C) for three and more classes, divided by C n; its two-class form has one weight vector
 * w = w_1 - w_2 and reaches the same optimum at 2 C.
 * Parameters: W [width, K] row by row, then b [K].
 */
export function logisticObjective({ x, width, classes, count }: ClassifiedRows, c: number): Objective {
  const n = classes.length;
  const decay = 1 / (c * n);
  const residuals = new Float64Array(n * count);
  return (parameters, gradient) => {
    scoreRows(parameters, x, width, residuals);
    let loss = 0;
    for (let i = 0; i < n; i++) loss += toResiduals(residuals, i * count, count, classes[i]!);
    multiplyRows(x, residuals, { width, count }, gradient);
    let squares = 0;
    for (let at = 0; at < width * count; at++) {
      squares += parameters[at]! ** 2;
      gradient[at] = gradient[at]! / n + decay * parameters[at]!;
    }
    for (let at = width * count; at < parameters.length; at++) gradient[at] = gradient[at]! / n;
    return loss / n + (decay / 2) * squares;
  };
}

/** X W + b, [n, K]: four features at a time, so that each score is read and written once for all of them. */
export function scoreRows(parameters: Float64Array, x: Float64Array, width: number, out: Float64Array): void {
  const count = parameters.length / (width + 1);
  for (let row = 0, to = 0; to < out.length; row += width, to += count) {
    for (let k = 0; k < count; k++) out[to + k] = parameters[width * count + k]!;
    let j = 0;
    for (; j + 4 <= width; j += 4) {
      const v0 = x[row + j]!;
      const v1 = x[row + j + 1]!;
      const v2 = x[row + j + 2]!;
      const v3 = x[row + j + 3]!;
      const from0 = j * count;
      const from1 = from0 + count;
      const from2 = from1 + count;
      const from3 = from2 + count;
      for (let k = 0; k < count; k++)
        out[to + k] =
          out[to + k]! +
          (v0 * parameters[from0 + k]! + v1 * parameters[from1 + k]! + v2 * parameters[from2 + k]! + v3 * parameters[from3 + k]!);
    }
    for (; j < width; j++) {
      const value = x[row + j]!;
      for (let k = 0; k < count; k++) out[to + k] = out[to + k]! + value * parameters[j * count + k]!;
    }
  }
}

/** X^T R and the sums of R [n, K] below it, [width + 1, K]: four rows at a time. */
export function multiplyRows(
  x: Float64Array,
  r: Float64Array,
  { width, count }: { width: number; count: number },
  out: Float64Array,
): void {
  out.fill(0);
  const n = r.length / count;
  let i = 0;
  for (; i + 4 <= n; i += 4) {
    const from0 = i * count;
    const from1 = from0 + count;
    const from2 = from1 + count;
    const from3 = from2 + count;
    for (let j = i * width, at = 0; at < width * count; j++) {
      const v0 = x[j]!;
      const v1 = x[j + width]!;
      const v2 = x[j + 2 * width]!;
      const v3 = x[j + 3 * width]!;
      for (let k = 0; k < count; k++, at++)
        out[at] = out[at]! + (v0 * r[from0 + k]! + v1 * r[from1 + k]! + v2 * r[from2 + k]! + v3 * r[from3 + k]!);
    }
  }
  for (; i < n; i++)
    for (let j = i * width, at = 0; at < width * count; j++) {
      const value = x[j]!;
      for (let k = i * count; k < (i + 1) * count; k++, at++) out[at] = out[at]! + value * r[k]!;
    }
  for (let from = 0; from < r.length; from += count)
    for (let k = 0, at = width * count; k < count; k++, at++) out[at] = out[at]! + r[from + k]!;
}

/** The K scores from `from` on become softmax - (1 at the right class); returns -ln of the right class's probability. */
function toResiduals(scores: Float64Array, from: number, count: number, right: number): number {
  const rightScore = scores[from + right]!;
  let largest = scores[from]!;
  for (let k = from + 1; k < from + count; k++) if (scores[k]! > largest) largest = scores[k]!;
  let sum = 0;
  for (let k = from; k < from + count; k++) {
    const power = Math.exp(scores[k]! - largest);
    scores[k] = power;
    sum += power;
  }
  for (let k = from; k < from + count; k++) scores[k] = scores[k]! / sum;
  scores[from + right] = scores[from + right]! - 1;
  return Math.log(sum) + largest - rightScore;
}

/**
 * Multinomial logistic regression to convergence (L-BFGS in float64, whole data, no randomness). Yields between iterations.
 * @param c inverse strength of the penalty, above 0
 * @param start parameters to start from: those of a neighbouring c save half of the work; absent, the frequencies of the classes
 * @returns parameters as in `logisticObjective`
 */
export function* fitLogistic(rows: ClassifiedRows, c: number, start?: Float64Array): Generator<void, Float64Array, void> {
  const { x } = yield* minimise(logisticObjective(rows, c), start ?? frequencies(rows), fitTolerance);
  return x;
}

/** What is known of rows without features: b = ln of how often each class comes. */
function frequencies({ width, classes, count }: ClassifiedRows): Float64Array {
  const parameters = new Float64Array((width + 1) * count);
  const biases = parameters.subarray(width * count);
  for (const k of classes) biases[k] = biases[k]! + 1 / classes.length;
  for (let k = 0; k < count; k++) biases[k] = Math.log(biases[k]!);
  return parameters;
}

/** The class with the highest score for each row of x, [m, width]; of equal scores the first. */
export function likeliestClasses(parameters: Float64Array, x: Float64Array, width: number): Int32Array {
  const count = parameters.length / (width + 1);
  const scores = new Float64Array((x.length / width) * count);
  scoreRows(parameters, x, width, scores);
  const classes = new Int32Array(x.length / width);
  for (let i = 0, from = 0; i < classes.length; i++, from += count)
    for (let k = 1; k < count; k++) if (scores[from + k]! > scores[from + classes[i]!]!) classes[i] = k;
  return classes;
}
