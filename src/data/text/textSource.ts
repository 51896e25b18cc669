/** A text that can be read more than once: a file, or what a generator draws. */
export interface TextSource {
  /** How its user calls it. */
  name: string;
  /** Generated texts are cut at spaces, whatever their words look like. */
  isGenerated: boolean;
  /** Tells when the text is no longer the one that was read before; null where it cannot change. */
  version(): Promise<string> | null;
  /**
   * The text in portions that end at line ends or before spaces, lines ending in "\n".
   * @throws UserError naming the file; the signal's reason when it is aborted
   */
  read(signal?: AbortSignal): AsyncIterable<string>;
  /** SHA-256 of what was read, hexadecimal; known once a reading has come to its end. */
  hash(): string;
}
