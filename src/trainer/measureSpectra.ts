import { depthProfile } from '../science/depthProfile.ts';
import { linearMapOf } from '../science/linearMapOf.ts';
import { mapSpectra } from '../science/mapSpectra.ts';
import { strengthsOfMap, strengthsOfMatrix } from '../science/modes.ts';
import { meanSingularValues } from '../science/networkJacobian.ts';
import { singularValues } from '../science/singularValue.ts';
import { isLookDue, jacobiansAt } from './probedNetwork.ts';
import type { TrainingSetup } from './trainingSetup.ts';

/** Short lists of numbers about a model at one moment, by dotted name. */
export type Spectra = Record<string, ArrayLike<number>>;

/** Widest best map whose singular values are worth their time, once a run. */
const widestBest = 256;

/** What the page draws of a model at the moments it keeps, beside its curves. */
export class SpectraMeter {
  /** Of the closed form: the same at every moment. */
  private readonly best: Spectra;
  /** Of the last look at a network. */
  network: Spectra = {};
  /** Principal directions whose filter is told: those that the codes can hold, and as many again. */
  private readonly modes: number;

  constructor(private readonly setup: TrainingSetup) {
    const { latent } = setup.experiment.model;
    this.modes = Math.min(setup.data.inputs, 64, Math.max(2 * latent, latent + 8));
    this.best = this.bestSpectra();
  }

  /**
   * - `singular.encoder`, `.decoder`, `.map`: singular values of A, B and W = B A of a linear model; `singular.best`: of the best W
   * - `filter.variance`: l_i, and `filter.learned`: u_i^T W u_i, of the principal directions u_i of the training rows;
   *   `filter.predicted`: of the best W
   * - `depth.steps`, `depth.measured`, `depth.predicted`: numbers of steps and the losses they reach; `depth.own`: the steps of this model
   * - `jacobian.singular`: singular values of the Jacobian of a network, averaged over a few rows; taken at a few moments, `jacobian.step`
   *
   * What does not exist for a model is left out.
   */
  measure(moment: { step: number; isLast: boolean }): Spectra {
    const { experiment, program, prepared, modes } = this.setup;
    if (experiment.model.kind !== 'linear') return this.networkSpectra(moment);
    const map = linearMapOf(experiment.model, program, prepared.parameters);
    const singular = map && mapSpectra(map);
    if (map === null || singular === null) return {};
    const spectra: Spectra = { ...this.best };
    for (const [name, values] of Object.entries(singular)) spectra[`singular.${name}`] = values;
    if (modes !== null) spectra['filter.learned'] = strengthsOfMap(modes, map, this.modes);
    return { ...spectra, ...this.depthSpectra() };
  }

  /** The Jacobian costs as much as an evaluation: between the moments at which it is taken the last one stands, with its step. */
  private networkSpectra(moment: { step: number; isLast: boolean }): Spectra {
    if (!isLookDue(this.setup, moment)) return this.network;
    const jacobians = jacobiansAt(this.setup, moment);
    const singular = jacobians && meanSingularValues(jacobians);
    this.network = singular === null ? {} : { 'jacobian.singular': singular, 'jacobian.step': [moment.step] };
    return this.network;
  }

  /** Loss against the number of steps of the encoder, on the first training rows. */
  private depthSpectra(): Spectra {
    const { experiment, program, prepared, data, dataset } = this.setup;
    const { model } = experiment;
    const profile = depthProfile({ experiment, program, prepared, split: data.train, imageShape: dataset.imageShape });
    if (profile === null) return {};
    const { depths, measured, predicted } = profile;
    const own: Spectra = model.kind === 'linear' && model.parameterization === 'unrolled' ? { 'depth.own': [model.steps] } : {};
    return { 'depth.steps': depths, 'depth.measured': measured, ...(predicted && { 'depth.predicted': predicted }), ...own };
  }

  private bestSpectra(): Spectra {
    const { theory, modes, data, experiment } = this.setup;
    const spectra: Spectra = {};
    if (modes !== null) spectra['filter.variance'] = modes.values.subarray(0, this.modes);
    if (theory === null) return spectra;
    if (modes !== null) spectra['filter.predicted'] = strengthsOfMatrix(modes, theory.weights, this.modes);
    if (data.inputs <= widestBest)
      spectra['singular.best'] = singularValues(theory.weights, data.inputs).subarray(0, experiment.model.latent);
    return spectra;
  }
}
