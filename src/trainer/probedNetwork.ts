import type { JacobianSubject } from '../science/networkJacobian.ts';
import type { TrainingSetup } from './trainingSetup.ts';

/** Times that the Jacobian of a network is taken in a run: some 5 ms each. */
const looks = 20;

/** Whether an evaluation is one of the few at which the Jacobian of a network is taken: the first, the last, and evenly between. */
export function isLookDue({ experiment }: TrainingSetup, { step, isLast }: { step: number; isLast: boolean }): boolean {
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
