import * as z from 'zod';

/** What a run is doing. `queued`: waits until others have trained; `interrupted`: dead without a word; `unreachable`: on another machine, no sign of life. */
export const runStatusSchema = z.enum([
  'queued',
  'starting',
  'running',
  'paused',
  'finished',
  'stopped',
  'failed',
  'interrupted',
  'unreachable',
]);
/** What a run is doing. */
export type RunStatus = z.output<typeof runStatusSchema>;

const figure = z.union([z.number(), z.enum(['NaN', 'Infinity', '-Infinity']).transform(Number)]);

/** A claim of the experiment and what the end of the run says of it. */
export const judgedClaimSchema = z.object({
  /** As it was written. */
  text: z.string(),
  verdict: z.enum(['confirmed', 'refuted', 'undecided']),
  /** Both sides at the end; null where a metric is missing. */
  left: figure.nullable(),
  right: figure.nullable(),
  /** Half of what left - right ranged over in the last evaluations, or half its interval over draws, whichever is larger. */
  noise: figure,
  /** Why it is undecided, where it is not the noise. */
  reason: z.string().optional(),
});
/** What the end of a run says of a claim. */
export type JudgedClaim = z.output<typeof judgedClaimSchema>;

/** summary.json: all that the tree and `latent-lab runs` show, rewritten by rename at each evaluation. */
export const runSummarySchema = z.object({
  version: z.literal(1),
  name: z.string(),
  /** Path of the experiment file relative to the workspace of the runs folder, '/' between parts; its name alone where it lies elsewhere. */
  experimentPath: z.string(),
  status: runStatusSchema,
  session: z.int().positive(),
  startedMs: z.number(),
  updatedMs: z.number(),
  endedMs: z.number().nullable(),
  step: z.int().nonnegative(),
  epoch: z.number().nonnegative(),
  totalSteps: z.int().nonnegative(),
  totalEpochs: z.number().nonnegative(),
  /** Seconds spent training, pauses excluded. */
  seconds: z.number().nonnegative(),
  engine: z.string(),
  /** Threads that compute a step; null where nobody said. */
  threads: z.int().positive().nullable().default(null),
  /** Engines that "auto" would rather have taken, with why not. */
  enginePassedOver: z.string().nullable().default(null),
  seed: z.int(),
  /** One line of settings for the tooltip: "mlp 64-[64]-16 · gaussian 0.25 · adam 0.001". */
  settings: z.string(),
  /** Newest value of each metric by its dotted name; non-finite numbers as words. */
  metrics: z.record(z.string(), figure),
  /** What the end of the run says of the claims written before it. */
  claims: z.array(judgedClaimSchema).default([]),
  /** Why it failed or was stopped, one sentence. */
  reason: z.string().nullable(),
});
/** All that a list of runs shows of one run. */
export type RunSummary = z.output<typeof runSummarySchema>;
