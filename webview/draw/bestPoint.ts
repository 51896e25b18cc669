import { isLowerBetter } from '../../src/run/isLowerBetter.ts';
import type { CurveSamples } from '../state/curveSamples.ts';

/** The best value of a metric and the step at which it was reached first. */
export interface BestPoint {
  step: number;
  value: number;
}

/** The best point of a curve by the direction of its metric; min and max of every stretch are kept, so it is exact. Null without a finite value. */
export function bestPoint(name: string, curve: Pick<CurveSamples, 'steps' | 'values'>): BestPoint | null {
  const sign = isLowerBetter(name) ? 1 : -1;
  let best: BestPoint | null = null;
  for (let i = 0; i < curve.values.length; i++) {
    const value = curve.values[i]!;
    if (Number.isFinite(value) && (best === null || sign * value < sign * best.value)) best = { step: curve.steps[i]!, value };
  }
  return best;
}
