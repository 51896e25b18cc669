import type { HeadLoss } from '../experiment/autoencoder.ts';

/** Every surrogate of the share of wrong rows. */
export const headLosses: readonly HeadLoss[] = ['crossEntropy', 'squared', 'hinge'];

/** Loss of one row with scores s, [K], and the right class y; writes its gradient over the scores. */
type RowLoss = (scores: Float64Array, right: number, smoothing: number) => number;

/** ln sum_k exp(v_k); writes the shares exp(v_k) / sum over v. */
function logSum(v: Float64Array): number {
  let largest = v[0]!;
  for (const value of v) if (value > largest) largest = value;
  let sum = 0;
  for (let k = 0; k < v.length; k++) {
    v[k] = Math.exp(v[k]! - largest);
    sum += v[k]!;
  }
  for (let k = 0; k < v.length; k++) v[k] = v[k]! / sum;
  return largest + Math.log(sum);
}

const rowLosses: Readonly<Record<HeadLoss, RowLoss>> = {
  crossEntropy(scores, right) {
    const rightScore = scores[right]!;
    const loss = logSum(scores) - rightScore;
    scores[right] = scores[right]! - 1;
    return loss;
  },
  squared(scores, right) {
    let loss = 0;
    for (let k = 0; k < scores.length; k++) {
      const residual = scores[k]! - Number(k === right);
      loss += residual * residual;
      scores[k] = 2 * residual;
    }
    return loss;
  },
  hinge(scores, right, smoothing) {
    const rightScore = scores[right]!;
    for (let k = 0; k < scores.length; k++) scores[k] = scores[k]! - rightScore + Number(k !== right);
    let loss: number;
    if (smoothing > 0) {
      for (let k = 0; k < scores.length; k++) scores[k] = scores[k]! / smoothing;
      loss = smoothing * logSum(scores);
    } else {
      let worst = right;
      for (let k = 0; k < scores.length; k++) if (scores[k]! > scores[worst]!) worst = k;
      loss = scores[worst]!;
      scores.fill(0);
      scores[worst] = 1;
    }
    scores[right] = scores[right]! - 1;
    return loss;
  },
};

/** Where a loss is taken. */
export interface ScoredRows {
  /** [n, count] */
  scores: Float64Array;
  /** [n] the right class of each row, 0 .. count-1 */
  classes: Int32Array;
  /** Number of classes, K. */
  count: number;
}

/**
 * Sum over rows of a surrogate of "is the largest score s_k that of the right class y?", and its gradient, written over the scores:
 * crossEntropy ln sum_k exp(s_k) - s_y; squared sum_k (s_k - [k = y])^2; hinge max_k (s_k + [k != y]) - s_y (Crammer and Singer 2001).
 * @param smoothing 0, or tau of the smooth hinge tau ln sum_k exp((s_k + [k != y] - s_y) / tau), at most tau ln K above the hinge
 */
export function takeLosses(kind: HeadLoss, { scores, classes, count }: ScoredRows, smoothing = 0): number {
  let sum = 0;
  for (let i = 0; i < classes.length; i++) sum += rowLosses[kind](scores.subarray(i * count, (i + 1) * count), classes[i]!, smoothing);
  return sum;
}
