import { smooth } from '../../src/math/smooth.ts';
import type { CurveSamples } from '../state/curveSamples.ts';

/** What was smoothed last of each curve, so that a drawing without news costs nothing. */
const known = new WeakMap<CurveSamples, { key: string; values: Float64Array }>();

/** The values of a curve, smoothed; the curve itself stays as it is. */
export function smoothCurve(curve: CurveSamples, weight: number): Float64Array {
  const key = `${weight} ${curve.held} ${curve.lastStep} ${curve.length}`;
  const last = known.get(curve);
  if (last?.key === key) return last.values;
  const values = smooth(curve.steps, curve.values, weight);
  known.set(curve, { key, values });
  return values;
}
