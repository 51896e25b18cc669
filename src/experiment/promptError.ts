import { UserError } from './problem.ts';

/** A prompt that a model cannot take. */
export class PromptError extends UserError {
  constructor(
    message: string,
    /** A prompt much like it that the model can take; null where none is known. */
    readonly offer: string | null,
  ) {
    super(message);
  }
}
