import { autoencoderSchema } from '../../src/experiment/autoencoder.ts';

const models = [
  { kind: 'linear', latent: 3 },
  { kind: 'mlp', hidden: [6], latent: 3, activation: 'relu' },
  { kind: 'mlp', hidden: [6, 5], latent: 3, activation: 'tanh' },
];
const corruptions = [
  { kind: 'none' },
  { kind: 'gaussian', sigma: 0.2 },
  { kind: 'mask', ratio: 0.4 },
  { kind: 'mask', ratio: 0.4, rescale: false, flags: true },
];
const losses = ['squared', 'binaryCrossEntropy'].flatMap((kind) => ['all', 'masked', 'visible'].map((over) => ({ kind, over })));
const optimizers = [
  { kind: 'sgd', learningRate: 0.01 },
  { kind: 'momentum', learningRate: 0.01 },
  { kind: 'momentum', nesterov: true, learningRate: 0.01 },
  { kind: 'adam', learningRate: 0.003 },
  { kind: 'adamw', learningRate: 0.003, weightDecay: 0.1 },
];

/** Every model under every corruption, loss and optimizer that go together, by a name that says them. */
export const parityCases = models.flatMap((model) =>
  corruptions.flatMap((corruption) =>
    losses
      .filter(({ over }) => over === 'all' || corruption.kind === 'mask')
      .flatMap((loss) =>
        optimizers.map((optimizer) => ({
          name: [model, corruption, loss, optimizer].map((part) => Object.values(part).join(' ')).join(', '),
          experiment: autoencoderSchema.parse({
            version: 1,
            task: 'autoencoder',
            data: { source: 'digits', scale: 'unit', center: false },
            model,
            corruption,
            loss,
            optimizer,
          }),
        })),
      ),
  ),
);
