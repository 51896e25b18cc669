import * as z from 'zod';
import type { RunState } from './runState.ts';

/** What the run of a language model is told apart by: which of its cards there are. */
export interface LanguageFacts {
  /** It fills in hidden tokens and does not write texts. */
  isMasked: boolean;
  /** Its tokens have places of their own: counted models have none. */
  hasEmbeddings: boolean;
  /** Its layers look at other tokens. */
  hasAttention: boolean;
}

const settingsSchema = z.object({
  task: z.literal('languageModel'),
  model: z.object({ kind: z.string() }),
  objective: z.object({ kind: z.string() }),
});

/**
 * What a run tells of its language model; null where it tells of none.
 * @param state what its events tell so far
 * @param settings the experiment as resolved.json has it, which says so before anything has happened
 */
export function languageFacts(
  state: Pick<RunState, 'sample' | 'frames' | 'metrics'>,
  settings: Readonly<Record<string, unknown>> = {},
): LanguageFacts | null {
  const declared = declaredFacts(settings);
  const told = toldFacts(state);
  if (declared === null || told === null) return declared ?? told;
  return {
    isMasked: declared.isMasked,
    hasEmbeddings: declared.hasEmbeddings || told.hasEmbeddings,
    hasAttention: declared.hasAttention || told.hasAttention,
  };
}

function toldFacts({ sample, frames, metrics }: Pick<RunState, 'sample' | 'frames' | 'metrics'>): LanguageFacts | null {
  const names = Object.keys(metrics);
  const hasEmbeddings = sample !== null && sample.tokens !== null;
  const moments = frames.flatMap(({ language }) => (language === null ? [] : [language]));
  if (!hasEmbeddings && moments.length === 0 && !names.some((name) => name.endsWith('.nats'))) return null;
  return {
    isMasked: names.some((name) => name.endsWith('.maskedAccuracy')) || moments.some(({ blanks }) => blanks !== undefined),
    hasEmbeddings,
    hasAttention: moments.some(({ attention }) => attention !== undefined),
  };
}

function declaredFacts(settings: Readonly<Record<string, unknown>>): LanguageFacts | null {
  const { data } = settingsSchema.safeParse(settings);
  if (data === undefined) return null;
  const { model, objective } = data;
  const isNeural = model.kind !== 'ngram' && model.kind !== 'table';
  return { isMasked: objective.kind === 'maskedToken', hasEmbeddings: isNeural, hasAttention: model.kind === 'transformer' };
}
