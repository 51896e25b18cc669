import { PromptError } from '../experiment/promptError.ts';
import { UnknownTokenError } from '../experiment/unknownTokenError.ts';
import type { TextModel } from './textModel.ts';

/** Unknown parts of a prompt that are mended at most. */
const MOST_MENDED = 50;

/**
 * Ids of what people wrote as a prompt.
 * @throws PromptError for a part that is no token, with a prompt that has the nearest token in its place
 */
export function encodePrompt(model: Pick<TextModel, 'encode'>, prompt: string): number[] {
  try {
    return model.encode(prompt);
  } catch (error) {
    if (!(error instanceof UnknownTokenError)) throw error;
    throw new PromptError(error.message, mended(model, prompt, error));
  }
}

/** The prompt with every unknown part replaced by the nearest token; null where one has none. */
function mended(model: Pick<TextModel, 'encode'>, prompt: string, first: UnknownTokenError): string | null {
  let text = prompt;
  let wrong = first;
  for (let round = 0; round < MOST_MENDED; round++) {
    if (wrong.nearest === null) return null;
    text = replacePart(text, wrong.part, wrong.nearest);
    try {
      model.encode(text);
      return text;
    } catch (error) {
      if (!(error instanceof UnknownTokenError) || error.part === wrong.part) return null;
      wrong = error;
    }
  }
  return null;
}

/** Replaces a character wherever it stands, a word wherever it stands alone. */
function replacePart(text: string, part: string, nearest: string): string {
  if ([...part].length === 1 && [...nearest].length === 1) return text.replaceAll(part, () => nearest);
  const escaped = part.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
  return text.replace(new RegExp(`(?<![\\p{L}\\p{N}])${escaped}(?![\\p{L}\\p{N}])`, 'gu'), () => nearest);
}
