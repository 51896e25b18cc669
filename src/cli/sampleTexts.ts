import type { RunState } from '../run/runState.ts';
import { visibleToken } from '../run/visibleToken.ts';

/** What a language model wrote last, in one line: "emma · alina · jose"; null where it wrote nothing. Hidden tokens stand in brackets as they were filled in. */
export function sampleTexts({ frames }: RunState): string | null {
  const { texts = [], blanks = [] } = frames.at(-1)?.language ?? {};
  if (texts.length > 0) return texts.map(({ text, finished }) => `${text}${finished ? '' : '…'}`).join(' · ');
  if (blanks.length === 0) return null;
  const words = blanks.map(({ token, candidates }) =>
    candidates === null ? visibleToken(token) : `[${visibleToken(candidates[0]?.token ?? '')}]`,
  );
  return words.join(' ');
}
