import * as z from 'zod';
import { count, setting, tag } from './setting.ts';

const dimensions = setting(count, 20, 'Coordinates of a sample.', 'large enough for a spectrum, small enough to see.');
const samples = setting(count, 2000, 'Rows.', 'the sample spectrum is then close to the true one, and a run takes seconds.');
const noise = (value: number) =>
  setting(
    z.number().nonnegative(),
    value,
    'Standard deviation of the noise added to every coordinate.',
    'visible, yet far below the signal.',
  );

/** Data made on the spot, with exactly known answers. */
export const generatorSchema = z
  .discriminatedUnion('generator', [
    z.strictObject({
      generator: tag('lowRankGaussian', 'Few strong independent directions among many weak ones, turned at random.'),
      dimensions,
      rank: setting(
        count,
        4,
        'Coordinates that carry the signal; at most `dimensions`.',
        'a quarter of the default latents, so both too few and too many can be tried.',
      ),
      samples,
      signalVariance: setting(z.number().positive(), 1, 'Variance of a signal coordinate.', 'the unit that the noise is measured in.'),
      noiseVariance: setting(
        z.number().nonnegative(),
        0.05,
        'Variance of every other coordinate.',
        'a gap in the spectrum of 20 to 1, which every method finds.',
      ),
      rotate: setting(z.boolean(), true, 'Turn the coordinates by a random rotation.', 'no single coordinate then gives the answer away.'),
    }),
    z.strictObject({
      generator: tag('gaussian', 'Samples of a Gaussian with a covariance of your own.'),
      covariance: setting(
        z.array(z.array(z.number()).min(1)).min(1),
        [
          [1, 0.8],
          [0.8, 1],
        ],
        'Covariance matrix, row by row: square, symmetric, positive semidefinite.',
        'two strongly correlated coordinates, the smallest case in which a code can be shorter than its input.',
      ),
      samples,
    }),
    z.strictObject({
      generator: tag('swissRoll', 'A rolled-up sheet in three dimensions; labels tell the place along the roll.'),
      samples,
      noise: noise(0.05),
    }),
    z.strictObject({
      generator: tag('subspaces', 'A union of random subspaces; labels tell which.'),
      dimensions,
      subspaces: setting(count, 3, 'How many subspaces there are.', 'more than one line can separate, few enough to tell by colour.'),
      rank: setting(count, 2, 'Dimension of each subspace; at most `dimensions`.', 'planes can be drawn.'),
      samples,
      noise: noise(0.05),
    }),
    z.strictObject({
      generator: tag('sparseDictionary', 'Sums of a few atoms of a random dictionary; labels tell the strongest.'),
      dimensions,
      atoms: setting(count, 40, 'Atoms of the dictionary.', 'twice as many as dimensions: only a sparse code finds them.'),
      active: setting(count, 3, 'Atoms in a sample; at most `atoms`.', 'few enough that the dictionary can be recovered.'),
      samples,
      noise: noise(0.01),
    }),
  ])
  .describe('Data made on the spot, with exactly known answers.');

/** Text made on the spot, with an entropy that can be computed. */
export const textGeneratorSchema = z
  .discriminatedUnion('generator', [
    z.strictObject({
      generator: tag('markovChain', 'Tokens that depend on the one before only; the entropy rate is known exactly.'),
      transitions: setting(
        z.record(z.string().min(1), z.record(z.string().min(1), z.number().nonnegative())),
        { a: { a: 0.9, b: 0.1 }, b: { a: 0.2, b: 0.8 } },
        'Chance of each next token after each token; every row sums to 1, every token has a row. The first token is drawn from the stationary distribution.',
        'two sticky states, the smallest chain in which context pays.',
      ),
      length: setting(count, 20000, 'Tokens in the text.', 'counted frequencies are then within about a percent of the true ones.'),
    }),
    z.strictObject({
      generator: tag('grammar', 'Sentences of a probabilistic context-free grammar.'),
      rules: setting(
        z.record(z.string().min(1), z.record(z.string(), z.number().positive())),
        {
          S: { 'NP VP': 1 },
          NP: { 'the N': 0.8, 'the N that VP': 0.2 },
          VP: { 'V NP': 0.6, sleeps: 0.4 },
          N: { cat: 0.5, dog: 0.5 },
          V: { sees: 0.5, chases: 0.5 },
        },
        'For each symbol its expansions (symbols and words with spaces between them) and their chances, which sum to 1. A word is what has no rule.',
        'small enough to read, and "that" makes words far apart depend on each other.',
      ),
      start: setting(z.string().min(1), 'S', 'Symbol that a sentence starts from.', 'the usual name.'),
      sentences: setting(count, 2000, 'Sentences in the text.', 'every rule is then used hundreds of times.'),
    }),
  ])
  .describe('Text made on the spot, with an entropy that can be computed.');
