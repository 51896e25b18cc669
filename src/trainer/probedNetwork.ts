import { type JacobianSubject, networkJacobians, type RowJacobian } from '../science/networkJacobian.ts';
import type { TrainingSetup } from './trainingSetup.ts';

/** Times that the Jacobian of a network is taken in a run: some 4 ms each. */
const looks = 10;

/** When a network is looked at. */
export interface Look {
  step: number;
  isLast: boolean;
}

/** Whether an evaluation is one of the few at which the Jacobian of a network is taken: the first, the last, and evenly between. */
export function isLookDue({ experiment }: TrainingSetup, { step, isLast }: Look): boolean {
  const { evaluateEverySteps, totalSteps } = experiment.plan;
  const every = Math.max(1, Math.ceil(totalSteps / evaluateEverySteps / looks));
  return isLast || (step / evaluateEverySteps) % every === 0;
}

/** A network and the rows around which it is looked at: those that it was not trained on, where there are any. */
export function probedNetwork(setup: TrainingSetup): JacobianSubject {
  const { experiment, program, prepared, data } = setup;
  const x = data.validation.rows.length > 0 ? data.validation.x : data.train.x;
  return { experiment, program, prepared, x, inputs: data.inputs };
}

/** Jacobians of the last look of a run, which metrics and pictures share. */
const lastLooks = new WeakMap<TrainingSetup, { step: number; parameters: Float32Array; jacobians: RowJacobian[] | null }>();

/** Jacobians of a network at this moment; null where there are none. */
export function jacobiansAt(setup: TrainingSetup, { step }: Pick<Look, 'step'>): RowJacobian[] | null {
  const known = lastLooks.get(setup);
  const { parameters } = setup.prepared;
  // the best weights may come back at the step of the last ones
  if (known?.step === step && known.parameters.every((value, i) => value === parameters[i])) return known.jacobians;
  const jacobians = networkJacobians(probedNetwork(setup));
  lastLooks.set(setup, { step, parameters: parameters.slice(), jacobians });
  return jacobians;
}
