import { UserError } from '../experiment/problem.ts';
import type { NextTokens } from '../math/nextTokens.ts';
import { bestByLength, type LengthBest } from '../search/bestByLength.ts';
import type { Constraints } from '../search/searchResult.ts';
import { runInSlices } from './runInSlices.ts';
import type { SearchedModel } from './textModel.ts';

/** Prompts of a model whose best texts are kept. */
const MOST_KEPT = 8;

/** What a dynamic program found: null where the states are too many. */
interface Found {
  maxNewTokens: number;
  lengths: readonly LengthBest[] | null;
}

/** By model and by what was asked; penalties have no part in it. */
const kept = new WeakMap<SearchedModel, Map<string, Found>>();

/** What is asked about the texts of each length. */
export interface LengthsAsk {
  prompt: readonly number[];
  maxNewTokens: number;
  constraints: Constraints;
}

/**
 * The best finished text of every length, for models with few states; computed once for all penalties and strategies.
 * @returns null where it cannot be known: too many states, or a table without a row that no search has to reach
 */
export async function lengthsOf(model: SearchedModel, ask: LengthsAsk, signal: AbortSignal): Promise<readonly LengthBest[] | null> {
  const { states } = model;
  if (states === null) return null;
  const known = kept.get(model) ?? new Map<string, Found>();
  kept.set(model, known);
  const key = JSON.stringify([ask.prompt, ask.constraints]);
  let found = known.get(key);
  // what holds for more tokens holds for fewer; what is not known for more may be for fewer
  if (found === undefined || found.maxNewTokens < ask.maxNewTokens || (found.lengths === null && found.maxNewTokens > ask.maxNewTokens)) {
    found = { maxNewTokens: ask.maxNewTokens, lengths: await compute(states, ask, signal) };
    known.delete(key);
    known.set(key, found);
    const [oldest] = known.keys();
    if (known.size > MOST_KEPT) known.delete(oldest!);
  }
  return found.lengths?.filter(({ length }) => length <= ask.maxNewTokens) ?? null;
}

async function compute(model: NextTokens, ask: LengthsAsk, signal: AbortSignal): Promise<readonly LengthBest[] | null> {
  try {
    return (await runInSlices(bestByLength({ model, ...ask }), signal))?.lengths ?? null;
  } catch (error) {
    if (error instanceof UserError) return null;
    throw error;
  }
}
