import type { Decoded, Filled } from './decodeCommand.ts';
import { decodeSentence } from './decodeSentence.ts';
import { type painter, safeText, table } from './terminal.ts';

/** Candidates of a blank in one line. */
const SHOWN = 5;

/** What searches found, for people: a table and a sentence a prompt. */
export function decodedText(title: string, all: readonly Decoded[], paint: ReturnType<typeof painter>): string {
  const parts = all.map(({ prompt, found }) => {
    const rows = found.hypotheses.map(({ text, logProbability, score, tokens, finished }) => [
      textCell(text, finished || found.end === null),
      figure(logProbability),
      figure(score),
      String(tokens.length),
    ]);
    const lines = rows.length === 0 ? [] : [table([['text', 'sum', 'score', 'length'], ...rows], paint)];
    return [...headOf(prompt, paint), ...lines, decodeSentence(found)].join('\n');
  });
  const isCut = all.some(({ found }) => found.hypotheses.some(({ finished }) => !finished));
  const legend = isCut && all.some(({ found }) => found.end !== null) ? [paint('dim', '… has not ended within maxNewTokens')] : [];
  return [paint('bold', safeText(title, 120)), ...parts, ...legend].join('\n\n');
}

/** Filled blanks, for people: each sentence, and what else each blank could be. */
export function filledText(title: string, all: readonly Filled[], paint: ReturnType<typeof painter>): string {
  const parts = all.map(({ prompt, found }) => {
    const blanks = found.tokens.flatMap(({ candidates }, place) => {
      if (candidates === null) return [];
      const words = candidates.slice(0, SHOWN).map(({ text, probability }) => `${safeText(text, 30)} ${probability.toFixed(3)}`);
      return [[String(place + 1), words.join(', ')]];
    });
    return [...headOf(prompt, paint), safeText(found.text, 200), table([['blank', 'most probable'], ...blanks], paint)].join('\n');
  });
  return [paint('bold', safeText(title, 120)), ...parts].join('\n\n');
}

function headOf(prompt: string, paint: ReturnType<typeof painter>): string[] {
  return prompt === '' ? [] : [`${paint('dim', 'after')} ${safeText(prompt, 100)}`];
}

function textCell(text: string, isWhole: boolean): string {
  const shown = safeText(text, 70);
  return isWhole ? shown || '(the empty text)' : `${shown} …`;
}

function figure(value: number): string {
  return Number.isFinite(value) ? value.toFixed(4) : String(value);
}
