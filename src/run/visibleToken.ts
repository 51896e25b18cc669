const marks: Record<string, string> = { ' ': '␣', '\n': '⏎', '\r': '␍', '\t': '⇥' };

/**
 * A token as people can see it: spaces and line ends have a sign, the empty token too, and what else takes no room does not make it look like another.
 * @param length characters that are shown at most; longer ones are cut with "…"
 */
export function visibleToken(token: string, length = 16): string {
  if (token === '') return '∅';
  const shown = token.replace(/[ \n\r\t]/g, (sign) => marks[sign]!).replace(/[\p{Cc}\p{Cf}\p{Z}]/gu, '�');
  return shown.length <= length ? shown : `${shown.slice(0, length - 1)}…`;
}
