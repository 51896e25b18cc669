import type { TrainingSetup } from './trainingSetup.ts';

/** Nearer to the identity than this, a low loss says nothing about the code. */
const copying = 0.05;
/** The same of the share of white noise that is lost, for models without a map or a Jacobian: its root stands for the distance. */
const copyingNoise = copying ** 2;

/** What to say of an autoencoder with room for its whole input that has learnt to copy it; null of all others. */
export function copyWarning({ experiment, data }: TrainingSetup, metrics: Readonly<Record<string, number>>): string | null {
  const { latent } = experiment.model;
  if (latent < data.inputs || experiment.corruption.kind !== 'none') return null;
  const found = howNear(metrics);
  if (found === null) return null;
  const room = `${latent} codes for ${data.inputs} inputs`;
  return `the autoencoder copies its input: with ${room} it ${found}, and its low loss says nothing about the code; use fewer codes, a corruption or a penalty`;
}

/** How near a model is to the identity, as the rest of a sentence; null where it is not. */
function howNear(metrics: Readonly<Record<string, number>>): string | null {
  const distance = metrics['latent.identityDistance'];
  if (distance !== undefined) return distance < copying ? `is within ${distance.toFixed(3)} of the identity` : null;
  const lost = metrics['latent.noiseError'];
  return lost !== undefined && lost < copyingNoise ? `gives back even white noise, all but ${(100 * lost).toFixed(2)} %` : null;
}
