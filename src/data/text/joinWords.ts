/** No space before them. */
const closing = /^[.,;:!?)\]}%…’”»]$/u;
/** No space after them. */
const opening = /^[([{$£€¿¡‘“«]$/u;
/** Opening and closing in turn. */
const quotes = /^["'`]$/u;
const dashes = /^(--+|—|\n)$/u;

/**
 * Joins words, numbers and punctuation as English prose has them: a space between two words, none before a full stop, after an opening
 * bracket or around a dash; straight quotes open and close in turn. Cutting what comes out gives the same tokens again.
 */
export function joinWords(words: readonly string[]): string {
  let text = '';
  let isGlued = true;
  const open = new Set<string>();
  for (const word of words) {
    const isQuote = quotes.test(word);
    const isClosing = closing.test(word) || (isQuote && open.has(word));
    const isDash = dashes.test(word);
    const glues = isGlued || isClosing || (isDash && !(word !== '\n' && text.endsWith('-')));
    text += glues ? word : ` ${word}`;
    if (isQuote && !open.delete(word)) open.add(word);
    if (word === '\n') open.clear();
    isGlued = opening.test(word) || (isQuote && open.has(word)) || isDash;
  }
  return text;
}
