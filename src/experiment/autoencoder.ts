import { z } from 'zod';
import { optimizerSchema, trainingSchema } from './optimizer.ts';

const activation = z.enum(['none', 'relu', 'tanh', 'sigmoid', 'gelu', 'elu', 'softplus']);
const count = z.int().positive();

/** Data made on the spot, with exactly known answers. */
export const generatorSchema = z
  .discriminatedUnion('generator', [
    z.strictObject({
      generator: z.literal('lowRankGaussian'),
      dimensions: count.default(20).describe('Coordinates of a sample. Default 20: large enough for a spectrum, small enough to see.'),
      rank: count.default(4).describe('Coordinates that carry the signal. Default 4.'),
      samples: count.default(2000).describe('Rows. Default 2000: the sample spectrum is close to the true one.'),
      signalVariance: z.number().positive().default(1).describe('Variance of a signal coordinate. Default 1.'),
      noiseVariance: z.number().nonnegative().default(0.05).describe('Variance of every other coordinate. Default 0.05.'),
      rotate: z.boolean().default(true).describe('Turn the coordinates by a random rotation. Default true: no axis gives the answer away.'),
    }),
    z.strictObject({
      generator: z.literal('gaussian'),
      covariance: z.array(z.array(z.number())).min(1).describe('Covariance matrix, row by row, symmetric and positive semidefinite.'),
      samples: count.default(2000).describe('Rows. Default 2000.'),
    }),
    z.strictObject({ generator: z.literal('swissRoll'), samples: count.default(2000), noise: z.number().nonnegative().default(0.05) }),
    z.strictObject({
      generator: z.literal('subspaces'),
      dimensions: count.default(20),
      subspaces: count.default(3),
      rank: count.default(2),
      samples: count.default(2000),
      noise: z.number().nonnegative().default(0.05),
    }),
    z.strictObject({
      generator: z.literal('sparseDictionary'),
      dimensions: count.default(20),
      atoms: count.default(40),
      active: count.default(3),
      samples: count.default(2000),
      noise: z.number().nonnegative().default(0.01),
    }),
  ])
  .describe('Data made on the spot, with exactly known answers.');

/** Where rows come from and what is done to them before the model sees them: split, scale, centre, in this order. */
export const dataSchema = z.strictObject({
  source: z
    .union([z.string().min(1), generatorSchema])
    .describe('"digits", "fashion", a path relative to this file (.csv, .tsv, ...), or a generator.'),
  label: z.string().min(1).optional().describe('Column with labels; it is not an input. Optional: unlabeled data is the normal case.'),
  header: z
    .boolean()
    .optional()
    .describe('Whether the first row of a table names the columns. Default: it does when it holds a value that is not a number.'),
  scale: z
    .enum(['none', 'unit', 'standardize'])
    .optional()
    .describe(
      '"unit" divides images by their maximum and maps table columns to 0..1 on training rows; "standardize" uses training mean and deviation. Default: unit for images, none for tables.',
    ),
  center: z.boolean().default(true).describe('Subtract the training mean. Default true: the closed forms and PCA speak of centred data.'),
  split: z
    .union([
      z.literal('none'),
      z.strictObject({
        validation: z
          .number()
          .nonnegative()
          .default(0.1)
          .describe('Fraction (below 1) or count of rows held out for validation. Default 0.1.'),
        test: z.number().nonnegative().default(0.2).describe('Fraction (below 1) or count of rows held out for the test. Default 0.2.'),
      }),
    ])
    .prefault({})
    .describe('Rows held out, stratified where labels exist; "none": all rows are training rows.'),
});

const latent = count.describe('Numbers in the code of one sample.');

/** What is trained: the encoder and the decoder. */
export const modelSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('linear'),
    parameterization: z
      .enum(['separate', 'leastSquares', 'unrolled'])
      .default('separate')
      .describe(
        'separate: own matrices A and B; leastSquares: the encoder solves for the code; unrolled: it descends towards it. Default separate: the first of the lecture.',
      ),
    latent: latent.default(16),
    bias: z.boolean().default(false).describe('Add a bias to encoder and decoder. Default false: the data are centred.'),
    ridge: z.number().nonnegative().optional().describe('Relative ridge of leastSquares. Default 0.01 under masks, else 1e-6.'),
    steps: count.default(10).describe('Unrolled steps. Default 10.'),
    stepSize: z
      .union([z.number().positive(), z.literal('auto')])
      .default(0.9)
      .describe('Step size of the unrolled descent. Default 0.9.'),
  }),
  z.strictObject({
    kind: z.literal('mlp'),
    hidden: z.array(count).default([64]).describe('Widths of the hidden layers of the encoder; the decoder mirrors them. Default [64].'),
    latent: latent.default(16),
    activation: activation.default('relu').describe('Non-linearity of the hidden layers. Default relu: fast and hard to get wrong.'),
    latentActivation: activation.default('none').describe('Non-linearity of the code. Default none: a relu code loses dead units.'),
    outputActivation: activation.default('none').describe('Non-linearity of the output. Default none: squared error on centred data.'),
    tied: z.boolean().default(false).describe('The decoder uses the transposed encoder weights. Default false.'),
  }),
  z.strictObject({ kind: z.literal('convolutional'), latent: latent.default(16), channels: z.array(count).default([16, 32]) }),
  z.strictObject({ kind: z.literal('custom'), module: z.string().min(1), latent: latent.default(16) }),
]);

/** What is done to an input before the encoder sees it; the target stays clean. */
export const corruptionSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('none') }),
    z.strictObject({
      kind: z.literal('gaussian'),
      sigma: z
        .number()
        .positive()
        .default(0.25)
        .describe('Standard deviation of the noise, in the space of the scaled data. Default 0.25.'),
    }),
    z.strictObject({
      kind: z.literal('mask'),
      ratio: z
        .number()
        .gt(0)
        .lt(1)
        .default(0.5)
        .describe('Chance that a coordinate is dropped (1 - p of the lecture), above 0 and below 1. Default 0.5.'),
      rescale: z
        .boolean()
        .default(true)
        .describe('Multiply what is kept by 1/p while training. Default true: the clean input then needs no other scale.'),
      flags: z.boolean().default(false).describe('Give the mask to the encoder as further inputs. Default false.'),
      shape: z
        .enum(['coordinates', 'blocks'])
        .default('coordinates')
        .describe('Drop single coordinates or square blocks of an image. Default coordinates: the closed forms need it.'),
      blockSize: count.default(2).describe('Side of a block in pixels. Default 2.'),
    }),
  ])
  .default({ kind: 'none' })
  .describe('What is done to an input before the encoder sees it. Default none: a vanilla autoencoder.');

const lossSchema = z
  .strictObject({
    kind: z
      .enum(['squared', 'binaryCrossEntropy'])
      .default('squared')
      .describe('Error of a coordinate. Default squared: it has closed forms.'),
    over: z
      .enum(['all', 'masked', 'visible'])
      .default('all')
      .describe('Which coordinates count; masked and visible need a mask. Default all.'),
  })
  .prefault({})
  .describe('What is minimised: summed over coordinates, averaged over samples.');

const penaltySchema = z
  .strictObject({
    weights: z.number().nonnegative().default(0).describe('g of g(|A|^2 + |B|^2), biases excluded. Default 0.'),
    latentL1: z.number().nonnegative().default(0).describe('Weight of the mean absolute code. Default 0.'),
    latentTopK: z.int().nonnegative().default(0).describe('Keep only this many largest codes; 0 keeps all. Default 0.'),
    latentKl: z.strictObject({ target: z.number().gt(0).lt(1).default(0.05), weight: z.number().nonnegative().default(0) }).prefault({}),
    contractive: z.number().nonnegative().default(0).describe('Weight of the squared Jacobian of the encoder. Default 0.'),
  })
  .prefault({})
  .describe('Terms added to the loss while training.');

const probeSchema = z
  .union([z.literal(false), z.strictObject({ every: count.default(5), labels: count.default(100) })])
  .default(false)
  .describe('Every so many evaluations, a linear and a k-NN probe on frozen latents, when labels exist; false turns it off.');

const downstreamSchema = z
  .strictObject({
    arms: z.array(z.enum(['raw', 'pca', 'scratch', 'frozen', 'fineTune'])).default(['raw', 'pca', 'scratch', 'frozen', 'fineTune']),
    labels: z.array(count).default([10, 50, 200]),
    draws: count.default(5),
    head: z
      .strictObject({ hidden: z.array(count).default([]), loss: z.enum(['crossEntropy', 'squared', 'hinge']).default('crossEntropy') })
      .prefault({}),
  })
  .optional()
  .describe('What the encoder is worth with few labels; runs after training. Absent: not run.');

const viewSchema = z
  .strictObject({
    projection: z
      .enum(['pca', 'umap', 'axes'])
      .default('pca')
      .describe('How codes are drawn in the plane. Default pca: linear, stable, and honest about distances.'),
    points: count.default(2000).describe('Rows of the view sample. Default 2000: every class is visible and a frame stays small.'),
    every: count.default(1).describe('Evaluations between stored frames. Default 1.'),
  })
  .prefault({})
  .describe('What the dashboard keeps of the latents.');

/** Sweep over settings; may stand in any file. */
export const sweepSchema = z
  .strictObject({
    over: z.record(z.string(), z.array(z.unknown()).min(1)),
    how: z.enum(['grid', 'random', 'successiveHalving']).default('grid'),
    trials: count.optional(),
  })
  .optional()
  .describe('Several runs over a grid or a random draw of settings.');

/** What every experiment has, whatever its task. */
export const commonShape = {
  $schema: z.string().optional(),
  version: z.literal(1).describe('Version of this format. Always 1 today.'),
  name: z.string().max(10_000).optional().describe('What people call the run. Default: the name of the file.'),
  seed: z.int().min(0).max(4294967295).default(0).describe('One integer; every random stream is derived from it. Default 0.'),
  optimizer: optimizerSchema,
  training: trainingSchema,
  engine: z
    .enum(['auto', 'compiled', 'tensorflow', 'wasm'])
    .default('auto')
    .describe('Where tensors are computed. Default auto: the fastest that proves itself here.'),
  sweep: sweepSchema,
  expect: z.array(z.string().min(1)).optional().describe('Claims written before the run; its end confirms or refutes them.'),
};

/** The whole autoencoder experiment. */
export const autoencoderSchema = z.strictObject({
  ...commonShape,
  task: z.literal('autoencoder'),
  data: dataSchema,
  model: modelSchema
    .prefault({ kind: 'mlp' })
    .describe('The encoder and the decoder. Default: an mlp with one hidden layer of 64 and 16 latents.'),
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
