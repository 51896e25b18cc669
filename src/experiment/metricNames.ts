/** Splits that losses are measured on. */
const splits = ['train', 'validation', 'test'] as const;
/** What is measured of a split. */
const measures = [
  'loss',
  'lossCorrupted',
  'lossMasked',
  'lossVisible',
  'lossExpected',
  'mse',
  'r2',
  'explainedVariance',
  'nats',
  'bitsPerCharacter',
  'perplexity',
  'maskedAccuracy',
];

/** Metrics of an autoencoder or a language model that have one name each. */
const single = [
  'batch.loss',
  'learningRate',
  'theory.optimum',
  'theory.separateOptimum',
  'theory.gap',
  'theory.angle',
  'theory.uniform',
  'theory.unigram',
  'theory.bigram',
  'theory.entropy',
  'encoder.stepLoad',
  'encoder.bestSteps',
  'encoder.zeroFilledLoss',
  'encoder.clampedLoss',
  'model.pcaAngle',
  'model.orthonormality',
  'model.tyingGap',
  'latent.participationRatio',
  'latent.effectiveRank',
  'latent.numericalRank',
  'latent.deadUnits',
  'latent.deficientSamples',
  'latent.sparsity',
  'latent.identityDistance',
  'latent.noiseError',
  'projection.trustworthiness',
  'projection.continuity',
  ...['linear', 'knn'].flatMap((probe) => ['', '.raw', '.pca'].map((input) => `probe.${probe}${input}.accuracy`)),
];

/** Metrics that there are many of, numbered or named by arms and labels. */
const families = [
  /^theory\.angles\.\d+$/,
  /^modes\.\d+\.(strength|predicted)$/,
  /^downstream\.[A-Za-z]+\.\d+\.accuracy(\.sd|\.ci)?$/,
  /^downstream\.[A-Za-z]+-[A-Za-z]+\.\d+(\.ci)?$/,
];

/** Every metric that has one name. */
export const metricNames: readonly string[] = [...splits.flatMap((split) => measures.map((measure) => `${split}.${measure}`)), ...single];

/** Whether a run of some experiment may have a metric of this name. */
export function isMetricName(name: string): boolean {
  return metricNames.includes(name) || families.some((family) => family.test(name));
}
