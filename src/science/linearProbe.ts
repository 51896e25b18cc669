import { type ClassifiedRows, fitLogistic, likeliestClasses } from './logisticRegression.ts';
import type { ProbeTask } from './probeTask.ts';

/** Candidates for C, by decades. */
export const strengths: readonly number[] = [1e-3, 1e-2, 1e-1, 1, 1e1, 1e2, 1e3];
/** Fewer asked rows than this choose nothing: C is 1. */
export const fewestToChoose = 50;

/**
 * Share of the asked rows that a linear classifier (logisticRegression.ts) learned from the labelled rows gets right.
 * C is never chosen on the row that is counted: the asked rows fall in two halves, and each half is judged with the C that
 * gets most of the other half right (the smaller C of equal ones). So every row counts once, and none of them chose its own C.
 * With fewer than 50 asked rows C is 1. A class without a labelled row is never named: its rows count as wrong.
 */
export function* linearProbeAccuracy(task: ProbeTask): Generator<void, number, void> {
  const rows = classify(task);
  const chooses = task.askedLabels.length >= fewestToChoose;
  const hits: Uint8Array[] = [];
  let parameters: Float64Array | undefined;
  for (const c of chooses ? strengths : [1]) {
    parameters = yield* fitLogistic(rows, c, parameters);
    const named = likeliestClasses(parameters, task.asked, task.width);
    hits.push(Uint8Array.from(named, (k, i) => Number(rows.labels[k] === task.askedLabels[i])));
    yield;
  }
  return (chooses ? crossCount(hits, halvesOf(task.askedLabels)) : countHits(hits[0]!)) / task.askedLabels.length;
}

/** The labelled rows with their classes numbered from 0, and the label of each class. */
function classify({ known, knownLabels, width }: ProbeTask): ClassifiedRows & { labels: number[] } {
  const labels = [...new Set(knownLabels)].sort((a, b) => a - b);
  const numbers = new Map(labels.map((label, k) => [label, k]));
  return { x: known, width, classes: knownLabels.map((label) => numbers.get(label)!), count: labels.length, labels };
}

/** Half, 0 or 1, of each row: in turns along the rows sorted by label, so that both halves hold the classes alike. */
export function halvesOf(labels: Int32Array): Uint8Array {
  const order = Uint32Array.from(labels.keys()).sort((a, b) => labels[a]! - labels[b]! || a - b);
  const halves = new Uint8Array(labels.length);
  order.forEach((row, i) => {
    halves[row] = i % 2;
  });
  return halves;
}

/** Right rows of both halves, each with the candidate that gets most of the other half right. */
export function crossCount(hits: readonly Uint8Array[], halves: Uint8Array): number {
  let right = 0;
  for (const half of [0, 1]) {
    const elsewhere = hits.map((hit) => countHits(hit.filter((_, i) => halves[i] !== half)));
    const best = hits[elsewhere.indexOf(Math.max(...elsewhere))]!;
    right += countHits(best.filter((_, i) => halves[i] === half));
  }
  return right;
}

function countHits(hit: Uint8Array): number {
  return hit.reduce((sum, value) => sum + value, 0);
}
