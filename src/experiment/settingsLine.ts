import type { AutoencoderExperiment } from './autoencoder.ts';

type Settings = Pick<AutoencoderExperiment, 'model' | 'corruption' | 'loss' | 'penalty' | 'optimizer' | 'downstream'>;

/**
 * The settings that tell runs apart, in one line: "mlp 64-[64]-16 · gaussian 0.25 · adam 0.001".
 * @param inputs width of an input row; left out where the data are not known yet
 */
export function settingsLine(experiment: Settings, inputs?: number): string {
  const { corruption, loss, optimizer } = experiment;
  const parts = [modelWords(experiment.model, inputs)];
  if (corruption.kind === 'gaussian') parts.push(`gaussian ${corruption.sigma}`);
  if (corruption.kind === 'mask') parts.push(maskWords(corruption));
  if (loss.kind === 'binaryCrossEntropy') parts.push('cross-entropy');
  if (loss.over !== 'all') parts.push(`over ${loss.over}`);
  parts.push(...penaltyWords(experiment.penalty), `${optimizer.kind} ${optimizer.learningRate}`);
  if (experiment.downstream?.transductive) parts.push('transductive');
  return parts.join(' · ');
}

function maskWords({ ratio, shape, blockSize, flags }: Extract<Settings['corruption'], { kind: 'mask' }>): string {
  return `mask ${ratio}${shape === 'blocks' ? ` in blocks of ${blockSize}` : ''}${flags ? ' with flags' : ''}`;
}

/** "weights 0.001", "top 4": the penalties that are on. */
function penaltyWords({ weights, latentL1, latentKl, latentTopK, contractive }: Settings['penalty']): string[] {
  const named = { weights, L1: latentL1, KL: latentKl.weight, top: latentTopK, contractive };
  return Object.entries(named).flatMap(([name, value]) => (value > 0 ? [`${name} ${value}`] : []));
}

function modelWords(model: AutoencoderExperiment['model'], inputs?: number): string {
  const layers: (string | number)[] = inputs === undefined ? [] : [inputs];
  if (model.kind === 'mlp' && model.hidden.length > 0) layers.push(`[${model.hidden.join(', ')}]`);
  if (model.kind === 'convolutional') layers.push(`[${model.channels.join(', ')}]`);
  layers.push(model.latent);
  const kind = model.kind === 'linear' && model.parameterization !== 'separate' ? `linear ${model.parameterization}` : model.kind;
  return `${kind} ${layers.join('-')}${model.kind === 'mlp' && model.tied ? ' tied' : ''}`;
}
