import * as z from 'zod';

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

/** The whole conversation with the model server: name of the question -> what is asked, what is answered. */
export const questions = {
  /** What is in this data file? */
  describeData: {
    ask: z.object({ source: z.string(), folder: z.string(), label: z.string().optional(), header: z.boolean().optional() }),
    answer: dataFactsSchema,
  },
  /** Does this experiment fit its data? Text as in the editor, path for relative sources. */
  checkExperiment: { ask: z.object({ text: z.string(), path: z.string() }), answer: z.object({ problems: z.array(problemSchema) }) },
} as const;

/** Names of the questions. */
export type Question = keyof typeof questions;
/** What is asked with a question. */
export type Ask<Q extends Question> = z.input<(typeof questions)[Q]['ask']>;
/** What is answered to a question. */
export type Answer<Q extends Question> = z.output<(typeof questions)[Q]['answer']>;
/** A handler for every question: a missing one does not compile. */
export type Answerers = { [Q in Question]: (ask: z.output<(typeof questions)[Q]['ask']>, signal: AbortSignal) => Promise<Answer<Q>> };
