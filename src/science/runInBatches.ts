import type { RandomFills } from '../math/random.ts';

/** What is asked of a prepared program (engine/engine.ts) here. */
export interface CallableProgram {
  readonly parameters: Float32Array;
  /** Of one row, where they are more than the parameters. */
  readonly multiplications?: number;
  readonly random?: RandomFills;
  call(name: string, feeds: Readonly<Record<string, Float32Array>>, rows: number): Record<string, Float32Array>;
}

/** Rows of one call: about 1e8 multiplications, some 50 ms on the slowest engine, so that orders are heard in between. */
export function rowsPerCall({
  parameters,
  multiplications = parameters.length,
}: Pick<CallableProgram, 'parameters' | 'multiplications'>): number {
  return Math.max(16, Math.min(4096, Math.round(1e8 / Math.max(1, multiplications))));
}

/** Stretches [from, to) of `rows` rows, one a call. */
export function* rowRanges(rows: number, atOnce: number): Generator<{ from: number; to: number }> {
  for (let from = 0; from < rows; from += atOnce) yield { from, to: Math.min(rows, from + atOnce) };
}

/**
 * Codes of clean rows, yielding between batches.
 * @param x [rows, inputs]
 * @returns [rows, latent]
 */
export function* encodeRows(program: CallableProgram, x: Float32Array, rows: number): Generator<void, Float32Array, void> {
  const inputs = x.length / rows;
  let latents = new Float32Array(0);
  for (const { from, to } of rowRanges(rows, rowsPerCall(program))) {
    const part = program.call('encode', { x: x.subarray(from * inputs, to * inputs) }, to - from).latent!;
    if (from === 0) latents = new Float32Array((part.length / to) * rows);
    latents.set(part, (latents.length / rows) * from);
    yield;
  }
  return latents;
}
