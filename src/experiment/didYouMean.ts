import { distance } from 'fastest-levenshtein';

/** The candidate that a misspelt word most likely stands for, or null where none is close: at most a third of its letters differ, they are the same in another order, or one word begins with the other. */
export function didYouMean(word: string, candidates: readonly string[]): string | null {
  const lower = word.toLowerCase();
  let best: string | null = null;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const other = candidate.toLowerCase();
    const begins = lower.length >= 3 && other.length >= 3 && (other.startsWith(lower) || lower.startsWith(other));
    const isShuffled = sortedLetters(lower) === sortedLetters(other);
    const letters = isShuffled ? Math.min(1, distance(lower, other)) : distance(lower, other);
    const allowed = Math.max(lower.length > 2 ? 1 : 0, Math.floor(Math.max(lower.length, other.length) / 3));
    if (letters > allowed && !begins) continue;
    if (letters < bestDistance) {
      best = candidate;
      bestDistance = letters;
    }
  }
  return best;
}

function sortedLetters(word: string): string {
  return [...word].sort().join('');
}
