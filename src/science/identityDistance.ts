import { columnSquares, diagonalOf } from './linearMap.ts';
import { linearMapOf } from './linearMapOf.ts';
import { distanceToIdentity, type JacobianSubject, networkJacobians, type RowJacobian } from './networkJacobian.ts';

/**
 * How far encoder and decoder together are from changing nothing: |W - I|_F / sqrt(m) with W = B A, m inputs, float64 (science.md 2);
 * its square is (sum_j |W e_j|^2 - 2 sum_j W_jj + m) / m. 0: everything is copied; 1: W = 0; a projection on k directions sqrt(1 - k/m).
 * Of an `mlp` the mean of |J - I|_F / sqrt(m) around a few rows, J the Jacobian of both.
 * @param jacobians those of an `mlp`, where they are known already
 * @returns `latent.identityDistance`; nothing for other models, and where a parameter is not finite
 */
export function identityMeasure(subject: JacobianSubject, jacobians?: readonly RowJacobian[] | null): Record<string, number> {
  const { model, loss, penalty } = subject.experiment;
  if (model.kind === 'mlp') return networkDistance(jacobians === undefined ? networkJacobians(subject) : jacobians);
  const { program, prepared } = subject;
  const isCut = penalty.latentTopK > 0 && penalty.latentTopK < model.latent;
  if (model.kind !== 'linear' || loss.kind !== 'squared' || isCut) return {};
  const map = linearMapOf(model, program, prepared.parameters);
  if (map === null) return {};
  let square = map.inputs;
  columnSquares(map).forEach((column) => {
    square += column;
  });
  diagonalOf(map).forEach((own) => {
    square -= 2 * own;
  });
  return Number.isFinite(square) ? { 'latent.identityDistance': Math.sqrt(Math.max(0, square) / map.inputs) } : {};
}

function networkDistance(jacobians: readonly RowJacobian[] | null): Record<string, number> {
  if (jacobians === null) return {};
  const mean = jacobians.reduce((sum, jacobian) => sum + distanceToIdentity(jacobian), 0) / jacobians.length;
  return Number.isFinite(mean) ? { 'latent.identityDistance': mean } : {};
}
