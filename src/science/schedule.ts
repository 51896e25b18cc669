import type { Optimizer } from '../experiment/optimizer.ts';

/**
 * Learning rate of a step. Warmup: rate r s/w at step s <= w (w = `warmupSteps`). After it, with t = (s - s0)/(total - s0),
 * s0 = max(w, 1): constant r; cosine r (1 + cos(pi t))/2; linear r (1 - t). So cosine and linear end at 0 at the last step.
 * @param step one-based
 * @param totalSteps steps of the whole run
 */
export function learningRateAt(
  optimizer: Pick<Optimizer, 'learningRate' | 'schedule' | 'warmupSteps'>,
  step: number,
  totalSteps: number,
): number {
  const { learningRate, schedule, warmupSteps } = optimizer;
  if (step < warmupSteps) return (learningRate * step) / warmupSteps;
  const start = Math.max(warmupSteps, 1);
  if (schedule === 'constant' || step <= start) return learningRate;
  if (step >= totalSteps) return 0;
  const t = (step - start) / (totalSteps - start);
  return schedule === 'linear' ? learningRate * (1 - t) : (learningRate * (1 + Math.cos(Math.PI * t))) / 2;
}
