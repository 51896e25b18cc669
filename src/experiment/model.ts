import * as z from 'zod';
import { count, defaultTag, dependentSetting, setting, tag } from './setting.ts';

const activationNames = z.enum(['none', 'relu', 'tanh', 'sigmoid', 'gelu', 'elu', 'softplus']);
type Activation = z.output<typeof activationNames>;
const activation = (value: Activation, what: string, why: string) => setting(activationNames, value, what, why);

const latent = setting(
  count,
  16,
  'Numbers in the code of one sample.',
  'a quarter of a digit: too few to copy the input, enough to draw it again.',
);

const linear = z.strictObject({
  kind: tag('linear', 'Linear encoder and decoder: the case with closed forms.'),
  parameterization: setting(
    z.enum(['separate', 'leastSquares', 'unrolled']).meta({
      meanings: {
        separate: 'Two matrices of their own, E(x) = Ax and D(l) = Bl.',
        leastSquares: 'One matrix B; the encoder solves for the code that B draws x from best.',
        unrolled: 'One matrix B; the encoder takes a few steps of descent towards that code.',
      },
    }),
    'separate',
    'How the encoder comes about.',
    'the first of the lecture, and the one whose optimum is known under every corruption.',
  ),
  latent,
  bias: setting(z.boolean(), false, 'Add a bias to encoder and decoder.', 'the data are centred.'),
  ridge: dependentSetting(
    z.number().nonnegative(),
    'Ridge of leastSquares, relative to tr(BᵀB)/latent.',
    '0.01 under masks, where few coordinates are left to solve from, else 1e-6.',
  ),
  steps: setting(
    count.max(10_000),
    10,
    'Steps of descent of the unrolled encoder.',
    'near the solution for strong directions, still early for weak ones.',
  ),
  stepSize: setting(
    z.union([z.number().positive(), z.literal('auto')]),
    0.9,
    'Step size of the unrolled descent; "auto": from the largest singular value of B.',
    'close to the fastest stable one where that singular value is 1.',
  ),
  threshold: setting(
    z.number().nonnegative(),
    0,
    'Weight α of the L1 norm of unrolled codes: each step ends in a soft threshold (ISTA).',
    'off: without it the whole is linear and has closed forms.',
  ),
  initialStrength: setting(
    z.number().min(0).lt(1),
    0,
    'Strength s₀ of each principal direction at the start of "separate": A = √s₀ Uᵀ and B = √s₀ U; 0: random weights.',
    'random weights, as people use; from aligned ones every direction has a learning curve in closed form.',
  ),
});

/** Of encoders and decoders that have layers. */
const activations = {
  activation: activation('relu', 'Non-linearity of the hidden layers.', 'fast, and hard to get wrong.'),
  latentActivation: activation('none', 'Non-linearity of the code.', 'a relu code loses units that never come back.'),
  outputActivation: activation('none', 'Non-linearity of the output.', 'centred data take both signs.'),
};

const mlp = z.strictObject({
  kind: defaultTag('mlp', 'Fully connected layers; the decoder mirrors the encoder.', 'it learns something on any data of a fixed width.'),
  hidden: setting(
    z.array(count),
    [64],
    'Widths of the hidden layers of the encoder, from the input on; the decoder mirrors them. [] : none.',
    'one layer, as wide as a digit has pixels: the smallest model that is not linear.',
  ),
  latent,
  ...activations,
  tied: setting(
    z.boolean(),
    false,
    'The decoder uses the transposed weights of the encoder.',
    'whether both agree by themselves is worth seeing.',
  ),
});

const convolutional = z.strictObject({
  kind: tag('convolutional', 'Convolutions of images; the decoder mirrors them.'),
  channels: setting(
    z.array(count).min(1),
    [16, 32],
    'Channels of each layer of the encoder, from the image on; each layer halves the sides.',
    'halving the sides twice suits 28x28 pixels.',
  ),
  kernelSize: setting(count, 3, 'Side of the kernels, in pixels.', 'the smallest that sees the neighbours on every side.'),
  latent,
  ...activations,
});

const custom = z.strictObject({
  kind: tag('custom', 'A module of your own; runs in trusted folders only.'),
  module: setting(z.string().min(1), './model.js', 'Path of the module, relative to this file.', 'a file beside the experiment.'),
  latent,
});

/** What is trained: the encoder and the decoder. */
export const modelSchema = z.discriminatedUnion('kind', [linear, mlp, convolutional, custom]);
