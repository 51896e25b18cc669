import { gatherRows } from '../math/gatherRows.ts';
import { standardisationOf, standardise } from './standardise.ts';

/** What a probe learns from and what it is asked. Features are in standard units of the rows it learns from. */
export interface ProbeTask {
  width: number;
  /** [n, width] features of the labelled rows */
  known: Float64Array;
  /** [n] their labels, from 0 */
  knownLabels: Int32Array;
  /** [m, width] features of the rows that are asked for */
  asked: Float64Array;
  /** [m] their labels: what is right */
  askedLabels: Int32Array;
}

/** Rows of a space and what is known of them. */
export interface LabelledFeatures {
  /** [all, width] */
  x: Float32Array;
  /** [all] */
  labels: Int32Array;
  /** Positions of the rows that take part. */
  rows: Uint32Array;
}

/** The chosen rows of both splits in the standard units of the labelled rows; null when a feature is not finite. */
export function probeTask(known: LabelledFeatures, asked: LabelledFeatures, width: number): ProbeTask | null {
  const learned = takeRows(known.x, width, known.rows);
  const queries = takeRows(asked.x, width, asked.rows);
  if (!learned.every(Number.isFinite) || !queries.every(Number.isFinite)) return null;
  const units = standardisationOf(learned, width);
  return {
    width,
    known: standardise(learned, units),
    knownLabels: Int32Array.from(known.rows, (row) => known.labels[row]!),
    asked: standardise(queries, units),
    askedLabels: Int32Array.from(asked.rows, (row) => asked.labels[row]!),
  };
}

/** Rows of x, [all, width], in the given order, [rows, width]. */
export function takeRows(x: Float32Array, width: number, rows: Uint32Array): Float32Array {
  const out = new Float32Array(rows.length * width);
  gatherRows(x, width, rows, out);
  return out;
}
