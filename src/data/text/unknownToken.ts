import { didYouMean } from '../../experiment/didYouMean.ts';
import { UnknownTokenError } from '../../experiment/unknownTokenError.ts';

/** Tokens that a message lists at most. */
const mostListed = 12;

/**
 * The error for a part of a text that is no token: says which, and the nearest token, or the first few where none is near.
 * @param kind what the part is: "character", "word"
 * @param tokens what it may be
 */
export function unknownToken(part: string, kind: string, tokens: readonly string[]): UnknownTokenError {
  const near = nearestToken(part, tokens);
  const listed = tokens
    .slice(0, mostListed)
    .map((token) => JSON.stringify(token))
    .join(', ');
  const more = tokens.length > mostListed ? ` and ${tokens.length - mostListed} more` : '';
  const advice = near === null ? `the vocabulary is ${listed}${more}` : `the nearest is ${JSON.stringify(near)}`;
  return new UnknownTokenError(`the ${kind} ${JSON.stringify(part)} is not in the vocabulary; ${advice}`, part, near);
}

/** The same but for case and accents, else what is spelt most alike. */
function nearestToken(part: string, tokens: readonly string[]): string | null {
  const plain = plainLetters(part);
  return tokens.find((token) => plain !== '' && plainLetters(token) === plain) ?? didYouMean(part, tokens);
}

function plainLetters(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}
