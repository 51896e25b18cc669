import type { AutoencoderExperiment } from '../experiment/autoencoder.ts';
import { transposed } from './denseMatrix.ts';
import { hasLearningCurves, modeStrength } from './learningCurve.ts';
import type { LinearMap } from './linearMap.ts';
import { linearMapOf } from './linearMapOf.ts';
import { type Modes, strengthsOfMap } from './modes.ts';
import { principalAngles } from './principalAngle.ts';
import type { Program } from './program.ts';

/** Modes whose strength is told over time. */
const toldModes = 8;

/** A linear model and the principal directions of its training rows. */
export interface ModeSubject {
  experiment: Pick<AutoencoderExperiment, 'model' | 'corruption' | 'loss' | 'penalty' | 'optimizer'>;
  program: Pick<Program, 'parameters'>;
  prepared: { readonly parameters: Float32Array };
  modes: Modes | null;
}

/**
 * How far a linear model has learned the strongest principal directions of its training rows.
 * @param time sum of the learning rates of all steps so far
 * @returns `modes.1.strength`, ... `modes.8.strength`, u_i^T W u_i; where learning curves have a closed form (`hasLearningCurves`)
 * `modes.1.predicted`, ...; `model.pcaAngle`, the largest principal angle in degrees from the span of the first principal directions, as
 * many as codes, to that of the columns of B, absent where those are not unique; nothing for other models
 */
export function modeMeasures({ experiment, program, prepared, modes }: ModeSubject, time: number): Record<string, number> {
  const { model, corruption } = experiment;
  if (modes === null || model.kind !== 'linear') return {};
  const map = linearMapOf(model, program, prepared.parameters);
  if (map === null) return {};
  const measures: Record<string, number> = {};
  strengthsOfMap(modes, map, toldModes).forEach((strength, i) => {
    measures[`modes.${i + 1}.strength`] = strength;
  });
  const angle = angleToPrincipal(modes, map);
  if (angle !== null) measures['model.pcaAngle'] = angle;
  if (!hasLearningCurves(experiment)) return measures;
  const sigma = corruption.kind === 'gaussian' ? corruption.sigma : 0;
  const start = model.initialStrength;
  for (let i = 0; i < Math.min(toldModes, model.latent, modes.n); i++)
    measures[`modes.${i + 1}.predicted`] = modeStrength(modes.values[i]!, { start, sigma, time });
  return measures;
}

/** Largest angle from the first principal directions to the columns of B; null where the two last of them tie, or B spans everything. */
function angleToPrincipal({ n, values, vectors }: Modes, { latent, decoder }: LinearMap): number | null {
  if (latent >= n || values[latent - 1]! - values[latent]! < 1e-8 * values[0]!) return null;
  const principal = Float64Array.from({ length: n * latent }, (_, at) => vectors[Math.floor(at / latent) * n + (at % latent)]!);
  const columns = transposed(decoder, latent, n);
  return principalAngles({ a: columns, aColumns: latent, b: principal, bColumns: latent }, n).at(-1)!;
}
