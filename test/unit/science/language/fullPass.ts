// What a program says at every place of a row, asked of its `nats` function only: whatever functions a network has of its own.
import type { PreparedProgram } from '../../../../src/engine/engine.ts';
import { feedsOf } from './languageCases.ts';
import type { LanguageRow } from './languageReference.ts';

/**
 * Log-probabilities at every place of a row, [places][V]: `nats` with every token for a target in turn. Where places have weights only
 * that one counts; else the other places add the same to all, and the probabilities of a place sum to 1.
 */
export function fullPass(prepared: PreparedProgram, row: LanguageRow, vocabulary: number): number[][] {
  const places = row.targets.length;
  const asked = row.targets.flatMap((_, place) =>
    Array.from({ length: vocabulary }, (_each, token): LanguageRow => {
      const targets = row.targets.map((target, t) => (t === place ? token : target));
      return { ...row, targets, ...(row.weights && { weights: targets.map((_target, t) => Number(t === place)) }) };
    }),
  );
  const nats = prepared.call('nats', feedsOf(asked), asked.length).nats!;
  return Array.from({ length: places }, (_, place) => {
    const own = [...nats.subarray(place * vocabulary, (place + 1) * vocabulary)];
    if (row.weights) return own.map((value) => -value);
    const least = Math.min(...own);
    const rest = Math.log(own.reduce((sum, value) => sum + Math.exp(least - value), 0));
    return own.map((value) => least - value - rest);
  });
}

/** The largest difference of two tables of numbers. */
export function largestDifference(a: readonly ArrayLike<number>[], b: readonly ArrayLike<number>[]): number {
  if (a.length !== b.length) throw new Error(`${a.length} rows beside ${b.length}`);
  return Math.max(...a.flatMap((row, i) => Array.from(row, (value, j) => Math.abs(value - b[i]![j]!))));
}
