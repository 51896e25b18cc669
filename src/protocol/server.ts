import * as z from 'zod';
import { strategySchema } from '../experiment/decoding.ts';
import type { Constraints, ExactReport, Hypothesis, SearchNode } from '../search/searchResult.ts';
import { measured } from './infinities.ts';

/** What a data source turned out to be. */
export const dataFactsSchema = z.object({
  rows: z.int().nonnegative(),
  /** Names of the input columns (label column excluded). */
  columns: z.array(z.string()),
  /** Columns of the file that could be labels, the label column among them. */
  allColumns: z.array(z.string()),
  imageShape: z.tuple([z.int().positive(), z.int().positive()]).nullable(),
  labelNames: z.array(z.string()),
  hash: z.string(),
});
/** What a data source turned out to be. */
export type DataFacts = z.output<typeof dataFactsSchema>;

const problemSchema = z.object({
  path: z.string(),
  message: z.string(),
  severity: z.enum(['error', 'warning']),
  fix: z.string().optional(),
  offset: z.number(),
  length: z.number(),
  line: z.number(),
  column: z.number(),
});

/** A model that can be asked for texts: a stored run, or an experiment whose model is written by hand or counted on the spot. */
export const askedModelSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('run'), folder: z.string() }),
  /** Text as in the editor, path for relative sources. */
  z.object({ kind: z.literal('experiment'), text: z.string(), path: z.string() }),
]);
/** A model that can be asked for texts. */
export type AskedModel = z.output<typeof askedModelSchema>;

const token = z.int().nonnegative();

/** What people ask of every hypothesis beside the strategy. */
export const constraintsSchema = z.object({
  forced: z.array(token).default([]),
  forbidden: z.array(z.object({ token, after: z.array(token).nullable() })).default([]),
}) satisfies z.ZodType<Constraints>;

const hypothesisSchema = z.object({
  tokens: z.array(token),
  logProbabilities: z.array(measured),
  logProbability: measured,
  score: measured,
  finished: z.boolean(),
  node: token.nullable(),
  /** As people read it, without the prompt and the end token. */
  text: z.string(),
}) satisfies z.ZodType<Hypothesis & { text: string }>;

const searchNodeSchema = z.object({
  id: token,
  parent: token.nullable(),
  token,
  logProbability: measured,
  sum: measured,
  depth: token,
  score: measured,
  fate: z.enum(['kept', 'pruned', 'finished']),
  reason: z
    .enum([
      'outranked',
      'endOutsideBeam',
      'displaced',
      'bound',
      'recombined',
      'forbidden',
      'repeatedNgram',
      'stopped',
      'cannotEnd',
      'notTaken',
    ])
    .nullable(),
  missedBy: measured.nullable(),
  rank: token.nullable(),
  born: token,
  decided: token,
}) satisfies z.ZodType<SearchNode>;

const exactSchema = z.object({
  proven: z.boolean(),
  nodes: token,
  log10Texts: measured,
  log10Visited: measured,
  log10RuledOut: z.object({ bound: measured, recombined: measured, impossible: measured }),
}) satisfies z.ZodType<ExactReport>;

/** The best finished text of one length. */
const lengthSchema = z.object({
  length: token,
  logProbability: measured,
  text: z.string(),
  /** Whether no text of that length can be better. */
  isExact: z.boolean(),
});

/** The whole conversation with the model server: name of the question -> what is asked, what is answered. */
export const questions = {
  /** What is in this data file? */
  describeData: {
    ask: z.object({ source: z.string(), folder: z.string(), label: z.string().optional(), header: z.boolean().optional() }),
    answer: dataFactsSchema,
  },
  /** Does this experiment fit its data? Text as in the editor, path for relative sources. */
  checkExperiment: { ask: z.object({ text: z.string(), path: z.string() }), answer: z.object({ problems: z.array(problemSchema) }) },
  /** What does this model make of this prompt? Without strategy and length: as its experiment says. */
  decode: {
    ask: z.object({
      model: askedModelSchema,
      prompt: z.string(),
      maxNewTokens: z.int().nonnegative().optional(),
      // what is left out stays so: the schema by itself would put its own default there
      strategy: z.union([z.undefined(), strategySchema]).optional(),
      constraints: constraintsSchema.prefault({}),
      /** Nodes of the tree to send at most. */
      mostNodes: z.int().nonnegative().default(2000),
    }),
    answer: z.object({
      /** "names, mlp (finished run of 2 h ago)": what was asked, in words. */
      title: z.string(),
      /** Tokens by id; the end token is the last where there is one. */
      vocabulary: z.array(z.string()),
      end: token.nullable(),
      prompt: z.array(token),
      maxNewTokens: token,
      strategy: strategySchema,
      hypotheses: z.array(hypothesisSchema),
      /** Distinct prefixes that the search asked for, and those of them that were not known from an earlier search. */
      modelCalls: token,
      newCalls: token,
      nodes: z.array(searchNodeSchema),
      moments: token,
      unlisted: token,
      exact: exactSchema.nullable(),
      lengths: z.array(lengthSchema),
      seconds: z.number(),
    }),
  },
  /** What does a model of masked tokens put into the blanks ("[MASK]") of this sentence? */
  fillBlanks: {
    ask: z.object({ model: askedModelSchema, text: z.string(), candidates: z.int().positive().default(8) }),
    answer: z.object({
      title: z.string(),
      vocabulary: z.array(z.string()),
      tokens: z.array(
        z.object({
          /** What stands there, filled where it was blank. */
          text: z.string(),
          /** For a blank: the most probable tokens; null for a token that was given. */
          candidates: z.array(z.object({ text: z.string(), probability: z.number() })).nullable(),
        }),
      ),
      text: z.string(),
    }),
  },
} as const;

/** Names of the questions. */
export type Question = keyof typeof questions;
/** What is asked with a question. */
export type Ask<Q extends Question> = z.input<(typeof questions)[Q]['ask']>;
/** What is answered to a question. */
export type Answer<Q extends Question> = z.output<(typeof questions)[Q]['answer']>;
/** A handler for every question: a missing one does not compile. */
export type Answerers = { [Q in Question]: (ask: z.output<(typeof questions)[Q]['ask']>, signal: AbortSignal) => Promise<Answer<Q>> };
