import * as z from 'zod';
import { count, dependentSetting, setting } from './setting.ts';

const decay = z.number().min(0).lt(1);

/** How the parameters are moved: the update rule, its rate, and how the rate changes over the run. */
export const optimizerSchema = z
  .strictObject({
    kind: setting(
      z.enum(['sgd', 'momentum', 'adam', 'adamw']).meta({
        meanings: {
          sgd: 'Gradient times rate, nothing else.',
          momentum: 'A velocity that gathers gradients.',
          adam: 'Every parameter at its own pace, by its recent gradients.',
          adamw: 'Adam with decoupled weight decay.',
        },
      }),
      'adam',
      'The update rule.',
      'it needs the least tuning on badly scaled problems.',
    ),
    learningRate: setting(
      z.number().positive(),
      0.001,
      'Step length.',
      "Adam's usual rate, safe for every model here; sgd wants a larger one.",
    ),
    schedule: setting(
      z.enum(['constant', 'cosine', 'linear']).meta({
        meanings: {
          constant: 'The same rate throughout.',
          cosine: 'Half a cosine, down to 0 at the last step.',
          linear: 'A line, down to 0 at the last step.',
        },
      }),
      'constant',
      'How the rate changes over the run.',
      'then no bend of the curve comes from the rate.',
    ),
    warmupSteps: setting(z.int().nonnegative(), 0, 'Steps over which the rate rises from 0 in a line.', 'small models do not need it.'),
    momentum: setting(decay, 0.9, 'Decay of the velocity of momentum.', 'the textbook value: it gathers about ten gradients.'),
    nesterov: setting(
      z.boolean(),
      false,
      'Momentum looks ahead along its velocity.',
      'plain momentum is what people expect under that name.',
    ),
    beta1: setting(decay, 0.9, 'Decay of the mean gradient of adam and adamw.', 'as published.'),
    beta2: setting(decay, 0.999, 'Decay of the mean squared gradient of adam and adamw.', 'as published.'),
    epsilon: setting(z.number().positive(), 1e-8, 'Added to the root of the mean squared gradient.', 'as published.'),
    weightDecay: setting(
      z.number().nonnegative(),
      0.01,
      'Decoupled weight decay of adamw, biases excluded.',
      'the usual value; it has no effect on the other rules.',
    ),
  })
  .prefault({})
  .meta({ description: 'How the parameters are moved.' });

/** How long, in what portions, and how often the run looks at itself. */
export const trainingSchema = z
  .strictObject({
    batchSize: setting(
      z.union([count, z.literal('full')]),
      64,
      'Rows a step, or "full" for all training rows.',
      'fast on a processor, and noisy enough to leave saddles.',
    ),
    epochs: setting(count, 50, 'Passes over the training rows.', 'digits converge in them, within seconds.'),
    steps: dependentSetting(
      count,
      'Steps, instead of epochs; then evaluateEvery and checkpointEvery count steps too.',
      'absent, epochs count.',
    ),
    evaluateEvery: dependentSetting(
      count,
      'Epochs between evaluations (steps where "steps" is given).',
      'every epoch, or a fiftieth of the steps: a curve of fifty points or more.',
    ),
    checkpointEvery: dependentSetting(
      count,
      'Epochs between checkpoints (steps where "steps" is given).',
      'every 10 epochs, or a fiftieth of the steps: little is lost when a run dies.',
    ),
    logEvery: setting(
      count.nullable(),
      null,
      'Steps between logged losses, each the mean since the last; null: total steps / 10,000, at least 1.',
      'a log of at most 10,000 losses stays quick to draw.',
    ),
    patience: setting(
      count.nullable(),
      null,
      'Evaluations without a better validation loss (training loss where no rows are held out) before the run ends, with the best weights; null: never.',
      'a run of known length is easier to compare.',
    ),
  })
  // A section that counts steps has no epochs, so that it reads the same when it is written out with its defaults
  .transform((training) => (training.steps === undefined ? training : { ...training, epochs: undefined }))
  .prefault({})
  .meta({ description: 'How long the run is and how often it looks at itself.' });

/** The optimizer with every default filled in. */
export type Optimizer = z.output<typeof optimizerSchema>;

/** The training section with every default filled in but the ones that depend on the others. */
export type Training = z.output<typeof trainingSchema>;
