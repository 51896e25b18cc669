import type { RunStore } from './runStore.ts';

/** The stored rows at the moment of the head, each float32 [rows, width], in the units of the file. */
export interface Pictured {
  rows: number;
  width: number;
  inputs: Float32Array;
  corrupted: Float32Array | null;
  outputs: Float32Array | null;
}

const views = new WeakMap<ArrayBuffer, Float32Array>();

function viewOf(buffer: ArrayBuffer | null): Float32Array | null {
  if (buffer === null || buffer.byteLength === 0 || buffer.byteLength % 4 !== 0) return null;
  let view = views.get(buffer);
  if (!view) {
    view = new Float32Array(buffer);
    views.set(buffer, view);
  }
  return view;
}

/** The rows whose inputs are kept; null where there are none or the file is missing. Arrays of another shape count as missing. */
export function picturedRows(store: RunStore): Pictured | null {
  const sample = store.sample;
  const inputs = viewOf(sample?.inputs ?? null);
  if (!sample || !inputs || sample.pictured === 0 || inputs.length % sample.pictured !== 0) return null;
  const fitting = (array: Float32Array | null): Float32Array | null => (array?.length === inputs.length ? array : null);
  return {
    rows: sample.pictured,
    width: inputs.length / sample.pictured,
    inputs,
    corrupted: fitting(viewOf(sample.corrupted)),
    outputs: fitting(store.shown?.reconstructions ?? null),
  };
}

/** One row of an array of rows. */
export const rowOf = (array: Float32Array, row: number, width: number): Float32Array => array.subarray(row * width, (row + 1) * width);
