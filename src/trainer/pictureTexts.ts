import { formatFigure } from '../run/format.ts';
import type { LanguageMoment } from '../run/runEvent.ts';
import { visibleToken } from '../run/visibleToken.ts';
import { escapeText } from './pictureChart.ts';

const MOST_TEXTS = 24;
const MOST_LETTERS = 400;
const MOST_CANDIDATES = 3;

/** Texts that the model wrote, or a sentence with the tokens that it filled in, as HTML; "" where the moment has neither. */
export function pictureTexts({ texts = [], blanks = [] }: LanguageMoment): string {
  return `${blanks.length > 0 ? filledSentence(blanks) : ''}${texts.length > 0 ? writtenTexts(texts) : ''}`;
}

function writtenTexts(texts: NonNullable<LanguageMoment['texts']>): string {
  const isByToken = texts.every(({ tokens }) => tokens !== undefined);
  const rows = texts.slice(0, MOST_TEXTS).map(({ text, logProbability, finished, tokens }) => {
    const shown = text.length > MOST_LETTERS ? `${text.slice(0, MOST_LETTERS)}…` : text;
    const words = text === '' ? '<i class="faint">the empty text</i>' : escapeText(shown);
    const figure = isByToken ? logProbability / tokens! : logProbability;
    return `<tr><td class="text">${words}${finished ? '' : ' <i class="faint">… unfinished</i>'}</td><td>${formatFigure(figure)}</td></tr>`;
  });
  return `<table><tr class="faint"><td>text</td><td>${isByToken ? 'ln p a token' : 'ln p'}</td></tr>${rows.join('')}</table>`;
}

/** Each hidden token in brackets as it was filled in; below, what it was taken for. */
function filledSentence(blanks: NonNullable<LanguageMoment['blanks']>): string {
  const tokens = blanks.map(({ token, candidates }) =>
    candidates === null ? escapeText(visibleToken(token)) : `<b>[${escapeText(visibleToken(candidates[0]?.token ?? ''))}]</b>`,
  );
  const rows = blanks.flatMap(({ token, candidates }, i) => {
    if (candidates === null) return [];
    const taken = candidates
      .slice(0, MOST_CANDIDATES)
      .map((candidate) => `${escapeText(visibleToken(candidate.token))} ${formatFigure(candidate.probability)}`);
    return [`<tr><td>token ${i + 1}, ‘${escapeText(visibleToken(token))}’ hidden</td><td>${taken.join(' · ')}</td></tr>`];
  });
  return `<p>${tokens.join(' ')}</p><table>${rows.join('')}</table>`;
}
