import * as z from 'zod';
import { autoencoderSchema } from './autoencoder.ts';
import { languageModelSchema } from './languageModel.ts';

/** Every experiment file: the one schema that types, JSON Schema, defaults and diagnostics come from. */
export const experimentSchema = z.discriminatedUnion('task', [autoencoderSchema, languageModelSchema]);

/** An experiment with its defaults, before the data are known. */
export type Experiment = z.output<typeof experimentSchema>;
