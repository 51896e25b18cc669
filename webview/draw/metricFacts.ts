/** What is said of a metric wherever it is shown. */
export interface MetricFacts {
  label: string;
  /** Its name where nothing around it says what it is; the label where that is enough. */
  alone: string;
  definition: string;
}

const measures: Record<string, [label: string, definition: string]> = {
  loss: ['loss', 'error summed over coordinates, averaged over samples, on the clean input'],
  lossCorrupted: ['corrupted', 'loss of the reconstruction from a corrupted input; the corruption is stored, the same at each evaluation'],
  lossMasked: ['masked', 'loss over the coordinates that were hidden only'],
  lossVisible: ['visible', 'loss over the coordinates that were kept only'],
  lossExpected: ['expected', 'exact expectation of the loss over the corruption'],
  nats: [
    'loss',
    '-ln of the probability that the model gives to the right token, averaged over the tokens that it predicts, the end of a text included',
  ],
  perplexity: ['perplexity', 'e to the power of the loss in nats: among how many equally likely tokens the model is in doubt'],
  bitsPerCharacter: ['bits a character', 'loss of the whole text in bits (nats / ln 2) by its characters, whatever the tokens are'],
  maskedAccuracy: ['masked accuracy', 'share of hidden tokens for which the most probable token is the right one'],
  mse: ['mse', 'squared error averaged over coordinates and samples: loss / inputs'],
  r2: ['R²', '1 - squared error / variance: 1 is perfect, 0 is as good as the mean'],
  explainedVariance: [
    'explained variance',
    '1 - variance of the error / variance: R² if the mean error of every coordinate were taken away',
  ],
};

const splits: Record<string, string> = {
  train: 'training rows',
  validation: 'validation rows',
  test: 'test rows',
  batch: 'the batches since the last point',
};

const others: Record<string, [label: string, definition: string]> = {
  'batch.loss': ['batch', 'loss that the optimizer saw, averaged over the batches since the last point, corruption and penalties included'],
  learningRate: ['learning rate', 'step size of the optimizer at this step'],
  'theory.optimum': ['best linear code', 'smallest loss that a linear autoencoder of this width can reach on these data, in closed form'],
  'theory.separateOptimum': [
    'best of two matrices',
    'smallest loss that two separate matrices could reach under this mask, in closed form: what an encoder that knows the mask has to beat',
  ],
  'theory.uniform': ['uniform', 'ln of the number of tokens: the loss of guessing blindly'],
  'theory.unigram': ['unigram', 'loss of counting how often each token occurs, without any context; on the validation text'],
  'theory.bigram': ['bigram', 'loss of counting which token follows which; on the validation text'],
  'theory.entropy': [
    'entropy of the source',
    'what no model can go below: exact entropy a token of the source that made the text, for hidden tokens given all that is shown',
  ],
  'theory.gap': ['gap to theory', '(loss - optimum) / optimum'],
  'theory.angle': ['angle to theory', 'largest principal angle between the learned and the optimal subspace, in degrees'],
  'latent.participationRatio': ['participation ratio', '(sum of eigenvalues)² / sum of squared eigenvalues of the covariance of the codes'],
  'encoder.stepLoad': [
    'step load',
    'step size of the unrolled descent times the largest squared singular value of B: beyond 1 it overshoots, beyond 2 it diverges',
  ],
  'latent.deficientSamples': [
    'deficient samples',
    'training samples that a mask leaves fewer visible inputs than codes: many codes fit them exactly',
  ],
  'encoder.bestSteps': [
    'best number of steps',
    'steps of descent towards the code at which the expected loss under this noise is least, at the present B: stopping early denoises',
  ],
  'encoder.zeroFilledLoss': [
    'loss if zeros were filled in',
    'what the encoder would lose if it took dropped inputs for measured zeros, on the first training rows and their stored mask',
  ],
  'encoder.clampedLoss': [
    'loss with dropped inputs left out',
    'loss of the encoder as it is, which leaves dropped inputs out of its residual, on the same rows and masks',
  ],
  'model.pcaAngle': [
    'angle to PCA',
    'largest principal angle in degrees between the columns of the decoder and as many principal directions of the training rows',
  ],
  'model.orthonormality': ['distance to orthonormal', '|BᵀB - I|: 0 where the columns of the decoder are orthonormal'],
  'model.tyingGap': ['tying gap', '|A - Bᵀ|: 0 where encoder and decoder are transposes of each other, as a weight penalty makes them'],
  'latent.numericalRank': ['numerical rank', 'eigenvalues of the covariance of the codes above 1e-10 of the largest'],
  'latent.effectiveRank': ['effective rank', 'exp of the entropy of the normalised eigenvalues of the covariance of the codes'],
  'latent.deadUnits': ['dead units', 'codes that stay within 1e-8 of 0 on every training row'],
  'latent.sparsity': ['sparsity', 'Hoyer’s (√k - |l|₁ / |l|₂) / (√k - 1), averaged over samples: 0 is all codes alike, 1 a single one'],
  'latent.identityDistance': [
    'distance to identity',
    '|W - I| / √inputs of encoder and decoder together, as one matrix W, for networks of their Jacobian around a few rows: 0 copies everything, 1 keeps nothing',
  ],
  'latent.noiseError': [
    'error on white noise',
    'share of white noise, as large as the training rows vary, that is not given back: noise has nothing to learn, so 0 means copying',
  ],
  'probe.linear.accuracy': [
    'linear probe',
    'share of validation labels that a linear classifier gets right; it learned from the codes of a few labelled training rows',
  ],
  'probe.knn.accuracy': [
    'k-NN probe',
    'share of validation labels that the five nearest labelled training rows vote right, by their codes',
  ],
  'probe.linear.raw.accuracy': ['linear probe, inputs', 'what the linear probe finds in the inputs themselves: a code should beat it'],
  'probe.knn.raw.accuracy': ['k-NN probe, inputs', 'what the k-NN probe finds in the inputs themselves: a code should beat it'],
  'probe.linear.pca.accuracy': ['linear probe, PCA', 'what the linear probe finds in as many principal components as there are codes'],
  'probe.knn.pca.accuracy': ['k-NN probe, PCA', 'what the k-NN probe finds in as many principal components as there are codes'],
  'projection.trustworthiness': [
    'trustworthiness',
    'how far neighbours in the latent view are neighbours in truth: 1 - penalty for the ranks of strangers among the 12 nearest; 1 is best',
  ],
  'projection.continuity': [
    'continuity',
    'how far true neighbours stay neighbours in the latent view: trustworthiness with codes and picture swapped; 1 is best',
  ],
};

/** Label and definition of a metric by its dotted name; a name of somebody else's is its own label. */
export function metricFacts(name: string): MetricFacts {
  const known = others[name];
  if (known) return { label: known[0], alone: known[0], definition: known[1] };
  const dot = name.indexOf('.');
  const split = splits[name.slice(0, dot)];
  const measure = measures[name.slice(dot + 1)];
  if (dot < 0 || !split || !measure) return strange(name.slice(0, 80));
  const label = measure[0] === 'loss' ? name.slice(0, dot) : `${name.slice(0, dot)} ${measure[0]}`;
  const alone = name.endsWith('.nats') ? `${label} nats` : label;
  return { label, alone, definition: `${measure[1]}, over the ${split}` };
}

const strange = (name: string): MetricFacts => ({ label: name, alone: name, definition: 'a metric of this run' });

/** Whether a curve belongs on the loss card. */
export const isLossCurve = (name: string): boolean => /\.(loss|lossCorrupted|lossMasked|lossVisible|lossExpected|nats)$/.test(name);

/** The curve that stands for the run: validation where there is one. */
export function mainCurve(names: Iterable<string>): string | null {
  const all = new Set(names);
  for (const name of ['validation.loss', 'validation.nats', 'train.loss', 'train.nats', 'batch.loss']) if (all.has(name)) return name;
  return [...all].find(isLossCurve) ?? null;
}
