import { type ParameterShape, parameterSize } from '../science/program.ts';
import type { OptimizerRule } from './engine.ts';

/** What an update rule reads and writes, all of one layout; `moments` holds `momentsOf(kind)` arrays one after the other. */
export interface OptimizerState {
  parameters: Float32Array;
  gradients: Float32Array;
  moments: Float32Array;
}

/** A stretch of the flat arrays with one weight decay. */
export interface DecayRange {
  from: number;
  to: number;
  isDecayed: boolean;
}

/** Arrays of state that a rule keeps beside the parameters. */
export function momentsOf(kind: OptimizerRule['kind']): 0 | 1 | 2 {
  return kind === 'sgd' ? 0 : kind === 'momentum' ? 1 : 2;
}

/** Stretches of the flat parameters with and without weight decay (biases have none), neighbours of a kind joined. */
export function decayRanges(parameters: readonly Pick<ParameterShape, 'shape' | 'isBias'>[]): DecayRange[] {
  const ranges: DecayRange[] = [];
  let from = 0;
  for (const { shape, isBias } of parameters) {
    const to = from + parameterSize({ shape });
    const last = ranges.at(-1);
    if (last && last.isDecayed === !isBias) last.to = to;
    else ranges.push({ from, to, isDecayed: !isBias });
    from = to;
  }
  return ranges;
}

/** w <- w - r g */
function updateBySgd({ parameters: w, gradients: g }: OptimizerState, rate: number): void {
  for (let i = 0; i < w.length; i++) w[i] = w[i]! - rate * g[i]!;
}

/** v <- mu v + g; w <- w - r v, with Nesterov w <- w - r (g + mu v) */
function updateByMomentum({ parameters: w, gradients: g, moments: v }: OptimizerState, rule: OptimizerRule, rate: number): void {
  const mu = rule.momentum;
  for (let i = 0; i < w.length; i++) {
    const velocity = mu * v[i]! + g[i]!;
    v[i] = velocity;
    w[i] = w[i]! - rate * (rule.nesterov ? g[i]! + mu * velocity : velocity);
  }
}

/**
 * m <- b1 m + (1 - b1) g; v <- b2 v + (1 - b2) g^2; w <- (1 - r d) w - r (m / (1 - b1^t)) / (sqrt(v / (1 - b2^t)) + eps)
 * on one stretch; d is the decoupled weight decay.
 */
function updateByAdam(state: OptimizerState, rule: OptimizerRule, update: { step: number; learningRate: number }, range: DecayRange): void {
  const { parameters: w, gradients: g, moments } = state;
  const n = w.length;
  const { beta1, beta2, epsilon } = rule;
  const rate = update.learningRate / (1 - beta1 ** update.step);
  const unbias = 1 / (1 - beta2 ** update.step);
  const shrink = rule.kind === 'adamw' && range.isDecayed ? 1 - update.learningRate * rule.weightDecay : 1;
  for (let i = range.from; i < range.to; i++) {
    const gradient = g[i]!;
    const first = beta1 * moments[i]! + (1 - beta1) * gradient;
    const second = beta2 * moments[n + i]! + (1 - beta2) * gradient * gradient;
    moments[i] = first;
    moments[n + i] = second;
    w[i] = shrink * w[i]! - (rate * first) / (Math.sqrt(second * unbias) + epsilon);
  }
}

/**
 * One update in place, one pass over memory: sgd, momentum (Nesterov's by `rule.nesterov`), Adam (Kingma and Ba 2014,
 * algorithm 1) or AdamW (Loshchilov and Hutter 2017: decay scaled by the current rate; here biases are not decayed).
 * @param update one-based step (Adam's bias correction) and the learning rate of this step
 * @param ranges from `decayRanges`; only adamw reads them
 */
export function updateParameters(
  rule: OptimizerRule,
  state: OptimizerState,
  update: { step: number; learningRate: number },
  ranges: readonly DecayRange[],
): void {
  if (rule.kind === 'sgd') updateBySgd(state, update.learningRate);
  else if (rule.kind === 'momentum') updateByMomentum(state, rule, update.learningRate);
  else for (const range of ranges) updateByAdam(state, rule, update, range);
}
