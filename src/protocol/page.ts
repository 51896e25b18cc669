import * as z from 'zod';
import type { RunDownstream } from '../run/downstreamState.ts';
import { armSchema, headSchema } from '../run/runEvent.ts';
import { runStatusSchema } from '../run/runSummary.ts';
import { pageThemeSchema } from './pageTheme.ts';

const step = z.int().nonnegative();
const buffer = z.instanceof(ArrayBuffer);
/** A measured number: unlike JSON, a message carries NaN and the infinities of a diverged run. */
const measured = z.custom<number>((value) => typeof value === 'number', 'expected a number');

/** A curve as the page first sees it: what there is, and at most 512 samples of it (min/max pairs of equal stretches). */
const curveSchema = z.object({
  name: z.string(),
  length: step,
  /** float64 pairs (step, value) */
  samples: buffer,
});

/** A short list of numbers about the model at one moment: float32. */
const spectrumSchema = z.object({ name: z.string(), values: buffer });

const frameSchema = z.object({ step, epoch: z.number(), explained: z.tuple([measured, measured]) });

const headLosses = z.object({ crossEntropy: measured, squared: measured, hinge: measured });

/** What a language model did at one moment, as its event tells it, with the numbers of the attention in place of their file. */
const languageSchema = z.object({
  texts: z.array(z.object({ text: z.string(), logProbability: measured, finished: z.boolean(), tokens: z.int().positive().optional() })),
  blanks: z.array(
    z.object({
      token: z.string(),
      candidates: z.array(z.object({ token: z.string(), probability: measured })).nullable(),
    }),
  ),
  attention: z
    .object({
      layers: z.int().positive(),
      heads: z.int().positive(),
      tokens: z.array(z.string()),
      /** float32 [layers, heads, tokens, tokens], null where the file is missing or damaged */
      values: buffer.nullable(),
    })
    .nullable(),
});

/** The comparison of arms with few labels, as far as it has come: the state's own form. */
const downstreamSchema = z.object({
  step,
  arms: z.array(armSchema),
  labels: z.array(z.int()),
  draws: z.int(),
  head: headSchema,
  transductive: z.boolean(),
  classes: z.array(z.string()),
  testRows: step,
  measured: z.array(
    z.object({
      arm: armSchema,
      labels: z.int(),
      draw: step,
      accuracy: measured,
      losses: headLosses,
      strength: z.number().nullable(),
      unseen: z.array(step),
    }),
  ),
  confusion: z.string().nullable(),
}) satisfies z.ZodType<RunDownstream>;

/** What the header, the sentence and the timeline show: small, sent whole each time it changes. */
export const runViewSchema = z.object({
  id: z.string(),
  name: z.string(),
  status: runStatusSchema,
  step,
  epoch: z.number(),
  totalSteps: step,
  totalEpochs: z.number(),
  elapsedSeconds: z.number(),
  remainingSeconds: z.number().nullable(),
  engine: z.string(),
  seed: z.int(),
  learningRate: z.number().nullable(),
  /** The computed sentence under the header. */
  sentence: z.string(),
  reason: z.string().nullable(),
  metrics: z.record(z.string(), measured),
  /** What the end of the run says of the claims of its file, and the numbers in words. */
  claims: z.array(z.object({ text: z.string(), verdict: z.enum(['confirmed', 'refuted', 'undecided']), words: z.string() })),
  downstream: downstreamSchema.nullable(),
  /** Null for a run that is no language model's, or does not tell yet. */
  language: z.object({ isMasked: z.boolean(), hasEmbeddings: z.boolean(), hasAttention: z.boolean() }).nullable(),
  /** Marks on the timeline. */
  marks: z.array(z.object({ step, kind: z.enum(['checkpoint', 'order', 'warning']), text: z.string() })),
  /** Lines of the log or arrays that could not be read. */
  skipped: step,
});

/** The fixed rows that latents and reconstructions belong to. */
export const sampleViewSchema = z.object({
  rows: step,
  labels: z.array(z.int()),
  labelNames: z.array(z.string()),
  pictured: step,
  imageShape: z.tuple([z.int().positive(), z.int().positive()]).nullable(),
  columns: z.array(z.string()),
  /** float32 [pictured, inputs], absent where the file is missing */
  inputs: buffer.nullable(),
  corrupted: buffer.nullable(),
  /** The token that each row stands for; null for other rows. */
  tokens: z.array(z.string()).nullable(),
});

/** What the page remembers of how it was looked at, by run. */
export const viewStateSchema = z.object({
  logY: z.boolean().default(false),
  /** How the loss of a language model is read: nats a token, perplexity, or bits a character. */
  lossUnit: z.enum(['nats', 'perplexity', 'bits']).default('nats'),
  /** Step of the head while dragged; null follows the live end. */
  head: step.nullable().default(null),
  hiddenLabels: z.array(z.string()).default([]),
  hiddenCurves: z.array(z.string()).default([]),
  /** Metrics with a small chart of their own. */
  metrics: z.array(z.string()).default([]),
  /** Share of the past in a smoothed curve; 0 draws the points as they are. */
  smoothing: z.number().min(0).max(0.99).default(0),
  folded: z.array(z.string()).default([]),
});

/** What the page keeps with setState: the serializer revives the panel of run `id` from it. */
export const pageStateSchema = z.object({ id: z.string(), view: viewStateSchema });

/** From the host to the page. */
export const toPage = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('snapshot'),
    run: runViewSchema,
    curves: z.array(curveSchema),
    frames: z.array(frameSchema),
    sample: sampleViewSchema.nullable(),
    view: viewStateSchema,
  }),
  /** What is new since the last post: header whole, new points of curves raw, new frames of the index. `cut`: drop all later than this step first (resumed). */
  z.object({
    kind: z.literal('progress'),
    run: runViewSchema,
    /** `from` is the index of the first of these points in the whole curve; float64 pairs (step, value). */
    points: z.array(z.object({ name: z.string(), from: step, samples: buffer })),
    frames: z.array(frameSchema),
    /** Steps of all frames that remain, when some went. */
    kept: z.array(step).nullable(),
    cut: step.nullable(),
    sample: sampleViewSchema.nullable(),
  }),
  /** Answer to askCurve: float64 pairs (step, value), thinned to min/max pairs. */
  z.object({ kind: z.literal('curve'), request: step, name: z.string(), samples: buffer }),
  /** Answer to askFrame; a null buffer is a missing or damaged array. */
  z.object({
    kind: z.literal('frame'),
    request: step,
    step,
    projection: buffer.nullable(),
    reconstructions: buffer.nullable(),
    spectra: z.array(spectrumSchema),
    language: languageSchema.nullable(),
  }),
  /** Answer to askConfusion: float32 [arms, budgets, classes, classes], null where the file is missing or damaged. */
  z.object({ kind: z.literal('confusion'), request: step, values: buffer.nullable() }),
  /** Answer to compareCodes: float64 pairs (step, linear CKA) against the last codes of the run of that name. */
  z.object({ kind: z.literal('similarity'), name: z.string(), rows: step, samples: buffer }),
  z.object({ kind: z.literal('notice'), message: z.string() }),
]);

/** From the page to the host. */
export const fromPage = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready') }),
  /** `from` and `to` are steps; at most `pairs` min/max pairs come back. A newer request for the same name supersedes. */
  z.object({
    kind: z.literal('askCurve'),
    request: step,
    name: z.string(),
    from: z.number(),
    to: z.number(),
    pairs: z.int().positive().max(20000),
  }),
  z.object({ kind: z.literal('askFrame'), request: step, step }),
  /** Test rows by class and by the class they were given, of the comparison with few labels. */
  z.object({ kind: z.literal('askConfusion'), request: step }),
  /** The host asks people which run to compare with. */
  z.object({ kind: z.literal('compareCodes') }),
  /** The host opens the page on which the model of this run is searched for texts. */
  z.object({ kind: z.literal('searchTexts') }),
  z.object({ kind: z.literal('order'), order: z.enum(['stop', 'pause', 'resume', 'step']) }),
  z.object({ kind: z.literal('setLearningRate'), learningRate: z.number().positive() }),
  z.object({ kind: z.literal('viewChanged'), view: viewStateSchema }),
  z.object({ kind: z.literal('copy'), text: z.string().max(100_000) }),
  /** `name` has no ending; `content` is text, and base64 (without a data: prefix) for a PNG. */
  z.object({
    kind: z.literal('save'),
    name: z.string().max(200),
    type: z.enum(['png', 'svg', 'csv']),
    content: z.string().max(20_000_000),
  }),
  /** The whole page becomes a file that opens without the editor, in the colours it has now. */
  z.object({ kind: z.literal('savePage'), theme: pageThemeSchema }),
  /** The page hit a bug; the host logs it. */
  z.object({ kind: z.literal('failed'), message: z.string().max(10_000) }),
  /** Measured by the page, for the benchmark: milliseconds since the page's start when its first loss point was drawn. */
  z.object({ kind: z.literal('firstPointDrawn'), atMs: z.number() }),
]);

/** A message from the host to the page. */
export type ToPage = z.output<typeof toPage>;
/** A message from the page to the host. */
export type FromPage = z.output<typeof fromPage>;
/** What a language model did at one moment. */
export type LanguageView = z.output<typeof languageSchema>;
/** The header's facts. */
export type RunView = z.output<typeof runViewSchema>;
/** The fixed rows that latents and reconstructions belong to. */
export type SampleView = z.output<typeof sampleViewSchema>;
/** How the page was looked at. */
export type ViewState = z.output<typeof viewStateSchema>;
/** A handler for every message of a union: a missing one does not compile. */
export type Handlers<M extends { kind: string }> = { [K in M['kind']]: (message: Extract<M, { kind: K }>) => void };
