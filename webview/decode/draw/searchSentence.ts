import type { Overlay } from '../../../src/protocol/decodePage.ts';
import type { ExactReport, Hypothesis } from '../../../src/search/searchResult.ts';
import { cutText, formatNumber, formatPlain } from '../../draw/formatNumber.ts';
import type { Decoded } from '../decodeStore.ts';
import { penaltyOf } from '../overlayAsk.ts';
import { countWords } from './countWords.ts';

/** A sentence on a search, and whether it says that something better exists. */
export interface Said {
  text: string;
  isMiss: boolean;
}

type Text = Decoded['hypotheses'][number];

/** What was found, whether something better exists where that can be known, and what greedy would have said. */
export function searchSentences(answer: Decoded, overlays: ReadonlyMap<Overlay, Decoded>): Said[] {
  const best = answer.hypotheses[0];
  if (!best) return [plain(nothingWords(answer))];
  if (answer.maxNewTokens === 0)
    return [plain('No token may be generated, so the text ends where the prompt does: raise the number of tokens.')];
  const said = [answer.strategy.kind === 'exact' ? exactSaid(answer, best) : plain(foundWords(answer, best))];
  const exact = overlays.get('exact');
  if (exact && answer.strategy.kind !== 'exact') said.push(verdict(answer, best, exact));
  const greedy = overlays.get('greedy')?.hypotheses[0];
  if (greedy && answer.strategy.kind !== 'greedy') said.push(plain(greedyWords(answer, best, greedy)));
  return said;
}

const plain = (text: string): Said => ({ text, isMiss: false });

/** A text between quotation marks, as long as a sentence can hold it. */
export const quoted = ({ text, finished }: Pick<Text, 'text' | 'finished'>): string =>
  text === '' ? 'the empty text' : `“${cutText(text.replace(/\s+/g, ' ').trim() || text, 70)}${finished ? '' : ' …'}”`;

const searchers = {
  greedy: 'Greedy',
  sample: 'Sampling',
  beam: 'The beam',
  bestFirst: 'Best-first search',
  exact: 'Exact search',
} as const;

/** "The beam of 2". */
function searcher({ strategy }: Decoded): string {
  return 'beams' in strategy && strategy.kind === 'beam' ? `The beam of ${strategy.beams}` : searchers[strategy.kind];
}

function nothingWords(answer: Decoded): string {
  const { strategy, maxNewTokens, exact } = answer;
  if (exact && !exact.proven)
    return `Exact search stopped at its limit of ${countWords(Math.log10(exact.nodes))} beginnings before it had found a text: raise “most nodes”.`;
  return strategy.forceEnd
    ? `${searcher(answer)} found no text that ends within ${maxNewTokens} tokens: allow more tokens, or texts without an end.`
    : `${searcher(answer)} found no text: nothing can follow the prompt under what is forced and forbidden.`;
}

function foundWords(answer: Decoded, best: Text): string {
  const many = answer.hypotheses.length > 1 ? `, the best of ${answer.hypotheses.length},` : '';
  const open = best.finished || answer.end === null ? '' : ', which had not ended when the tokens were used up';
  return `${searcher(answer)} found ${quoted(best)}${many} with ln p ${formatNumber(best.logProbability, 5)}${scoreWords(answer, best)}${open}.`;
}

const scoreWords = ({ strategy }: Decoded, { score }: Hypothesis): string =>
  penaltyOf(strategy).kind === 'none' ? '' : ` and score ${formatNumber(score, 5)}`;

function exactSaid(answer: Decoded, best: Text): Said {
  const { exact } = answer;
  const number = `ln p ${formatNumber(best.logProbability, 5)}${scoreWords(answer, best)}`;
  if (!exact?.proven)
    return plain(
      `Exact search stopped at its limit of ${countWords(Math.log10(exact?.nodes || 1))} beginnings: ${quoted(best)} (${number}) is the best so far, not proven.`,
    );
  return plain(`Exact search proves that nothing is better than ${quoted(best)} (${number}): ${accountWords(exact)}.`);
}

/** "all 8 texts accounted for, 3 visited, 5 ruled out by bound". */
export function accountWords({ log10Texts, log10Visited, log10RuledOut }: ExactReport): string {
  const parts = [`${countWords(log10Visited)} visited`];
  if (log10RuledOut.bound > Number.NEGATIVE_INFINITY) parts.push(`${countWords(log10RuledOut.bound)} ruled out by bound`);
  if (log10RuledOut.recombined > Number.NEGATIVE_INFINITY)
    parts.push(`${countWords(log10RuledOut.recombined)} behind a better beginning in the same state`);
  if (log10RuledOut.impossible > Number.NEGATIVE_INFINITY) parts.push(`${countWords(log10RuledOut.impossible)} impossible`);
  return `all ${countWords(log10Texts)} texts accounted for, ${parts.join(', ')}`;
}

/** Whether exact search, asked the same question, knows something better. */
function verdict(answer: Decoded, best: Text, exact: Decoded): Said {
  const found = exact.hypotheses[0];
  const isProven = exact.exact?.proven === true;
  const who = answer.strategy.kind === 'beam' ? 'The beam' : searchers[answer.strategy.kind];
  const isFree = answer.strategy.kind === 'beam' && answer.strategy.noRepeatNgram > 0 ? ', which may repeat itself,' : '';
  const unknown = `Whether anything is better is not known: exact search was left after ${countWords(Math.log10(exact.exact?.nodes || 1))} beginnings.`;
  if (!found) return plain(unknown);
  if (found.finished && !best.finished)
    return { text: `${who} missed every text that ends: exact search${isFree} finds ${quoted(found)}.`, isMiss: true };
  const difference = found.score - best.score;
  const isBetter = found.finished === best.finished && difference > 1e-9;
  if (isBetter) {
    const kind = penaltyOf(answer.strategy).kind;
    const by = `${formatPlain(difference, 2)} ${kind === 'none' || kind === 'reward' ? 'nats' : 'of score'}`;
    const least = isProven ? '' : 'at least ';
    return { text: `${who} missed the best text by ${least}${by}: exact search${isFree} finds ${quoted(found)}.`, isMiss: true };
  }
  if (!isProven) return plain(unknown);
  const account = exact.exact ? `: ${accountWords(exact.exact)}` : '';
  return plain(`Exact search proves that nothing is better${account}.`);
}

function greedyWords(answer: Decoded, best: Text, greedy: Text): string {
  if (greedy.tokens.join() === best.tokens.join()) return 'Greedy says the same.';
  const difference = best.logProbability - greedy.logProbability;
  const by = formatPlain(Math.abs(difference), 2);
  const open = greedy.finished || answer.end === null ? '' : ', without an end';
  if (Math.abs(difference) < 1e-9) return `Greedy would have said ${quoted(greedy)}, equally probable${open}.`;
  return `Greedy would have said ${quoted(greedy)}, ${by} nats ${difference > 0 ? 'less' : 'more'} probable${open}.`;
}
