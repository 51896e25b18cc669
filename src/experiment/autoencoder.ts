import * as z from 'zod';
import { commonShape } from './commonSections.ts';
import { dataSchema } from './dataSection.ts';
import { modelSchema } from './model.ts';
import { count, defaultTag, setting, tag } from './setting.ts';

export { dataSchema } from './dataSection.ts';
export { generatorSchema } from './generator.ts';
export { modelSchema } from './model.ts';

/** What is done to an input before the encoder sees it; the target stays clean. */
export const corruptionSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: defaultTag('none', 'The encoder sees the clean input.', 'a vanilla autoencoder is where comparisons start.') }),
    z.strictObject({
      kind: tag('gaussian', 'Gaussian noise, drawn anew at every presentation.'),
      sigma: setting(
        z.number().positive(),
        0.25,
        'Standard deviation of the noise, in the space of the scaled data.',
        'a quarter of the range of scaled images: seen by eye, undone by a good model.',
      ),
    }),
    z.strictObject({
      kind: tag('mask', 'Coordinates are dropped at random, anew at every presentation.'),
      ratio: setting(
        z.number().gt(0).lt(1),
        0.5,
        'Chance that a coordinate is dropped (1 - p of the lecture), above 0 and below 1.',
        'half is left: hard enough that copying does not pay.',
      ),
      rescale: setting(
        z.boolean(),
        true,
        'Multiply what is kept by 1/p while training.',
        'the clean input then needs no other scale; without it a large ratio ends in a far worse loss.',
      ),
      flags: setting(
        z.boolean(),
        false,
        'Give the mask to the encoder as further inputs.',
        'on centred data a dropped coordinate already reads as its mean.',
      ),
      shape: setting(
        z.enum(['coordinates', 'blocks']).meta({
          meanings: { coordinates: 'Each coordinate by itself.', blocks: 'Square blocks of an image.' },
        }),
        'coordinates',
        'What is dropped together.',
        'the closed forms hold for independent coordinates.',
      ),
      blockSize: setting(count, 2, 'Side of a block, in pixels.', 'a quarter of the side of a digit.'),
    }),
  ])
  .prefault({})
  .meta({ description: 'What is done to an input before the encoder sees it; the target stays clean.' });

const lossSchema = z
  .strictObject({
    kind: setting(
      z.enum(['squared', 'binaryCrossEntropy']).meta({
        meanings: {
          squared: 'Squared error.',
          binaryCrossEntropy: 'Cross-entropy of values from 0 to 1; needs data.center false and data.scale that ends in 0..1.',
        },
      }),
      'squared',
      'Error of a coordinate.',
      'its optimum has a closed form.',
    ),
    over: setting(
      z.enum(['all', 'masked', 'visible']).meta({
        meanings: {
          all: 'Every coordinate.',
          masked: 'Dropped coordinates only, divided by the ratio; needs a mask.',
          visible: 'Kept coordinates only, divided by 1 - ratio; needs a mask.',
        },
      }),
      'all',
      'Which coordinates count.',
      'one number that is comparable under every corruption.',
    ),
  })
  .prefault({})
  .meta({ description: 'What is minimised: summed over coordinates, averaged over samples.' });

const weight = z.number().nonnegative();
const penaltySchema = z
  .strictObject({
    weights: setting(weight, 0, 'g of g(|A|² + |B|²), biases excluded.', 'off: one effect at a time.'),
    latentL1: setting(weight, 0, 'Weight of the sum of absolute codes.', 'off: one effect at a time.'),
    latentTopK: setting(
      z.int().nonnegative(),
      0,
      'Keep only this many largest codes of a sample; 0 keeps all.',
      'off: one effect at a time.',
    ),
    latentKl: z
      .strictObject({
        target: setting(
          z.number().gt(0).lt(1),
          0.05,
          'Mean activity that each unit is drawn to.',
          'each unit speaks for one sample in twenty.',
        ),
        weight: setting(weight, 0, 'Weight of the divergence.', 'off: one effect at a time.'),
      })
      .prefault({})
      .meta({ description: 'Divergence of the mean activity of each unit from a target.' }),
    contractive: setting(weight, 0, 'Weight of the squared Jacobian of the encoder.', 'off: one effect at a time.'),
  })
  .prefault({})
  .meta({ description: 'Terms added to the loss while training; reported losses exclude them.' });

const probeSchema = z
  .union([
    z.literal(false),
    z.strictObject({
      every: setting(count, 5, 'Evaluations between probes.', 'a probe costs more than an evaluation and moves more slowly.'),
      labels: setting(count, 100, 'Labels in total, over all classes, from training rows.', 'few: that is when a code must be good.'),
    }),
  ])
  .default(false)
  .meta({
    description: 'A linear and a k-NN probe on frozen codes, every so many evaluations, when labels exist; false turns it off.',
    why: 'a run is then as fast as it can be.',
  });

const arms = z.enum(['raw', 'pca', 'scratch', 'frozen', 'fineTune']).meta({
  meanings: {
    raw: 'A head on the inputs themselves.',
    pca: 'A head on principal components, as many as latents.',
    scratch: 'Encoder and head trained together from the start, on the labeled rows only.',
    frozen: 'A head on the frozen codes.',
    fineTune: 'The head first, then everything at a third of the rate.',
  },
});
const downstreamSchema = z
  .strictObject({
    arms: setting(
      z.array(arms).min(1),
      ['raw', 'pca', 'scratch', 'frozen', 'fineTune'],
      'What is compared.',
      'a code is worth what it adds to every baseline.',
    ),
    labels: setting(
      z.array(count).min(1),
      [10, 50, 200],
      'Labels in total, over all classes; one comparison each.',
      'from one a class to where a head alone does well.',
    ),
    draws: setting(count, 5, 'Draws of the labeled rows, the same for all arms.', 'enough for an interval of paired differences.'),
    transductive: setting(
      z.boolean(),
      false,
      'Let the encoder see the inputs of the test rows while it trains, without their labels.',
      'test rows then stand for rows that come later; seen ones flatter every arm that uses the encoder.',
    ),
    head: z
      .strictObject({
        hidden: setting(
          z.array(count),
          [],
          'Widths of the hidden layers of the head.',
          'a linear head shows what the code itself has made simple.',
        ),
        loss: setting(
          z.enum(['crossEntropy', 'squared', 'hinge']),
          'crossEntropy',
          'What the head minimises.',
          'its outputs are probabilities.',
        ),
      })
      .prefault({})
      .meta({ description: 'What is trained on the codes.' }),
  })
  .optional()
  .meta({ description: 'What the encoder is worth with few labels; runs after training.', why: 'absent, it is not run.' });

const viewSchema = z
  .strictObject({
    projection: setting(
      z.enum(['pca', 'umap', 'axes']).meta({
        meanings: {
          pca: 'The two strongest directions.',
          umap: 'Neighbours stay neighbours; distances mean little.',
          axes: 'The first two codes.',
        },
      }),
      'pca',
      'How codes are drawn in the plane.',
      'linear, stable from frame to frame, and honest about distances.',
    ),
    points: setting(count, 2000, 'Rows whose codes are kept.', 'every class is visible and a frame stays small.'),
    every: setting(count, 1, 'Evaluations between frames.', 'evaluations are rare enough.'),
  })
  .prefault({})
  .meta({ description: 'What the dashboard keeps of the codes.' });

/** The whole autoencoder experiment. */
export const autoencoderSchema = z.strictObject({
  ...commonShape,
  task: tag('autoencoder', 'An encoder and a decoder, trained to give back their input.'),
  data: dataSchema,
  model: modelSchema.prefault({}).meta({ description: 'The encoder and the decoder.' }),
  corruption: corruptionSchema,
  loss: lossSchema,
  penalty: penaltySchema,
  probe: probeSchema,
  downstream: downstreamSchema,
  view: viewSchema,
});

/** An autoencoder experiment with its defaults, before the data are known. */
export type AutoencoderExperiment = z.output<typeof autoencoderSchema>;
/** The model section of an autoencoder. */
export type AutoencoderModel = AutoencoderExperiment['model'];
/** The corruption section of an autoencoder. */
export type Corruption = AutoencoderExperiment['corruption'];
/** The loss section of an autoencoder. */
export type Loss = AutoencoderExperiment['loss'];
/** The data section of an autoencoder. */
export type DataSection = AutoencoderExperiment['data'];
/** The comparison of arms with few labels. */
export type DownstreamSection = NonNullable<AutoencoderExperiment['downstream']>;
/** One of the ways to a classifier that are compared. */
export type DownstreamArm = DownstreamSection['arms'][number];
/** What a head minimises: stands for the share of wrong rows, which has no slope. */
export type HeadLoss = DownstreamSection['head']['loss'];
