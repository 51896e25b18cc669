/** One fault of an experiment, at its exact place in the text. */
export interface Problem {
  /** Dotted path of the value, "model.latent"; "" is the whole file. */
  path: string;
  /** One sentence: what is wrong and what to do. */
  message: string;
  severity: 'error' | 'warning';
  /** Text that would mend the value or the key, if one is known: replaces [offset, offset + length). */
  fix?: string;
  /** Zero-based character range in the text (0 and 0 where there is no text). */
  offset: number;
  length: number;
  /** One-based line and column of `offset`. */
  line: number;
  column: number;
  /** The text is not JSON: an editor that checks JSON itself has said so already. */
  isSyntax?: true;
}

/** An error that tells its reader what to change; shown as it is, without a stack. */
export class UserError extends Error {
  override readonly name = 'UserError';

  constructor(
    message: string,
    /** Dotted path of the setting to change, where one is to blame: "data.label". */
    readonly path?: string,
  ) {
    super(message);
  }
}
