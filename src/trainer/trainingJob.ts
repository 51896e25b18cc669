import * as z from 'zod';

/** What a trainer process is told on its command line (one JSON argument). */
export const trainingJobSchema = z.strictObject({
  /** The run's folder, made by the parent. */
  runFolder: z.string().min(1),
  /** The experiment file; relative data sources are looked for beside it. */
  experimentPath: z.string().min(1),
  /** The experiment as it was when the run was asked for; absent: as the file is now. */
  text: z.string().optional(),
  /** Stops at the first evaluation at or after this share of all steps, and can be resumed; absent: trains to the end. */
  untilShare: z.number().positive().max(1).optional(),
  /** Engine of the setting; the file wins over it. */
  engine: z.enum(['auto', 'compiled', 'tensorflow', 'wasm']).optional(),
  /** Whether the parent renews a lease; without it the run is saved and stopped. */
  leased: z.boolean(),
  /** Seconds without a renewed lease before that. Default 30: a window takes a few to reload. */
  leaseSeconds: z.number().positive().default(30),
  /** Goes on with the run from its last checkpoint. */
  resume: z.boolean().default(false),
  /** The product's media folder: shipped data sets. */
  media: z.string().min(1),
});

/** What a trainer process is told. */
export type TrainingJob = z.output<typeof trainingJobSchema>;
