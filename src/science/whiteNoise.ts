import type { AutoencoderExperiment } from '../experiment/autoencoder.ts';
import { plainFills } from '../math/random.ts';
import { spreadOf } from './evaluate.ts';
import { type CallableProgram, rowsPerCall } from './runInBatches.ts';
import { storedCopies } from './storedDraws.ts';

/** Numbers of noise: the error is then known to about 2 %, and costs less than an evaluation. */
const wantedNumbers = 8192;
/** Rows: one call of the engine, and some even of wide inputs. */
const [fewestRows, mostRows] = [16, 1024];

/** A model of any kind, and the training rows whose place and size the noise has. */
export interface NoiseSubject {
  experiment: Pick<AutoencoderExperiment, 'loss' | 'seed'>;
  prepared: CallableProgram;
  /** [rows, inputs] */
  x: Float32Array;
  /** [inputs] */
  trainMean: Float64Array;
}

/**
 * A cheap test for copying (science.md 2): white noise has nothing to be learned, so that only what copies gives it back. Mean |z - output|^2
 * over mean |z - mean|^2 of rows z = mean + s e, e ~ N(0, I), with the mean of the training rows and s^2 their variance averaged over
 * coordinates. 0: copies; 1: gives the mean. Of a linear map on centred rows, in expectation, the square of `latent.identityDistance`.
 * @returns `latent.noiseError`; nothing for probabilities, which cannot leave 0 to 1, where the rows do not vary, and where it is not finite
 */
export function whiteNoiseMeasure({ experiment, prepared, x, trainMean }: NoiseSubject): Record<string, number> {
  const inputs = trainMean.length;
  const size = Math.sqrt(spreadOf(x, trainMean) / x.length);
  if (experiment.loss.kind !== 'squared' || !(size > 0)) return {};
  const rows = Math.min(mostRows, rowsPerCall(prepared), Math.max(fewestRows, Math.ceil(wantedNumbers / inputs)));
  const noise = new Float32Array(rows * inputs);
  // the stored corruptions of rows are numbers 0 to storedCopies - 1 of this stream
  (prepared.random ?? plainFills).fillNormal(noise, { seed: experiment.seed, stream: 'evaluation', step: storedCopies });
  const z = noise.map((value, i) => trainMean[i % inputs]! + size * value);
  const output = prepared.call('reconstruct', { x: z }, rows).output!;
  let [lost, whole] = [0, 0];
  for (let i = 0; i < z.length; i++) {
    lost += (z[i]! - output[i]!) ** 2;
    whole += (z[i]! - trainMean[i % inputs]!) ** 2;
  }
  return Number.isFinite(lost) ? { 'latent.noiseError': lost / whole } : {};
}
