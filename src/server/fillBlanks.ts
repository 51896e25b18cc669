import { blank } from '../data/text/blank.ts';
import { UserError } from '../experiment/problem.ts';
import { PromptError } from '../experiment/promptError.ts';
import type { Answer, Answerers } from '../protocol/server.ts';
import { askedTexts, type ModelDesk } from './decode.ts';
import { encodePrompt } from './encodePrompt.ts';
import type { FilledModel } from './textModel.ts';

/**
 * Fills the blanks of a sentence by a model of masked tokens.
 * @throws PromptError for an unknown token or a sentence without a blank; UserError for everything else that a user can mend
 */
export async function fillBlanks(
  ask: Parameters<Answerers['fillBlanks']>[0],
  { place, models }: ModelDesk,
  signal: AbortSignal,
): Promise<Answer<'fillBlanks'>> {
  const asked = await askedTexts(ask.model, place);
  return models.use(asked, signal, async (model) => {
    if (model.kind === 'searched')
      throw new UserError('this model predicts the next token, and only one of masked tokens fills blanks: search its texts instead');
    return { title: asked.title, ...fillSentence(model, ask.text, ask.candidates) };
  });
}

/**
 * A sentence with its blanks filled.
 * @param text with "[MASK]" for each blank
 * @throws PromptError for an unknown token or a sentence without a blank
 */
export function fillSentence(model: FilledModel, text: string, candidates: number): Omit<Answer<'fillBlanks'>, 'title'> {
  const tokens = encodeBlanks(model, text);
  const { vocabulary } = model;
  const filled = model.fill(tokens, candidates);
  return {
    vocabulary: [...vocabulary],
    tokens: filled.map((one) => ({
      text: vocabulary[one.token]!,
      candidates: one.candidates?.map(({ token, probability }) => ({ text: vocabulary[token]!, probability })) ?? null,
    })),
    text: model.decode(filled.map(({ token }) => token)),
  };
}

function encodeBlanks(model: FilledModel, text: string): (number | null)[] {
  const pieces = text.split(blank);
  if (pieces.length === 1)
    throw new PromptError(`the sentence has no blank to fill: write one as ${blank}`, text === '' ? blank : withLastBlank(text));
  return pieces.flatMap((_, i) => {
    const ids: (number | null)[] = encodePiece(model, pieces, i);
    return i === 0 ? ids : [null, ...ids];
  });
}

/** What is offered is the whole sentence. */
function encodePiece(model: FilledModel, pieces: readonly string[], i: number): number[] {
  try {
    return encodePrompt(model, pieces[i]!);
  } catch (error) {
    if (!(error instanceof PromptError) || error.offer === null) throw error;
    throw new PromptError(error.message, pieces.with(i, error.offer).join(blank));
  }
}

/** The sentence with its last character or word blanked. */
function withLastBlank(text: string): string {
  return text.includes(' ') ? text.replace(/\S+\s*$/, blank) : `${[...text].slice(0, -1).join('')}${blank}`;
}
