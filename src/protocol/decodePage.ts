import * as z from 'zod';
import { strategySchema } from '../experiment/decoding.ts';
import { constraintsSchema, questions } from './server.ts';

const request = z.int().nonnegative();
const tokens = z.int().nonnegative();

/** A search that is laid over the tree beside the one that is asked for. */
export const overlaySchema = z.enum(['greedy', 'sample', 'exact']);

/** Whose texts are searched for: a stored run, or the experiment in a file that needs no run (its address as text). */
export const decodeOriginSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('run'), id: z.string() }),
  z.object({ kind: z.literal('experiment'), uri: z.string() }),
]);

/** What the page remembers of how it was looked at. */
export const decodeViewSchema = z.object({
  prompt: z.string(),
  maxNewTokens: tokens,
  strategy: strategySchema,
  constraints: constraintsSchema,
  /** Searches laid over the tree. */
  overlays: z.array(overlaySchema).default([]),
  /** How strong each length penalty is in the panel of lengths: alpha, alpha, perToken. */
  strengths: z.object({ power: z.number().default(1), gnmt: z.number().default(0.6), reward: z.number().default(0.5) }).prefault({}),
  /** The sentence whose blanks are filled, for models of masked tokens. */
  blanks: z.string().default(''),
  folded: z.array(z.string()).default([]),
});

/** What the page keeps with setState: the serializer revives the panel of `origin` from it. */
export const decodePageStateSchema = z.object({ origin: decodeOriginSchema, view: decodeViewSchema });

/** From the host to the page. */
export const toDecodePage = z.discriminatedUnion('kind', [
  /** Answer to `ready`: what the page is about, and how its experiment would search. The page then asks by itself. */
  z.object({
    kind: z.literal('snapshot'),
    origin: decodeOriginSchema,
    /** Name of the run or of the experiment. */
    name: z.string(),
    /** A model of masked tokens fills blanks; it is not searched. */
    isMasked: z.boolean(),
    /** Beginnings that the experiment names; the first is searched at once unless a view says otherwise. */
    prompts: z.array(z.string()),
    maxNewTokens: tokens,
    strategy: strategySchema,
    /** How it was looked at last; null: not yet, or somebody asked for a certain prompt (the first of `prompts`). */
    view: decodeViewSchema.nullable(),
  }),
  /** The model server has begun with this request (loading the model may take seconds, which `detail` says: "loading the checkpoint"). */
  z.object({ kind: z.literal('searching'), request, detail: z.string().nullable() }),
  /** Answer to `search`: the server's, as it is. */
  z.object({ kind: z.literal('decoded'), request, answer: questions.decode.answer }),
  /** Answer to `fill`. */
  z.object({ kind: z.literal('filled'), request, answer: questions.fillBlanks.answer }),
  /** Answer to a `search` or `fill` that people cancelled. */
  z.object({ kind: z.literal('cancelled'), request }),
  /** A request failed. `message` is for people; `offer` is a prompt (or a sentence with blanks) that would work, where one is known. */
  z.object({ kind: z.literal('failed'), request, message: z.string(), offer: z.string().nullable().default(null) }),
  /** Something to know that belongs to no request. */
  z.object({ kind: z.literal('notice'), message: z.string() }),
]);

/** From the page to the host. */
export const fromDecodePage = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready') }),
  /**
   * Answered by `decoded`, `failed` or `cancelled` with the same `request`. A newer search with the same `overlay` supersedes the older
   * one, which may then stay without an answer. `strategy` is the one to use also where `overlay` is set.
   */
  z.object({
    kind: z.literal('search'),
    request,
    /** Null: the search that the page is about; else what is laid over its tree. */
    overlay: overlaySchema.nullable(),
    prompt: z.string().max(100_000),
    maxNewTokens: tokens,
    strategy: strategySchema,
    constraints: constraintsSchema,
  }),
  /** Answered by `filled`, `failed` or `cancelled`. A newer one supersedes. */
  z.object({ kind: z.literal('fill'), request, text: z.string().max(100_000), candidates: z.int().positive() }),
  /** All requests under way. */
  z.object({ kind: z.literal('cancel') }),
  z.object({ kind: z.literal('viewChanged'), view: decodeViewSchema }),
  z.object({ kind: z.literal('copy'), text: z.string().max(100_000) }),
  /** `name` has no ending; `content` is text, and base64 (without a data: prefix) for a PNG. */
  z.object({
    kind: z.literal('save'),
    name: z.string().max(200),
    type: z.enum(['svg', 'png', 'json', 'csv']),
    content: z.string().max(50_000_000),
  }),
  /** The page hit a bug; the host logs it. */
  z.object({ kind: z.literal('failed'), message: z.string().max(10_000) }),
]);

/** A message from the host to the page of a search. */
export type ToDecodePage = z.output<typeof toDecodePage>;
/** A message from the page of a search to the host. */
export type FromDecodePage = z.output<typeof fromDecodePage>;
/** A search laid over the tree. */
export type Overlay = z.output<typeof overlaySchema>;
/** Whose texts are searched for. */
export type DecodeOrigin = z.output<typeof decodeOriginSchema>;
/** How the page was looked at. */
export type DecodeView = z.output<typeof decodeViewSchema>;
