import type { Tokenizer } from '../../data/text/tokenizer.ts';
import type { Decoding } from '../../experiment/decoding.ts';
import type { NextTokens } from '../../math/nextTokens.ts';
import type { LanguageMoment } from '../../run/runEvent.ts';
import { finish } from '../../search/finish.ts';
import { search } from '../../search/search.ts';

/** Texts drawn at each moment. */
const TEXTS = 5;

/** Texts that a model writes after the first prompt, drawn by the same random numbers each time, with the prompt before them. */
export function drawTexts(
  model: NextTokens,
  tokenizer: Tokenizer,
  { decoding, seed }: { decoding: Decoding; seed: number },
): NonNullable<LanguageMoment['texts']> {
  const prompt = tokenizer.encode(decoding.prompts[0]!);
  const strategy = { kind: 'sample', temperature: 1, topK: 0, topP: 1, minP: 0, returned: TEXTS, forceEnd: false } as const;
  const { hypotheses } = finish(search({ model, prompt, maxNewTokens: decoding.maxNewTokens, strategy, seed, mostNodes: 0 }));
  return hypotheses.map(({ tokens, logProbability, finished }) => ({
    text: tokenizer.decode([...prompt, ...tokens]),
    logProbability,
    finished,
    ...(tokens.length > 0 && { tokens: tokens.length }),
  }));
}
