import type { NextTokens } from '../../../src/math/nextTokens.ts';
import type { Beam, LengthPenalty } from '../../../src/search/strategy.ts';

/** A text with its running sums, as plainly as can be. */
export interface Text {
  tokens: number[];
  sums: number[];
  finished: boolean;
  score: number;
}

/** Score by the formulas of the design page. */
export function plainScore(penalty: LengthPenalty, sum: number, length: number): number {
  if (penalty.kind === 'power') return sum === 0 ? 0 : sum / length ** penalty.alpha;
  if (penalty.kind === 'gnmt') return sum === 0 ? 0 : sum / ((5 + length) / 6) ** penalty.alpha;
  return penalty.kind === 'reward' ? sum + penalty.perToken * length : sum;
}

const sumOf = ({ sums }: { sums: number[] }) => sums[sums.length - 1] ?? 0;

/** Rank of two texts of one length in a beam that keeps everything: sums from the last to the first, then tokens from the first. */
function byRank(a: Text, b: Text): number {
  for (let i = a.sums.length - 1; i >= 0; i--) if (a.sums[i] !== b.sums[i]) return b.sums[i]! - a.sums[i]!;
  for (let i = 0; i < a.tokens.length; i++) if (a.tokens[i] !== b.tokens[i]) return a.tokens[i]! - b.tokens[i]!;
  return 0;
}

/** The order of results. */
export function byResult(a: Text, b: Text): number {
  if (a.finished !== b.finished) return a.finished ? -1 : 1;
  if (a.score !== b.score) return b.score > a.score ? 1 : -1;
  return a.tokens.length - b.tokens.length || byRank(a, b);
}

/** Every text of at most `longest` tokens that has a chance, in the order of results. */
export function allTexts(model: NextTokens, longest: number, options: { penalty: LengthPenalty; forceEnd: boolean }): Text[] {
  const found: Text[] = [];
  const visit = (tokens: number[], sums: number[]) => {
    const isEnd = tokens.length > 0 && tokens[tokens.length - 1] === model.end;
    if (isEnd || tokens.length === longest) {
      const score = plainScore(options.penalty, sumOf({ sums }), tokens.length);
      if (isEnd || !options.forceEnd) found.push({ tokens, sums, finished: isEnd, score });
      return;
    }
    const row = model.next([tokens])[0]!;
    row.forEach((logProbability, token) => {
      if (logProbability > Number.NEGATIVE_INFINITY) visit([...tokens, token], [...sums, sumOf({ sums }) + logProbability]);
    });
  };
  visit([], []);
  return found.sort(byResult);
}

interface Slot extends Text {
  rank: number;
  finish: number;
}

/** Beam search by the letter of the design page: one flat sort over all candidates of all slots. */
export function plainBeam(model: NextTokens, longest: number, options: Beam): { texts: Text[]; calls: number } {
  const { beams, returned, lengthPenalty, stopping, finished: kind, forceEnd } = options;
  let slots: Slot[] = [{ tokens: [], sums: [], finished: false, score: 0, rank: 0, finish: 0 }];
  let ended: Slot[] = [];
  let calls = 0;
  const score = (sum: number, length: number) => plainScore(lengthPenalty, sum, length);
  const order = (a: Slot, b: Slot) => b.score - a.score || a.finish - b.finish || a.rank - b.rank;
  for (let step = 1; ; step++) {
    const open = slots.filter(({ finished }) => !finished);
    ended.sort(order);
    const isWhole = step > longest;
    const rival = ended[(stopping === 'optimal' ? returned : beams) - 1];
    const bounds = open.map((slot) => Math.max(score(sumOf(slot), step), score(sumOf(slot), longest)));
    const now = Math.max(...open.map((slot) => score(sumOf(slot), step - 1)));
    const mayStop = rival !== undefined && (stopping === 'first' || rival.score >= (stopping === 'optimal' ? Math.max(...bounds) : now));
    if (open.length === 0 || isWhole || mayStop) {
      const cut = isWhole ? open.map((slot) => ({ ...slot, score: score(sumOf(slot), longest) })).sort(order) : [];
      return { texts: [...ended, ...cut].slice(0, returned), calls };
    }
    calls += open.length;
    const candidates = slots.flatMap((slot, parent) => {
      if (slot.finished) return [{ slot, parent, token: model.end!, sum: sumOf(slot) }];
      return [...model.next([slot.tokens])[0]!]
        .map((logProbability, token) => ({ slot, parent, token, sum: sumOf(slot) + logProbability }))
        .filter(({ sum, token }) => sum > Number.NEGATIVE_INFINITY && (!forceEnd || step < longest || token === model.end));
    });
    candidates.sort((a, b) => b.sum - a.sum || a.parent - b.parent || a.token - b.token);
    const made = candidates.map(({ slot, token, sum }, rank): Slot => {
      if (slot.finished) return { ...slot };
      const finished = token === model.end;
      const tokens = [...slot.tokens, token];
      return { tokens, sums: [...slot.sums, sum], finished, score: score(sum, step), rank, finish: step };
    });
    if (kind === 'frozen') {
      slots = made.slice(0, beams);
      ended = slots.filter(({ finished }) => finished);
    } else {
      const top = made.slice(0, 2 * beams);
      const room = stopping === 'first' ? beams - ended.length : beams;
      ended = [...ended, ...top.filter(({ finished }, rank) => finished && rank < beams).slice(0, room)];
      slots = top.filter(({ finished }) => !finished).slice(0, beams);
    }
  }
}
