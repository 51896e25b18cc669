const blank = '[MASK]';

/** The sentence with its blank number `place` (from 0) written out. */
export function fillBlank(text: string, place: number, token: string): string {
  const parts = text.split(blank);
  if (place < 0 || place >= parts.length - 1) return text;
  return parts.slice(0, place + 1).join(blank) + token + parts.slice(place + 1).join(blank);
}

/** The sentence with a blank where people selected something, or at the end of it. */
export function makeBlank(text: string, from: number, to: number): string {
  return text.slice(0, from) + blank + text.slice(to);
}
