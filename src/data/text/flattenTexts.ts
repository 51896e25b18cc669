import type { TextSplit } from './textCorpus.ts';

/**
 * The texts of a split as one sequence, each followed by the end token where texts have one.
 * @param end id of the end token; null for a stream
 */
export function flattenTexts({ tokens, starts }: Pick<TextSplit, 'tokens' | 'starts'>, end: number | null): Uint32Array {
  if (end === null) return Uint32Array.from(tokens);
  const texts = starts.length - 1;
  const flat = new Uint32Array(tokens.length + Math.max(0, texts));
  for (let text = 0; text < texts; text++) {
    const [from, to] = [starts[text]!, starts[text + 1]!];
    flat.set(tokens.subarray(from, to), from + text);
    flat[to + text] = end;
  }
  return flat;
}
