/** Kinds of tokens that the latent picture tells apart, by the numbers that `tokenKind` gives. */
export const tokenKindNames = ['vowel', 'consonant', 'word', 'number', 'space', 'punctuation', 'end'] as const;

/** The kind of a token, as a position in `tokenKindNames`. A single letter is a vowel or a consonant (of the Latin alphabet), longer ones are words. */
export function tokenKind(token: string, isEnd: boolean): number {
  return tokenKindNames.indexOf(isEnd ? 'end' : kindOf(token.trim() === '' ? ' ' : token.trim()));
}

function kindOf(token: string): Exclude<(typeof tokenKindNames)[number], 'end'> {
  if (token === ' ') return 'space';
  if (/^\p{N}+$/u.test(token)) return 'number';
  if (!/\p{L}/u.test(token)) return 'punctuation';
  if ([...token].length > 1) return 'word';
  return /^[aeiouy]$/.test(token.normalize('NFD').charAt(0).toLowerCase()) ? 'vowel' : 'consonant';
}
