import * as z from 'zod';
import { commonShape } from './commonSections.ts';
import { splitSchema } from './dataSection.ts';
import { decodingSchema } from './decoding.ts';
import { textGeneratorSchema } from './generator.ts';
import { count, defaultTag, setting, tag } from './setting.ts';

const probability = z.number().min(0).max(1);
const context = (value: number, why: string) => setting(count, value, 'Tokens that the model sees.', why);
const embedding = setting(count, 24, 'Numbers that stand for a token.', 'about as many as there are letters.');

/** Where text comes from and how it is cut into tokens and samples. */
export const textDataSchema = z
  .strictObject({
    source: z
      .union([z.string().min(1), textGeneratorSchema])
      .describe(
        '"names", "austen", "banana" (the sentences of the lecture), a path of a .txt or .txt.gz relative to this file, or a generator.',
      ),
    tokens: setting(
      z.union([
        z.enum(['characters', 'words']),
        z.strictObject({
          bpe: z
            .int()
            .min(2)
            .default(512)
            .meta({ description: 'Size of the vocabulary that byte pairs are merged to.', why: 'common words become one token.' }),
        }),
        z.strictObject({
          file: z.string().min(1).default('tokenizer.json').meta({
            description: 'Path of a tokenizer.json of Hugging Face, relative to this file: its vocabulary and its ids.',
            why: 'the name that their libraries write it under.',
          }),
        }),
      ]),
      'characters',
      'What a token is.',
      'a vocabulary of a few dozen keeps the model small and quick.',
    ),
    unit: setting(
      z.enum(['lines', 'stream']).meta({
        meanings: { lines: 'Each line is a text of its own and ends with the end token.', stream: 'One text without end.' },
      }),
      'lines',
      'What a text is.',
      'a generated text then knows where to end.',
    ),
    split: splitSchema(0.1, 0.1),
  })
  .describe('Where text comes from and how it is cut into tokens and texts.');

const ngram = z.strictObject({
  kind: tag('ngram', 'Counts how often each token follows the last few; no training.'),
  order: setting(
    count,
    4,
    'Tokens counted together: the next one and order - 1 before it.',
    'the best counted order on small texts is 4 or 5.',
  ),
  smoothing: setting(
    z.union([
      z.enum(['none', 'wittenBell']),
      z.strictObject({
        add: z
          .number()
          .positive()
          .default(0.1)
          .meta({ description: 'Added to every count.', why: 'less than one, or rare contexts turn uniform.' }),
      }),
    ]),
    'wittenBell',
    'What unseen tokens get: nothing, a constant count, or (wittenBell) what shorter contexts say.',
    'the smallest loss of the three.',
  ),
});

const mlp = z.strictObject({
  kind: defaultTag('mlp', 'Embeds the last tokens and feeds them to fully connected layers.', 'the least loss for a minute of training.'),
  context: context(8, 'a word and a bit.'),
  embedding,
  hidden: setting(z.array(count), [128], 'Widths of the hidden layers.', 'one layer that trains in seconds.'),
});

const gru = z.strictObject({
  kind: tag('gru', 'A gated recurrent network: a state that every token changes.'),
  embedding,
  hidden: setting(count, 128, 'Numbers in the state.', 'as much as trains in half a minute.'),
  context: context(32, 'gradients through more steps teach little.'),
});

const transformer = z.strictObject({
  kind: tag('transformer', 'Attention over all tokens of the context.'),
  layers: setting(count, 2, 'Layers of attention.', 'two can copy what followed last time.'),
  heads: setting(count, 4, 'Heads of a layer; divides `width`.', '16 numbers a head at the default width.'),
  width: setting(count, 64, 'Numbers that stand for a position.', 'minutes of training, not hours.'),
  context: context(32, 'a line of a small text.'),
  tiedEmbeddings: setting(
    z.boolean(),
    true,
    'The embeddings of tokens are the output weights too.',
    'fewer parameters, and tokens that are alike are alike on both sides.',
  ),
});

const table = z.strictObject({
  kind: tag('table', 'Written by hand, without training: for trees like those of the lecture.'),
  next: setting(
    z.record(z.string(), z.record(z.string().min(1), probability)),
    {
      '': { a: 0.6, b: 0.4 },
      a: { x: 0.5, y: 0.5 },
      b: { x: 0.9, y: 0.1 },
      'a x': { '</s>': 1 },
      'a y': { '</s>': 1 },
      'b x': { '</s>': 1 },
      'b y': { '</s>': 1 },
    },
    'For the tokens so far, joined by a space, the chances of the next one; "</s>" ends; what is missing has probability 0.',
    'the smallest tree in which the greedy choice is not the most probable text.',
  ),
});

/** What predicts the next token. */
export const languageModelKinds = z.discriminatedUnion('kind', [mlp, ngram, gru, transformer, table]);

const objectiveSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: defaultTag('nextToken', 'Predict each token from those before it.', 'the model can then write.') }),
    z.strictObject({
      kind: tag('maskedToken', 'Predict hidden tokens from both sides.'),
      ratio: setting(z.number().gt(0).lt(1), 0.15, 'Chance that a token is chosen.', 'as published for BERT.'),
      replace: z
        .strictObject({
          mask: setting(probability, 0.8, 'Share of chosen tokens that become the mask token.', 'as published for BERT.'),
          random: setting(probability, 0.1, 'Share that becomes a random token.', 'as published for BERT.'),
          keep: setting(probability, 0.1, 'Share that stays.', 'as published for BERT.'),
        })
        .prefault({})
        .meta({ description: 'What a chosen token is replaced by; the three sum to 1.' }),
      span: setting(count, 1, 'Neighbouring tokens chosen together.', 'single tokens, as published for BERT.'),
    }),
  ])
  .prefault({})
  .meta({ description: 'What is predicted from what.' });

/** A language-model experiment. */
export const languageModelSchema = z.strictObject({
  ...commonShape,
  task: tag('languageModel', 'A model of text, trained to predict tokens, and searched for texts.'),
  data: textDataSchema.optional(),
  model: languageModelKinds.prefault({}).meta({ description: 'What predicts the next token.' }),
  objective: objectiveSchema,
  decoding: decodingSchema,
});

/** A language-model experiment with its defaults. */
export type LanguageModelExperiment = z.output<typeof languageModelSchema>;
/** The data section of a language model; absent for a table. */
export type TextDataSection = z.output<typeof textDataSchema>;
