import { UserError } from './problem.ts';

/** A part of a text that is no token of a model. */
export class UnknownTokenError extends UserError {
  constructor(
    message: string,
    readonly part: string,
    /** The token that was most likely meant. */
    readonly nearest: string | null,
    path?: string,
  ) {
    super(message, path);
  }
}
