import type { AutoencoderExperiment } from '../experiment/autoencoder.ts';
import { UserError } from '../experiment/problem.ts';

/** Numbers in the largest Jacobian that a contractive penalty may need at a step: 64 MB, and training keeps several. */
const mostNumbers = 2 ** 24;

/**
 * Refuses a contractive penalty whose Jacobians do not fit into memory: through hidden layers each step needs [rows, latent, width]
 * numbers, width the widest of what the encoder sees and its hidden layers. One layer has a closed form and needs none.
 * @throws UserError with the size and what to change
 */
export function requireJacobian(experiment: AutoencoderExperiment, { inputs, trainRows }: { inputs: number; trainRows: number }): void {
  const { model, corruption, penalty, training } = experiment;
  if (penalty.contractive === 0 || model.kind !== 'mlp' || model.hidden.length === 0) return;
  const rows = training.batchSize === 'full' ? trainRows : Math.min(training.batchSize, trainRows);
  const seen = corruption.kind === 'mask' && corruption.flags ? 2 * inputs : inputs;
  const width = Math.max(seen, ...model.hidden);
  const numbers = rows * model.latent * width;
  if (numbers <= mostNumbers) return;
  const size = `${numbers} numbers (${rows} rows, ${model.latent} codes, ${width} wide)`;
  throw new UserError(
    `penalty.contractive needs the Jacobian of the encoder at every step, ${size}, and at most ${mostNumbers} are computed: use a smaller training.batchSize or model.latent, model.hidden [], or 0`,
    'penalty.contractive',
  );
}
