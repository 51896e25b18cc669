import type { ExactReport } from '../search/searchResult.ts';
import type { Decoded, Filled } from './decodeCommand.ts';

/** The one JSON document of a search; each prompt is a search of its own, in their order. */
export function decodedJson(all: readonly Decoded[]): string {
  const exact = joinReports(all.flatMap(({ found }) => found.exact ?? []));
  return stringify({
    strategy: all[0]!.found.strategy,
    modelCalls: all.reduce((sum, { found }) => sum + found.modelCalls, 0),
    hypotheses: all.flatMap(({ prompt, found }) =>
      found.hypotheses.map(({ text, tokens, logProbabilities, logProbability, score, finished }) => ({
        prompt,
        text,
        tokens: tokens.map((token) => found.vocabulary[token]),
        logProbability,
        score,
        finished,
        logProbabilities,
      })),
    ),
    ...(exact !== null && { exact }),
  });
}

/** The one JSON document of filled blanks. */
export function filledJson(title: string, all: readonly Filled[]): string {
  return stringify({ title, filled: all.map(({ prompt, found }) => ({ prompt, text: found.text, tokens: found.tokens })) });
}

/** Everything that the searches looked at: the ledger of each prompt. */
export function treeJson(title: string, all: readonly Decoded[]): string {
  return `${stringify({ version: 1, title, searches: all.map(({ prompt, found }) => ({ ...found, prompt, promptTokens: found.prompt })) })}\n`;
}

/** Several exact searches as one: numbers of texts add up. */
function joinReports(reports: readonly ExactReport[]): ExactReport | null {
  const [first, ...others] = reports;
  if (first === undefined) return null;
  return others.reduce(
    (a, b) => ({
      proven: a.proven && b.proven,
      nodes: a.nodes + b.nodes,
      log10Texts: addLog10(a.log10Texts, b.log10Texts),
      log10Visited: addLog10(a.log10Visited, b.log10Visited),
      log10RuledOut: {
        bound: addLog10(a.log10RuledOut.bound, b.log10RuledOut.bound),
        recombined: addLog10(a.log10RuledOut.recombined, b.log10RuledOut.recombined),
        impossible: addLog10(a.log10RuledOut.impossible, b.log10RuledOut.impossible),
      },
    }),
    first,
  );
}

/** log10 of a sum by the log10 of its terms. */
function addLog10(a: number, b: number): number {
  const larger = Math.max(a, b);
  return larger === Number.NEGATIVE_INFINITY ? larger : larger + Math.log10(1 + 10 ** (Math.min(a, b) - larger));
}

/** JSON has no infinity: non-finite numbers are words, as in the log of a run. */
function stringify(value: unknown): string {
  return JSON.stringify(value, (_, one: unknown) => (typeof one === 'number' && !Number.isFinite(one) ? String(one) : one));
}
