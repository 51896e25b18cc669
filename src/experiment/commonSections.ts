import * as z from 'zod';
import { optimizerSchema, trainingSchema } from './optimizer.ts';
import { count, dependentSetting, setting } from './setting.ts';

/** Sweep over settings; may stand in any file. */
export const sweepSchema = z
  .strictObject({
    over: setting(
      z.record(z.string().min(1), z.array(z.unknown()).min(1)),
      {},
      'For each dotted path the values to try: { "model.latent": [2, 8, 32] }.',
      'nothing varies until it is named.',
    ),
    how: setting(
      z.enum(['grid', 'random', 'successiveHalving']).meta({
        meanings: {
          grid: 'Every combination.',
          random: 'Combinations drawn at random.',
          successiveHalving: 'Many short runs; the better half of them goes on, and again.',
        },
      }),
      'grid',
      'How combinations are chosen.',
      'few values in few places, and nothing left to chance.',
    ),
    trials: dependentSetting(count, 'Runs at most.', 'all combinations of a grid; 9 where combinations are drawn.'),
  })
  .optional()
  .meta({ description: 'Several runs over a grid or a random draw of settings.', why: 'absent, the file is one run.' });

/** What every experiment has, whatever its task. */
export const commonShape = {
  $schema: z.string().optional().meta({ description: 'Address of a JSON Schema, for other editors; not read here.', why: 'not needed.' }),
  version: z.literal(1).describe('Version of this format; always 1 today.'),
  name: dependentSetting(z.string().max(10_000), 'What people call the run.', 'the name of the file.'),
  seed: setting(
    z.int().min(0).max(4294967295),
    0,
    'One whole number from which every stream of random numbers is derived (initial weights, split, order, noise, masks, ...).',
    'the same file gives the same run.',
  ),
  optimizer: optimizerSchema,
  training: trainingSchema,
  engine: setting(
    z.enum(['auto', 'compiled', 'tensorflow', 'wasm']).meta({
      meanings: {
        auto: 'The first that works here and can run this experiment: compiled, tensorflow, wasm.',
        compiled: 'Gradients as one graph on ONNX Runtime, then the optimizer in place: the fastest on most machines.',
        tensorflow: 'TensorFlow’s native library, once it is installed.',
        wasm: 'TensorFlow.js on WebAssembly: slower, and works everywhere.',
      },
    }),
    'auto',
    'Where tensors are computed. The command line wins over this, this over the setting.',
    'a file then runs on any machine, on the fastest engine there; the run records which one and why.',
  ),
  sweep: sweepSchema,
  expect: z.array(z.string().min(1)).optional().meta({
    description:
      'Claims written before the run, "test.loss < 1.6" or "train.loss < 0.9 * theory.optimum": <, <=, > or >= between sums of numbers, metrics, and numbers times metrics. Its end confirms each, refutes it, or leaves it undecided: where both sides are nearer to each other than the noise (half of what their difference ranged over in the last five evaluations, or half its interval over draws of labels), or where a metric is missing.',
    why: 'absent, nothing is claimed.',
  }),
};
