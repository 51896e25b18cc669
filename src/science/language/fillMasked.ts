import type { CallableProgram } from '../runInBatches.ts';
import type { LanguageSubject } from './languageNext.ts';
import { logRows } from './logRows.ts';

/**
 * What a model of hidden tokens takes them for: ln p of every token at every mask (id V + 1) of one text, by its place. All masks are
 * filled at once: none knows what the others become. Of a text longer than the context each mask is seen in the middle of its window.
 * @param seen the text, masks included, without an end token
 */
export function fillMasked(subject: LanguageSubject, program: CallableProgram, seen: readonly number[]): Map<number, Float64Array> {
  const mask = subject.vocabulary + 1;
  const places = seen.flatMap((token, place) => (token === mask ? [place] : []));
  if (places.length === 0) return new Map();
  const rows = subject.model.kind === 'mlp' ? fillByContext(subject, program, seen, places) : fillByWindow(subject, program, seen, places);
  return new Map(places.map((place, i) => [place, rows[i]!]));
}

function fillByContext(
  { model, vocabulary }: LanguageSubject,
  program: CallableProgram,
  seen: readonly number[],
  places: readonly number[],
): Float64Array[] {
  const { context } = model;
  const tokens = new Float32Array(places.length * 2 * context).fill(vocabulary);
  places.forEach((place, row) => {
    for (let i = 1; i <= context; i++) {
      const [left, right] = [seen[place - i], seen[place + i]];
      if (left !== undefined) tokens[row * 2 * context + context - i] = left;
      if (right !== undefined) tokens[row * 2 * context + context + i - 1] = right;
    }
  });
  return logRows(program.call('fill', { tokens }, places.length).logProbabilities!, places.length);
}

function fillByWindow(
  { model, vocabulary, end }: LanguageSubject,
  program: CallableProgram,
  seen: readonly number[],
  places: readonly number[],
): Float64Array[] {
  const { context } = model;
  // a line ends with its end token, which is seen
  const whole = end === null ? seen : [...seen, end];
  const firsts = places.map((place) => Math.max(0, Math.min(place - Math.floor(context / 2), whole.length - context)));
  const tokens = new Float32Array(places.length * context).fill(vocabulary);
  const positions = new Float32Array(tokens.length);
  firsts.forEach((first, row) => {
    const window = whole.slice(first, first + context);
    tokens.set(window, row * context);
    positions.set(
      Float32Array.from(window, (_, at) => at),
      row * context,
    );
  });
  const all = program.call('fill', { tokens, positions }, places.length).logProbabilities!;
  const own = new Float32Array(places.length * vocabulary);
  places.forEach((place, row) => {
    const from = (row * context + place - firsts[row]!) * vocabulary;
    own.set(all.subarray(from, from + vocabulary), row * vocabulary);
  });
  return logRows(own, places.length);
}
