import { principalComponents } from '../math/principalComponents.ts';
import { takeRows } from './probeTask.ts';
import { type CallableProgram, encodeRows } from './runInBatches.ts';
import { defaultNeighbours, measurePreservation, type Space } from './trustworthiness.ts';

/** Rows whose neighbours are compared: the time grows with their square. */
const comparedRows = 500;

/**
 * How far the picture of the codes can be trusted: trustworthiness and continuity (k = 12, 500 rows evenly spaced over the
 * sample, or all) of the first two principal components of the sample's codes, which is what the latent view shows.
 * Yields between pieces of work.
 * @param sample rows of the view, x [rows, inputs]
 * @returns `projection.trustworthiness`, `projection.continuity`; none for 24 rows and fewer, or a code that is not finite
 */
export function* projectionMeasures(
  prepared: CallableProgram,
  sample: { x: Float32Array; rows: number },
): Generator<void, Record<string, number>, void> {
  const compared = Math.min(sample.rows, comparedRows);
  if (compared <= 2 * defaultNeighbours) return {};
  const codes = yield* encodeRows(prepared, sample.x, sample.rows);
  if (!codes.every(Number.isFinite)) return {};
  const width = codes.length / sample.rows;
  const rows = Uint32Array.from({ length: compared }, (_, i) => Math.floor((i * sample.rows) / compared));
  const original: Space = { rows: takeRows(codes, width, rows), width };
  const projection: Space = { rows: takeRows(principalComponents(codes, width, 2).scores, 2, rows), width: 2 };
  yield;
  const { trustworthiness, continuity } = measurePreservation(original, projection);
  return { 'projection.trustworthiness': trustworthiness, 'projection.continuity': continuity };
}
