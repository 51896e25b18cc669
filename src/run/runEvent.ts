import * as z from 'zod';
import { judgedClaimSchema } from './runSummary.ts';

/** A number as JSON can carry it: the three values JSON lacks are words. */
const number = z.union([z.number(), z.enum(['NaN', 'Infinity', '-Infinity']).transform(Number)]);
const step = z.int().nonnegative();
/** Milliseconds since 1970. With `seconds` the only thing in which two equal runs differ. */
const timed = { timeMs: z.number() };
const metrics = z.record(z.string(), number);

/** A way to a classifier with few labels. */
export const armSchema = z.enum(['raw', 'pca', 'scratch', 'frozen', 'fineTune']);
/** The head of such a classifier: widths of its hidden layers, and what it minimises. */
export const headSchema = z.object({ hidden: z.array(z.int().positive()), loss: z.enum(['crossEntropy', 'squared', 'hinge']) });

/** What a language model does at one moment. */
export const languageMomentSchema = z.object({
  /** Texts drawn from it, always by the same random numbers; ln p is of the whole text. */
  texts: z
    .array(
      z.object({
        text: z.string(),
        logProbability: number,
        finished: z.boolean(),
        /** Tokens that ln p is the sum of, the end token included where it was drawn; absent where nobody said. */
        tokens: z.int().positive().optional(),
      }),
    )
    .optional(),
  /** A sentence with hidden tokens, and what it takes them for, the most probable first. */
  blanks: z
    .array(
      z.object({
        /** The true token. */
        token: z.string(),
        /** Null for a token that is shown. */
        candidates: z.array(z.object({ token: z.string(), probability: number })).nullable(),
      }),
    )
    .optional(),
  /** Who looks at whom in one text: float32 [layers, heads, tokens, tokens], rows look at columns. */
  attention: z.object({ file: z.string(), layers: z.int().positive(), heads: z.int().positive(), tokens: z.array(z.string()) }).optional(),
});
/** What a language model does at one moment. */
export type LanguageMoment = z.output<typeof languageMomentSchema>;

/** What can happen in a run: one line of events.jsonl each, in the past tense. */
export const runEventSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('runStarted'),
    ...timed,
    version: z.literal(1),
    /** Number of this sitting: 1, then one more for each time the run is resumed. Orders name it. */
    session: z.int().positive(),
    /** A later sitting that begins from the start, for want of a checkpoint: what the log says before it is void. */
    anew: z.literal(true).optional(),
    name: z.string(),
    totalSteps: step,
    totalEpochs: z.number().nonnegative(),
    stepsPerEpoch: z.int().positive(),
    logEvery: z.int().positive(),
    engine: z.string(),
    /** Threads that compute a step; absent where nobody said. */
    threads: z.int().positive().optional(),
    /** Engines that "auto" would rather have taken, with why not; absent when there are none. */
    enginePassedOver: z.string().optional(),
    parameters: step,
    rows: z.object({ train: step, validation: step, test: step }),
  }),
  /** The fixed rows whose codes and reconstructions are kept. Files lie in arrays/. */
  z.object({
    kind: z.literal('sampleSaved'),
    ...timed,
    /** Rows whose codes are kept. */
    rows: step,
    /** Class index of each of those rows, -1 where there is none; empty when the data have no labels. */
    labels: z.array(z.int()),
    labelNames: z.array(z.string()),
    /** Split of each row: 0 training, 1 validation, 2 test. */
    splits: z.array(z.int().min(0).max(2)),
    /** How many of the first rows have stored inputs and reconstructions (at most 64). */
    pictured: step,
    /** [height, width] where the inputs are images. */
    imageShape: z.tuple([z.int().positive(), z.int().positive()]).nullable(),
    columns: z.array(z.string()),
    /** float32 [pictured, inputs] in the units of the file (centring and scaling undone); null where rows are tokens. */
    inputs: z.string().nullable(),
    /** Language models: the token that each row stands for. */
    tokens: z.array(z.string()).optional(),
    /** float32 [pictured, inputs], the stored evaluation corruption of the inputs; null without corruption. */
    corrupted: z.string().nullable(),
    /** float32 [rows]: number of each kept row in the data, from 0 on. */
    indices: z.string().optional(),
  }),
  z.object({ kind: z.literal('stepFinished'), ...timed, step, epoch: z.number(), metrics }),
  z.object({ kind: z.literal('evaluated'), ...timed, step, epoch: z.number(), metrics }),
  z.object({
    kind: z.literal('frameSaved'),
    ...timed,
    step,
    epoch: z.number(),
    /** float32 [rows, latent] */
    latents: z.string(),
    /** float32 [rows, 2], signs and order held to the frame before. */
    projection: z.string(),
    /** Shares of the variance along the two axes of the projection. */
    explained: z.tuple([number, number]),
    /** float32 [pictured, inputs] in the units of the file; null where rows are tokens. */
    reconstructions: z.string().nullable(),
    /** Language models: what the model does at this moment. */
    language: languageMomentSchema.optional(),
    /** Short lists of numbers about the model at this moment, one after the other in one float32 file: names, and how many numbers each has. */
    spectra: z.object({ file: z.string(), parts: z.array(z.object({ name: z.string(), length: step })) }).optional(),
  }),
  /** Every second frame went; from now on one of `stride` is kept. `kept` are the steps that remain. */
  z.object({ kind: z.literal('framesThinned'), ...timed, step, stride: z.int().positive(), kept: z.array(step) }),
  z.object({ kind: z.literal('checkpointSaved'), ...timed, step, folder: z.string() }),
  z.object({ kind: z.literal('checkpointSkipped'), ...timed, step, reason: z.string() }),
  z.object({ kind: z.literal('paused'), ...timed, step }),
  z.object({ kind: z.literal('continued'), ...timed, step }),
  z.object({ kind: z.literal('learningRateChanged'), ...timed, step, learningRate: z.number().positive() }),
  z.object({ kind: z.literal('warned'), ...timed, step, message: z.string() }),
  /** What the end of the run says of the claims written before it. */
  z.object({
    kind: z.literal('claimsJudged'),
    ...timed,
    step,
    claims: z.array(judgedClaimSchema),
  }),
  /** Classifiers that learn from few labels are about to be compared (again): an older comparison is out of date. */
  z.object({
    kind: z.literal('downstreamStarted'),
    ...timed,
    step,
    arms: z.array(armSchema).min(1),
    /** Budgets: labels in total. */
    labels: z.array(z.int().positive()).min(1),
    draws: z.int().positive(),
    head: headSchema,
    /** The encoder has seen the inputs of the test rows. */
    transductive: z.boolean(),
    classes: z.array(z.string()),
    /** Test rows that are asked. */
    testRows: step,
  }),
  z.object({
    kind: z.literal('downstreamMeasured'),
    ...timed,
    step,
    arm: armSchema,
    labels: z.int().positive(),
    /** Number of the draw, from 0: the same labelled rows for every arm. */
    draw: step,
    /** Share of the test rows that are named right. */
    accuracy: number,
    /** Means over the test rows whose class has a labelled row. */
    losses: z.object({ crossEntropy: number, squared: number, hinge: number }),
    /** C of the head; null where there is none. */
    strength: z.number().nullable(),
    /** Positions in `classes` of those without a labelled row in this draw. */
    unseen: z.array(step),
  }),
  z.object({
    kind: z.literal('downstreamFinished'),
    ...timed,
    step,
    /** float32 [arms, budgets, classes, classes]: test rows by their class and by the class they were given, all draws together. */
    confusion: z.string(),
    metrics,
  }),
  z.object({ kind: z.literal('resumed'), ...timed, session: z.int().positive(), fromStep: step }),
  z.object({ kind: z.literal('runFinished'), ...timed, step, epoch: z.number(), seconds: z.number(), metrics }),
  z.object({ kind: z.literal('runStopped'), ...timed, step, epoch: z.number(), seconds: z.number(), reason: z.string() }),
  z.object({ kind: z.literal('runFailed'), ...timed, step, message: z.string(), detail: z.string().optional() }),
]);

/** One thing that happened in a run. */
export type RunEvent = z.output<typeof runEventSchema>;
/** The words for what can happen. */
export type RunEventKind = RunEvent['kind'];
/** An event before it is written: the writer adds the time. */
export type UntimedRunEvent = RunEvent extends infer E ? (E extends RunEvent ? Omit<E, 'timeMs'> : never) : never;
