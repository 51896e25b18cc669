import * as z from 'zod';

/** What can be asked of a running trainer: one line of orders.jsonl each, in the imperative. An order for another session is ignored. */
export const orderSchema = z.discriminatedUnion('order', [
  z.object({ order: z.literal('stop'), session: z.int().positive() }),
  z.object({ order: z.literal('pause'), session: z.int().positive() }),
  z.object({ order: z.literal('resume'), session: z.int().positive() }),
  /** One step, then pause. */
  z.object({ order: z.literal('step'), session: z.int().positive() }),
  z.object({ order: z.literal('setLearningRate'), session: z.int().positive(), learningRate: z.number().positive() }),
]);
/** An order to a running trainer. */
export type Order = z.output<typeof orderSchema>;
