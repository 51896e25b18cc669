import { centreRows, scatter } from '../math/scatter.ts';
import { symmetricEigen } from '../math/symmetricEigen.ts';

/** A unit that never leaves this range counts as dead. */
const inactive = 1e-8;

/** Units whose code is within 1e-8 of 0 on every row. */
function countDead(latents: Float32Array, width: number): number {
  let dead = 0;
  for (let j = 0; j < width; j++) {
    let i = j;
    // most units fire on one of the first rows
    while (i < latents.length && Math.abs(latents[i]!) <= inactive) i += width;
    if (i >= latents.length) dead++;
  }
  return dead;
}

/** Mean over rows of Hoyer's sparsity; rows without any activity are left out. Null where no row has any, and for a code of one number. */
function meanSparsity(latents: Float32Array, width: number): number | null {
  if (width === 1) return null;
  const root = Math.sqrt(width);
  let total = 0;
  let rows = 0;
  for (let from = 0; from < latents.length; from += width) {
    let [absolute, squares] = [0, 0];
    for (let j = 0; j < width; j++) {
      const value = latents[from + j]!;
      absolute += Math.abs(value);
      squares += value * value;
    }
    if (squares === 0) continue;
    total += (root - absolute / Math.sqrt(squares)) / (root - 1);
    rows++;
  }
  return rows === 0 ? null : total / rows;
}

/**
 * Eigenvalues of the covariance of codes, descending, none below 0: the variance along each principal direction of the latent space.
 * @param latents [rows, latent]
 * @returns [latent]; null without rows and when a code is not finite
 */
export function latentSpectrum(latents: Float32Array, latent: number): Float64Array | null {
  const covariance = scatter(centreRows(latents, latent), latent).map((value) => (value * latent) / latents.length);
  if (latents.length === 0 || !covariance.every(Number.isFinite)) return null;
  return symmetricEigen(covariance, latent).values.map((value) => Math.max(value, 0));
}

/**
 * How many directions the codes use, from the eigenvalues u of their covariance (science.md 2):
 * participation ratio (sum u)^2 / sum u^2; effective rank exp(-sum q ln q), q = u / sum u (Roy and Vetterli 2007, who take
 * singular values; here eigenvalues of the covariance); both 0 where the codes do not vary. Numerical rank: eigenvalues above 1e-10 of the largest. Dead units on all the rows given.
 * How few units a code uses: Hoyer's (sqrt k - |l|_1 / |l|_2) / (sqrt k - 1), mean over rows (2004): 0 for equal sizes, 1 for a single unit.
 * @param latents codes of the whole training set, [rows, width]
 * @returns `latent.participationRatio`, `latent.effectiveRank`, `latent.numericalRank`, `latent.deadUnits`, `latent.sparsity`; none when a code is not finite
 */
export function latentMeasures(latents: Float32Array, width: number): Record<string, number> {
  const values = latentSpectrum(latents, width);
  if (values === null) return {};
  let sum = 0;
  let squares = 0;
  for (const value of values) {
    sum += value;
    squares += value * value;
  }
  let entropy = 0;
  if (sum > 0) for (const value of values) if (value > 0) entropy -= (value / sum) * Math.log(value / sum);
  const sparsity = meanSparsity(latents, width);
  return {
    'latent.participationRatio': sum > 0 ? (sum * sum) / squares : 0,
    'latent.effectiveRank': sum > 0 ? Math.exp(entropy) : 0,
    'latent.numericalRank': values.filter((value) => value > 1e-10 * values[0]!).length,
    'latent.deadUnits': countDead(latents, width),
    ...(sparsity !== null && { 'latent.sparsity': sparsity }),
  };
}
