import type { LanguageModelExperiment } from '../../experiment/languageModel.ts';
import { UserError } from '../../experiment/problem.ts';
import { blank } from './blank.ts';
import type { SplitCorpus, TextCorpus } from './textCorpus.ts';
import type { Tokenizer } from './tokenizer.ts';

/**
 * Whether a text is enough for an experiment: long enough for the context, and with every token of its prompts.
 * @throws UserError with the path of the setting
 */
export function requireText(
  experiment: Pick<LanguageModelExperiment, 'model' | 'objective' | 'decoding'>,
  { corpus, splits }: { corpus: TextCorpus; splits: SplitCorpus },
): void {
  requireLength(experiment.model, corpus, splits.train.tokens.length);
  const isMasked = experiment.objective.kind === 'maskedToken';
  for (const prompt of experiment.decoding.prompts) requirePrompt(corpus.tokenizer, prompt, isMasked);
}

function requireLength(model: LanguageModelExperiment['model'], { unit }: TextCorpus, tokens: number): void {
  if (!('context' in model)) return;
  const needed = unit === 'stream' && model.kind !== 'mlp' ? model.context + 1 : 1;
  if (tokens >= needed) return;
  throw new UserError(
    `the training text has ${tokens} tokens, and model.context ${model.context} needs at least ${needed}: make the context smaller or the text longer`,
    'model.context',
  );
}

function requirePrompt(tokenizer: Tokenizer, prompt: string, isMasked: boolean): void {
  try {
    for (const piece of isMasked ? prompt.split(blank) : [prompt]) tokenizer.encode(piece);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(`decoding.prompts ${JSON.stringify(prompt)}: ${error.message}`, 'decoding.prompts');
  }
}
