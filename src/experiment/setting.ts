import * as z from 'zod';

/** A whole number of at least 1. */
export const count = z.int().positive();

/**
 * A key that may be left out.
 * @param value what it then is
 * @param what what the key means: a sentence
 * @param why why that default: a sentence without its capital, shown after the value
 */
export function setting<T extends z.ZodType>(
  schema: T,
  value: z.core.util.NoUndefined<z.output<T>>,
  what: string,
  why: string,
): z.ZodDefault<T> {
  return z._default(schema, value).meta({ description: what, why }) as z.ZodDefault<T>;
}

/** A key whose default depends on others; `why` says on what, and reads after "Default: ". */
export function dependentSetting<T extends z.ZodType>(schema: T, what: string, why: string): z.ZodOptional<T> {
  return schema.optional().meta({ description: what, why });
}

/** The tag of the form that is meant where a section names none. */
export function defaultTag<const T extends string>(tag: T, what: string, why: string): z.ZodDefault<z.ZodOptional<z.ZodLiteral<T>>> {
  return z._default(z.literal(tag).optional(), () => tag).meta({ description: what, why });
}

/** The tag of one form of a section. */
export function tag<const T extends string>(word: T, what: string): z.ZodLiteral<T> {
  return z.literal(word).meta({ description: what });
}
