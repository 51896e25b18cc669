import type { DecodingStrategy } from '../experiment/decoding.ts';
import { UserError } from '../experiment/problem.ts';
import type { NextTokens } from '../math/nextTokens.ts';
import type { Answer } from '../protocol/server.ts';
import { bestSeenByLength } from '../search/bestSeenByLength.ts';
import type { MemoisedTokens } from '../search/memoised.ts';
import { search } from '../search/search.ts';
import type { Constraints } from '../search/searchResult.ts';
import type { AskedTexts } from './askedTexts.ts';
import { encodePrompt } from './encodePrompt.ts';
import { lengthsOf } from './lengthsOf.ts';
import { runInSlices } from './runInSlices.ts';
import type { SearchedModel } from './textModel.ts';

/** What is searched for. */
export interface TextsAsk {
  prompt: string;
  /** Default: what the experiment says. */
  maxNewTokens?: number;
  strategy?: DecodingStrategy;
  constraints: Constraints;
  /** Nodes of the tree at most; 0: neither the tree nor the texts of each length are wanted. */
  mostNodes: number;
}

/**
 * Searches the texts of a loaded model.
 * @throws PromptError for an unknown token; UserError for settings that contradict each other; the signal's reason when it is aborted
 */
export async function searchTexts(
  { title, experiment }: Pick<AskedTexts, 'title' | 'experiment'>,
  model: SearchedModel,
  ask: TextsAsk,
  signal: AbortSignal,
): Promise<Answer<'decode'>> {
  const startMs = performance.now();
  const { maxNewTokens = experiment.decoding.maxNewTokens, strategy = experiment.decoding.strategy, constraints, mostNodes } = ask;
  requireSense(strategy, constraints, model.vocabulary.length);
  const prompt = encodePrompt(model, ask.prompt);
  const counted = countNew(model.next);
  const task = { model: counted.model, prompt, maxNewTokens, strategy, constraints, mostNodes, seed: experiment.seed };
  const result = await runInSlices(search(task), signal);
  const seconds = (performance.now() - startMs) / 1000;
  // a rule about repetition is no part of the dynamic program
  const isFree = !('noRepeatNgram' in strategy && strategy.noRepeatNgram > 0);
  const computed = mostNodes > 0 && isFree ? await lengthsOf(model, { prompt, maxNewTokens, constraints }, signal) : null;
  const lengths = computed ?? (mostNodes > 0 ? bestSeenByLength(result, model.end) : []);
  return {
    title,
    vocabulary: [...model.vocabulary],
    end: model.end,
    prompt,
    maxNewTokens,
    strategy,
    ...result,
    hypotheses: result.hypotheses.map((hypothesis) => ({ ...hypothesis, text: model.decode(hypothesis.tokens) })),
    newCalls: counted.newCalls(),
    lengths: lengths.map(({ length, logProbability, tokens, isExact }) => ({
      length,
      logProbability,
      text: model.decode(tokens),
      isExact,
    })),
    seconds,
  };
}

/** What the schemas of the question cannot tell. */
function requireSense(strategy: DecodingStrategy, { forced, forbidden }: Constraints, size: number): void {
  if ('beams' in strategy && strategy.returned > strategy.beams)
    throw new UserError(
      `returned must be at most beams ${strategy.beams}, got ${strategy.returned}: ask for fewer texts or keep more beams`,
      'decoding.strategy.returned',
    );
  const asked = [...forced, ...forbidden.flatMap(({ token, after }) => [token, ...(after ?? [])])];
  const unknown = asked.find((token) => token >= size);
  if (unknown !== undefined)
    throw new UserError(`a forced or forbidden token is ${unknown}, and the vocabulary has ${size}: leave it out`, 'decoding');
}

/** The same model, and how many of the calls made through it were new to it; others may ask it at the same time. */
function countNew(model: MemoisedTokens): { model: NextTokens; newCalls: () => number } {
  let newCalls = 0;
  const next: NextTokens['next'] = (prefixes) => {
    const before = model.newCalls;
    const rows = model.next(prefixes);
    newCalls += model.newCalls - before;
    return rows;
  };
  const { size, end, state } = model;
  return { model: { size, end, next, ...(state !== undefined && { state }) }, newCalls: () => newCalls };
}
