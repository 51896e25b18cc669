/** Where a training run keeps what is too big for an event. The run folder in earnest, memory in tests. */
export interface RunKeeper {
  /** Writes arrays/<name>.npy whole and returns its file name for the event. */
  writeArray(name: string, data: Float32Array, shape: readonly number[]): string;
  /** Removes an array written earlier, by the same name. */
  removeArray(name: string): void;
  /** Hands a copied state over to be written beside the loop; resolves when it was taken, with why when it was skipped. */
  saveCheckpoint(step: number, files: Readonly<Record<string, Uint8Array>>): Promise<{ folder: string } | { skipped: string }>;
}
