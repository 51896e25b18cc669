/** What is said of a metric wherever it is shown. */
export interface MetricFacts {
  label: string;
  definition: string;
}

const measures: Record<string, [label: string, definition: string]> = {
  loss: ['loss', 'error summed over coordinates, averaged over samples, on the clean input'],
  lossCorrupted: ['corrupted', 'loss of the reconstruction from a corrupted input; the corruption is stored, the same at each evaluation'],
  lossMasked: ['masked', 'loss over the coordinates that were hidden only'],
  lossVisible: ['visible', 'loss over the coordinates that were kept only'],
  lossExpected: ['expected', 'exact expectation of the loss over the corruption'],
  mse: ['mse', 'squared error averaged over coordinates and samples: loss / inputs'],
  r2: ['R²', '1 - squared error / variance: 1 is perfect, 0 is as good as the mean'],
};

const splits: Record<string, string> = {
  train: 'training rows',
  validation: 'validation rows',
  test: 'test rows',
  batch: 'the batches since the last point',
};

const others: Record<string, [label: string, definition: string]> = {
  'batch.loss': ['batch', 'loss that the optimizer saw, averaged over the batches since the last point, corruption included'],
  learningRate: ['learning rate', 'step size of the optimizer at this step'],
  'theory.optimum': ['best linear code', 'smallest loss that a linear autoencoder of this width can reach on these data, in closed form'],
  'theory.gap': ['gap to theory', '(loss - optimum) / optimum'],
  'theory.angle': ['angle to theory', 'largest principal angle between the learned and the optimal subspace, in degrees'],
  'latent.participationRatio': ['participation ratio', '(sum of eigenvalues)² / sum of squared eigenvalues of the covariance of the codes'],
  'latent.effectiveRank': ['effective rank', 'exp of the entropy of the normalised eigenvalues of the covariance of the codes'],
  'latent.deadUnits': ['dead units', 'codes that do not change over the sample'],
  'latent.identityDistance': ['distance to identity', 'how far encoder and decoder together are from changing nothing'],
  'probe.linear.accuracy': ['linear probe', 'share of held-out labels that a linear classifier on frozen codes gets right'],
  'probe.knn.accuracy': ['k-NN probe', 'share of held-out labels that the nearest codes vote right'],
};

/** Label and definition of a metric by its dotted name; a name of somebody else's is its own label. */
export function metricFacts(name: string): MetricFacts {
  const known = others[name];
  if (known) return { label: known[0], definition: known[1] };
  const dot = name.indexOf('.');
  const split = splits[name.slice(0, dot)];
  const measure = measures[name.slice(dot + 1)];
  if (dot < 0 || !split || !measure) return { label: name.slice(0, 80), definition: 'a metric of this run' };
  const label = measure[0] === 'loss' ? name.slice(0, dot) : `${name.slice(0, dot)} ${measure[0]}`;
  return { label, definition: `${measure[1]}, over the ${split}` };
}

/** Whether a curve belongs on the loss card. */
export const isLossCurve = (name: string): boolean => /\.(loss|lossCorrupted|lossMasked|lossVisible|lossExpected|nats)$/.test(name);

/** The curve that stands for the run: validation where there is one. */
export function mainCurve(names: Iterable<string>): string | null {
  const all = new Set(names);
  for (const name of ['validation.loss', 'train.loss', 'batch.loss', 'validation.nats', 'train.nats']) if (all.has(name)) return name;
  return [...all].find(isLossCurve) ?? null;
}
