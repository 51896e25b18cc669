import type { SearchResult } from './searchResult.ts';

/**
 * What a search missed: score of the best text of all minus score of the best text that it found, at least 0. Infinity where it found
 * none, or none that ended although one can.
 * @param exact result of exact search with the same penalty, prompt, length and constraints
 * @returns null where the best of all is not known: the proof was not finished, or there is no text at all
 */
export function searchError(exact: SearchResult, found: SearchResult): number | null {
  const best = exact.hypotheses[0];
  if (!exact.exact?.proven || best === undefined) return null;
  const own = found.hypotheses[0];
  if (own === undefined || (best.finished && !own.finished)) return Number.POSITIVE_INFINITY;
  return best.score === own.score ? 0 : best.score - own.score;
}
