import * as z from 'zod';

/**
 * A number that may be infinite, as probabilities of 0 make it. JSON has no word for those: on the way they are the strings "NaN",
 * "Infinity" and "-Infinity".
 */
export const measured = z.union([
  z.custom<number>((value) => typeof value === 'number', 'expected a number'),
  z.enum(['NaN', 'Infinity', '-Infinity']).transform(Number),
]);

/** A copy of a message that JSON can carry: numbers that are not finite are words, which `measured` reads back. */
export function sayInfinities<T>(message: T): T {
  return JSON.parse(
    JSON.stringify(message, (_, value: unknown) => (typeof value === 'number' && !Number.isFinite(value) ? String(value) : value)),
  ) as T;
}
