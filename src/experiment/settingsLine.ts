import type { AutoencoderExperiment } from './autoencoder.ts';

type Settings = Pick<AutoencoderExperiment, 'model' | 'corruption' | 'loss' | 'optimizer'>;

/**
 * The settings that tell runs apart, in one line: "mlp 64-[64]-16 · gaussian 0.25 · adam 0.001".
 * @param inputs width of an input row; left out where the data are not known yet
 */
export function settingsLine(experiment: Settings, inputs?: number): string {
  const { corruption, loss, optimizer } = experiment;
  const parts = [modelWords(experiment.model, inputs)];
  if (corruption.kind === 'gaussian') parts.push(`gaussian ${corruption.sigma}`);
  if (corruption.kind === 'mask') parts.push(`mask ${corruption.ratio}${corruption.flags ? ' with flags' : ''}`);
  if (loss.kind === 'binaryCrossEntropy') parts.push('cross-entropy');
  if (loss.over !== 'all') parts.push(`over ${loss.over}`);
  parts.push(`${optimizer.kind} ${optimizer.learningRate}`);
  return parts.join(' · ');
}

function modelWords(model: AutoencoderExperiment['model'], inputs?: number): string {
  const layers: (string | number)[] = inputs === undefined ? [] : [inputs];
  if (model.kind === 'mlp' && model.hidden.length > 0) layers.push(`[${model.hidden.join(', ')}]`);
  layers.push(model.latent);
  const kind = model.kind === 'linear' && model.parameterization !== 'separate' ? `linear ${model.parameterization}` : model.kind;
  return `${kind} ${layers.join('-')}`;
}
