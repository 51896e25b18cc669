import type { TrainingSetup } from './trainingSetup.ts';

/** Nearer to the identity than this, a low loss says nothing about the code. */
const copying = 0.05;

/** What to say of an autoencoder with room for its whole input that has learnt to copy it; null of all others. */
export function copyWarning({ experiment, data }: TrainingSetup, metrics: Readonly<Record<string, number>>): string | null {
  const distance = metrics['latent.identityDistance'];
  const { latent } = experiment.model;
  if (distance === undefined || distance >= copying || latent < data.inputs || experiment.corruption.kind !== 'none') return null;
  const room = `${latent} codes for ${data.inputs} inputs`;
  return `the autoencoder copies its input: with ${room} it is within ${distance.toFixed(3)} of the identity, and its low loss says nothing about the code; use fewer codes, a corruption or a penalty`;
}
