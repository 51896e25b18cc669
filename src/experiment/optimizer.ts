import { z } from 'zod';

/** How the parameters are moved: the update rule, its rate, and how the rate changes over the run. */
export const optimizerSchema = z
  .strictObject({
    kind: z
      .enum(['sgd', 'momentum', 'adam', 'adamw'])
      .default('adam')
      .describe('The update rule. Default adam: it needs the least tuning on badly scaled problems.'),
    learningRate: z
      .number()
      .positive()
      .default(0.001)
      .describe('Step length of the optimizer. Default 0.001: the usual rate of Adam, safe for every model here.'),
    schedule: z
      .enum(['constant', 'cosine', 'linear'])
      .default('constant')
      .describe(
        'How the rate changes over the run; cosine and linear end at 0 at the last step. Default constant: nothing to explain on the curve.',
      ),
    warmupSteps: z
      .int()
      .nonnegative()
      .default(0)
      .describe('Steps over which the rate rises linearly from 0. Default 0: small models do not need it.'),
    momentum: z.number().min(0).lt(1).default(0.9).describe('Decay of the velocity of momentum. Default 0.9: the textbook value.'),
    nesterov: z.boolean().default(false).describe('Look ahead along the velocity (Nesterov). Default false: plain momentum.'),
    beta1: z.number().min(0).lt(1).default(0.9).describe('Decay of the first moment of Adam. Default 0.9, as published.'),
    beta2: z.number().min(0).lt(1).default(0.999).describe('Decay of the second moment of Adam. Default 0.999, as published.'),
    epsilon: z.number().positive().default(1e-8).describe('Added to the root of the second moment. Default 1e-8, as published.'),
    weightDecay: z
      .number()
      .nonnegative()
      .default(0.01)
      .describe('Decoupled weight decay of adamw (no effect elsewhere). Default 0.01, as published.'),
  })
  .prefault({})
  .describe('How the parameters are moved.');

/** How long, in what portions, and how often the run looks at itself. */
export const trainingSchema = z
  .strictObject({
    batchSize: z
      .union([z.int().positive(), z.literal('full')])
      .default(64)
      .describe('Rows a step, or "full" for all training rows. Default 64: fast on a processor and noisy enough to leave saddles.'),
    epochs: z.int().positive().default(50).describe('Passes over the training rows. Default 50: digits converge in seconds.'),
    steps: z.int().positive().optional().describe('Steps instead of epochs; then evaluateEvery and checkpointEvery count steps.'),
    evaluateEvery: z
      .int()
      .positive()
      .optional()
      .describe('Epochs between evaluations (steps when "steps" is given). Default 1 epoch, or a fiftieth of the steps.'),
    checkpointEvery: z
      .int()
      .positive()
      .optional()
      .describe('Epochs between checkpoints (steps when "steps" is given). Default 10 epochs, or a fiftieth of the steps.'),
    logEvery: z
      .int()
      .positive()
      .nullable()
      .default(null)
      .describe('Steps between logged losses, each the mean over the stride. Default null: total steps / 10,000, at least 1.'),
    patience: z
      .int()
      .positive()
      .nullable()
      .default(null)
      .describe('Evaluations without a better validation loss before the run ends. Default null: run to the end.'),
  })
  .prefault({})
  .describe('How long the run is and how often it looks at itself.');

/** The optimizer with every default filled in. */
export type Optimizer = z.output<typeof optimizerSchema>;

/** The training section with every default filled in but the ones that depend on the others. */
export type Training = z.output<typeof trainingSchema>;
