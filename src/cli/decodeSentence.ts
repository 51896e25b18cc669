import type { Answer } from '../protocol/server.ts';

type Decoded = Answer<'decode'>;

/** What a search did, in a sentence, with its model calls. */
export function decodeSentence(found: Decoded): string {
  const calls = `${found.modelCalls} model ${found.modelCalls === 1 ? 'call' : 'calls'}`;
  if (found.hypotheses.length === 0) return `No text can be given: ${whyNone(found)}; ${calls}.`;
  if (found.maxNewTokens === 0) return 'maxNewTokens is 0: nothing was searched.';
  return `${what(found)}; ${calls}.`;
}

function whyNone({ strategy, maxNewTokens }: Decoded): string {
  if (strategy.forceEnd) return `none ends within ${count(maxNewTokens, 'token')}, as forceEnd wants it`;
  return 'nothing can follow the prompt';
}

function what({ strategy, hypotheses, maxNewTokens, exact, end }: Decoded): string {
  const texts = count(hypotheses.length, 'text');
  switch (strategy.kind) {
    case 'greedy':
      return `Greedy search took the most probable token at each of ${count(hypotheses[0]!.tokens.length, 'step')}`;
    case 'sample':
      return `${texts} drawn at temperature ${strategy.temperature}`;
    case 'beam':
      return `Beam search with ${count(strategy.beams, 'beam')} gives ${texts}, best first; a wider beam or "exact" may know better ones`;
    case 'bestFirst':
      return `Best-first beam search with ${count(strategy.beams, 'beam')} gives ${texts}, best first; a wider beam or "exact" may know better ones`;
    case 'exact': {
      const all = `${howMany(exact!.log10Texts)} texts of at most ${count(maxNewTokens, 'token')}`;
      if (!exact!.proven) return `Exact search reached maxNodes ${strategy.maxNodes} among ${all}: better ones may be left`;
      return `Exact search has accounted for all ${all}${end === null ? '' : ', ended or not'}: none is better`;
    }
  }
}

/** A number by its decimal logarithm: "8", "4.2e9". */
function howMany(log10: number): string {
  const rounded = Math.round(10 ** log10);
  if (log10 < 6) return String(rounded);
  const power = Math.floor(log10);
  return `${(10 ** (log10 - power)).toFixed(1)}e${power}`;
}

function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`;
}
