import { fitHead, type Head, type HeadForm, type HeadStart, scoresOf } from './downstreamHead.ts';
import { fewestToChoose, strengths } from './linearProbe.ts';
import type { ClassifiedRows } from './logisticRegression.ts';
import type { LabelledFeatures } from './probeTask.ts';
import { takeRows } from './probeTask.ts';
import { type Standardisation, standardisationOf, standardise } from './standardise.ts';

/** A space of features, and which of its rows teach, choose and are asked. */
export interface HeadTask {
  width: number;
  known: LabelledFeatures;
  validation: LabelledFeatures;
  /** Classes that labels may name, 0 .. classes-1. */
  classes: number;
}

/** A head on features in the standard units of the rows that it learned from. */
export interface FittedHead extends Head {
  units: Standardisation;
  /** Its C. */
  strength: number;
}

/** Under a head that has never seen a class no score of that class should win: its bias lies this far below the others. */
const belowAll = 10;

/**
 * Fits a head to the labelled rows (science.md 1.0b): features in their standard units; C from 0.001 to 1000 by decades that gets most of
 * the validation rows right (the smaller of equal ones) when at least 50 have a label, else 1. Rows that are reported on take no part.
 * A class without a labelled row has weights 0 and a bias below all others (a score of 0 under squared errors, which is its optimum).
 * @returns null when a feature is not finite
 */
export function* fitToTask(task: HeadTask, form: HeadForm, start: HeadStart): Generator<void, FittedHead | null, void> {
  const learned = takeRows(task.known.x, task.width, task.known.rows);
  if (!learned.every(Number.isFinite)) return null;
  const units = standardisationOf(learned, task.width);
  const rows = classify(standardise(learned, units), task);
  const chooses = task.validation.rows.length >= fewestToChoose;
  const asked = standardise(takeRows(task.validation.x, task.width, task.validation.rows), units);
  let best: FittedHead | null = null;
  let most = -1;
  let near: Float64Array | undefined;
  for (const strength of chooses ? strengths : [1]) {
    near = yield* fitHead(rows, form, { c: strength, start: { ...start, near } });
    const head = { ...nameAll({ parameters: near, rows, form, classes: task.classes }), units, strength };
    const right = chooses ? countRight(scoresOf(head, asked), task.validation, task.classes) : 0;
    if (right > most) [best, most] = [head, right];
    yield;
  }
  return best;
}

/** The labelled rows with the classes that they show numbered from 0, and which class each number is. */
function classify(x: Float64Array, { width, known }: HeadTask): ClassifiedRows & { shown: number[] } {
  const labels = Int32Array.from(known.rows, (row) => known.labels[row]!);
  const shown = [...new Set(labels)].sort((a, b) => a - b);
  const numbers = new Map(shown.map((label, k) => [label, k]));
  return { x, width, classes: labels.map((label) => numbers.get(label)!), count: shown.length, shown };
}

/** The head with a score for every class, those without a labelled row too. */
function nameAll(fit: { parameters: Float64Array; rows: ClassifiedRows & { shown: number[] }; form: HeadForm; classes: number }): Head {
  const { parameters, rows, form, classes } = fit;
  const { shown, count } = rows;
  const widths = [rows.width, ...form.hidden, classes];
  const last = widths.at(-2)!;
  const before = parameters.length - (last + 1) * count;
  const out = new Float64Array(before + (last + 1) * classes);
  out.set(parameters.subarray(0, before));
  for (let j = 0; j <= last; j++)
    shown.forEach((label, k) => {
      out[before + j * classes + label] = parameters[before + j * count + k]!;
    });
  if (form.loss === 'squared') return { widths, parameters: out };
  const biases = out.subarray(before + last * classes);
  const lowest = Math.min(...shown.map((label) => biases[label]!));
  for (let k = 0; k < classes; k++) if (!shown.includes(k)) biases[k] = lowest - belowAll;
  return { widths, parameters: out };
}

function countRight(scores: Float64Array, { labels, rows }: LabelledFeatures, classes: number): number {
  return rows.reduce((sum, row, i) => sum + Number(largestOf(scores, i, classes) === labels[row]), 0);
}

/** The class with the largest score of row i of scores [rows, classes]; of equal scores the first. */
export function largestOf(scores: ArrayLike<number>, i: number, classes: number): number {
  let largest = 0;
  for (let k = 1; k < classes; k++) if (scores[i * classes + k]! > scores[i * classes + largest]!) largest = k;
  return largest;
}
