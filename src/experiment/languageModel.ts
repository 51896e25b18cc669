import { z } from 'zod';
import { commonShape } from './autoencoder.ts';

/** A language-model experiment. */
export const languageModelSchema = z.strictObject({ ...commonShape, task: z.literal('languageModel') });

/** A language-model experiment with its defaults. */
export type LanguageModelExperiment = z.output<typeof languageModelSchema>;
